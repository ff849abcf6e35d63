// Owns one file descriptor: closed exactly once, never inherited by a child unless qemu_process hands it over by name.
#pragma once
#include <sys/resource.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace exo::connection {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      reset();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { reset(); }

  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool valid() const { return number_ >= 0; }
  void reset() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_ = -1;
};

/// "what: why (errno in words)". Reads errno first, so call it at once.
[[nodiscard]] std::string error_text(const std::string& what);

/// Makes writing beyond a file-size limit, or into a closed pipe, an error code instead of the end of the process.
void ignore_write_signals();

/// While it lives, this process's limit on the size of files is as high as it may be. The machine's memory is a file to
/// the system, but not one that fills a disk.
class LiftedFileLimit {
 public:
  LiftedFileLimit();
  ~LiftedFileLimit();
  LiftedFileLimit(const LiftedFileLimit&) = delete;
  LiftedFileLimit& operator=(const LiftedFileLimit&) = delete;

 private:
  rlimit before_{};
  bool lifted_ = false;
};

/// An anonymous file in memory, close-on-exec, holding `bytes`. It has no name, so nothing can be left behind.
/// Throws MachineError.
[[nodiscard]] FileDescriptor anonymous_file(const char* name, const std::string& bytes);

/// Both ends of a connected Unix stream socket, close-on-exec. Throws MachineError.
[[nodiscard]] std::pair<FileDescriptor, FileDescriptor> socket_pair();

}  // namespace exo::connection
