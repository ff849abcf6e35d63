// A child process under test: the explorer as a user starts it.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace exo::test {

struct Ended {
  int code = -1;  ///< exit code; 128 + signal when it was killed; -1 when it did not end in time
  std::string out, err;
  [[nodiscard]] std::size_t error_lines() const;
};

class Process {
 public:
  /// Starts a program with its standard output and error into files. `limits` are shell words put before it ("ulimit -f
  /// 10;").
  Process(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Children of it, now.
  [[nodiscard]] std::vector<pid_t> children() const;
  /// Waits until it has a child, or the time is over.
  [[nodiscard]] pid_t wait_for_child(std::chrono::seconds most) const;
  void send(int signal) const;
  [[nodiscard]] Ended wait(std::chrono::seconds most = std::chrono::seconds(60));

 private:
  pid_t pid_ = -1;
  std::string folder_;
  bool reaped_ = false;
};

/// Starts the explorer with these arguments and waits for its end.
[[nodiscard]] Ended explorer(std::vector<std::string> arguments,
                             const std::map<std::string, std::string>& environment = {});
[[nodiscard]] std::string explorer_path();
[[nodiscard]] bool is_alive(pid_t pid);
[[nodiscard]] std::string read_all(const std::string& path);

}  // namespace exo::test
