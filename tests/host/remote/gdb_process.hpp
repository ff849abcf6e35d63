// A real gdb-multiarch with a list of commands, and what it printed after each mark.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "tests/golden/process.hpp"

namespace exo::test {

class GdbRun {
 public:
  struct Options {
    bool script = true;            ///< with assets/gdb/exoscope.py, connected by it; else unchanged gdb
    bool connects = true;          ///< not: the commands do it
    std::string interpreter = {};  ///< mi3: the commands are its input
    std::chrono::seconds most{60};
  };
  /// `commands`: lines of gdb's; one that begins with "== " is a mark.
  GdbRun(const std::string& address, const std::string& commands, const Options& options);
  GdbRun(const std::string& address, const std::string& commands) : GdbRun(address, commands, Options()) {}

  /// What was printed between a mark and the next one; "" is before the first.
  [[nodiscard]] std::string operator[](const std::string& mark) const;
  [[nodiscard]] const std::string& all() const { return output_; }
  [[nodiscard]] int code() const { return code_; }

 private:
  std::string output_;
  int code_ = -1;
};

/// A new folder for a socket, gone with this object.
class SocketFolder {
 public:
  SocketFolder();
  ~SocketFolder();
  SocketFolder(const SocketFolder&) = delete;
  SocketFolder& operator=(const SocketFolder&) = delete;
  [[nodiscard]] std::string socket() const { return path_ + "/gdb"; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace exo::test
