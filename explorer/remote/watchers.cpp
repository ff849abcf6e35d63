#include "explorer/remote/watchers.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace exo::remote {

namespace {

constexpr std::size_t kMost = 4;

bool try_again() { return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

void Watchers::add(connection::FileDescriptor connection) {
  if (all_.size() < kMost) all_.push_back({std::move(connection)});
}

void Watchers::listen() {
  std::erase_if(all_, [](Watcher& one) {
    std::array<char, 16> bytes{};
    const ssize_t count = ::recv(one.connection.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0) return !try_again();
    const bool good = !one.is_one && count == 1 && bytes[0] == 'w';
    one.is_one = true;
    return !good;
  });
}

void Watchers::tell() {
  std::erase_if(all_, [](Watcher& one) {
    return one.is_one && ::send(one.connection.get(), "m", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && !try_again();
  });
}

}  // namespace exo::remote
