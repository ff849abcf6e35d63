// Where gdb connects: a Unix socket in a folder that only its owner may enter, or a TCP port of this computer, if that
// is asked for. What was made in the file system is removed again.
#pragma once
#include <cstdint>
#include <string>

#include "explorer/connection/file_descriptor.hpp"

namespace exo::remote {

class Listener {
 public:
  /// In a new folder of its own. These throw InputError when it can't be.
  [[nodiscard]] static Listener in_private_folder();
  /// A socket at `path`, for its owner only. One that nobody listens at any more is replaced.
  [[nodiscard]] static Listener at_path(const std::string& path);
  /// A port of 127.0.0.1; 0: any that is free.
  [[nodiscard]] static Listener at_port(std::uint16_t port);

  Listener(Listener&& other) noexcept = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  [[nodiscard]] int socket() const { return socket_.get(); }
  /// What gdb's command `target extended-remote` wants to be told.
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  Listener() = default;
  connection::FileDescriptor socket_;
  std::string address_;
  std::string made_file_, made_folder_;
};

}  // namespace exo::remote
