// Owns one file descriptor: closed exactly once, never inherited by a child unless qemu_process hands it over by name.
#pragma once
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

/// An anonymous file in memory, close-on-exec, holding `bytes`. It has no name, so nothing can be left behind.
/// Throws MachineError.
[[nodiscard]] FileDescriptor anonymous_file(const char* name, const std::string& bytes);

/// Both ends of a connected Unix stream socket, close-on-exec. Throws MachineError.
[[nodiscard]] std::pair<FileDescriptor, FileDescriptor> socket_pair();

}  // namespace exo::connection
