// The one way the explorer reports what went wrong: a line that says what, where and how to mend it, and the exit code
// it means.
#pragma once
#include <stdexcept>
#include <string>

namespace exo {

enum class ExitCode : int { Good = 0, ExpectationsFailed = 1, BadInput = 2, MachineFailed = 3 };

/// Thrown by every layer; caught once, in the command line or the window, and shown as one line.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& line) : std::runtime_error(line), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// Bad usage, a malformed file, a missing package: exit code 2.
class InputError : public Error {
 public:
  explicit InputError(const std::string& line) : Error(ExitCode::BadInput, line) {}
};

/// QEMU or the guest failed: exit code 3.
class MachineError : public Error {
 public:
  explicit MachineError(const std::string& line) : Error(ExitCode::MachineFailed, line) {}
};

}  // namespace exo
