// A program that works for the explorer and writes lines: a compiler, for instance. It runs in a process group of its
// own, so that all of it can be ended.
//
// Invariant: it never outlives this object (SIGTERM, so that it can end its own children and tidy up; then SIGKILL),
// and is asked to end when the thread that made it dies.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "explorer/connection/file_descriptor.hpp"

namespace exo::connection {

class ChildProcess {
 public:
  /// Starts `words[0]` (looked for in $PATH) with more of the environment. Throws InputError: there is no such program.
  ChildProcess(const std::vector<std::string>& words, const std::vector<std::pair<std::string, std::string>>& more);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Waits for output or the end at most so long; returns what was written since the last call.
  [[nodiscard]] std::string read(std::chrono::milliseconds wait);
  /// Its exit code once it is over and all is read; 128 and the signal's number when it was ended.
  [[nodiscard]] std::optional<int> ended();
  void ask_to_end();
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  FileDescriptor output_;
  pid_t pid_ = -1;
  std::optional<int> status_;
};

/// The right to build in a folder, shared with the start script, which waits for it there. Given back when it goes.
class BuildLock {
 public:
  explicit BuildLock(const std::string& folder) : folder_(folder) {}
  /// Whether it is held now. Throws InputError: the folder can't be written to.
  [[nodiscard]] bool take();

 private:
  std::string folder_;
  FileDescriptor file_;
  bool held_ = false;
};

}  // namespace exo::connection
