// What both plugins do alike inside QEMU: know the gates, map a file that the explorer shares, and hold the processor
// until the explorer lets it go.
//
// Protocol on the inherited socket: one byte out when the processor is held, one byte in to go on; end of file means
// that the explorer is gone, and so is QEMU then. Only the C library is used.
#pragma once
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "explorer/connection/gate_list.hpp"

namespace exo::connection {

class PluginGates {
 public:
  /// Takes one of the plugin's arguments, if it is a gate's address.
  void take(const char* argument) {
    if (std::strncmp(argument, "gate=", 5) == 0 && count_ < kMostGates)
      addresses_[count_++] = std::uint32_t(std::strtoul(argument + 5, nullptr, 0));
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] bool has(std::uint32_t address) const {
    for (std::size_t i = 0; i < count_; ++i)
      if (addresses_[i] == address) return true;
    return false;
  }

 private:
  std::uint32_t addresses_[kMostGates]{};
  std::size_t count_ = 0;
};

// QEMU kicks its processor threads with signals, which interrupt system calls.
inline bool retried(ssize_t count) { return count < 0 && errno == EINTR; }

/// Returns the byte that let it go on, and the files that came with it in `files` (three numbers; unless nullptr).
inline char hold_processor(int socket, int* files = nullptr) {
  constexpr std::size_t kFiles = 3 * sizeof(int);
  char byte = 'G';
  alignas(cmsghdr) char control[CMSG_SPACE(kFiles)];
  iovec piece{&byte, 1};
  ssize_t count = 0;
  do count = ::write(socket, &byte, 1);
  while (retried(count));
  msghdr message{};
  if (count == 1) {
    do {
      message = {};
      message.msg_iov = &piece;
      message.msg_iovlen = 1;
      message.msg_control = files != nullptr ? control : nullptr;
      message.msg_controllen = files != nullptr ? sizeof control : 0;
      count = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (retried(count));
  }
  if (count != 1) ::_exit(0);
  const cmsghdr* header = files != nullptr ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(kFiles))
    std::memcpy(files, CMSG_DATA(header), kFiles);
  return byte;
}

/// A shared file of the explorer's; nullptr when it can't be mapped.
inline char* map_shared(int file, std::size_t bytes) {
  void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  return address == MAP_FAILED ? nullptr : static_cast<char*>(address);
}

}  // namespace exo::connection
