#include "explorer/remote/server.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace exo::remote {

namespace {

constexpr std::chrono::milliseconds kTalk{150};  ///< after a packet another one is likely
constexpr std::size_t kMostUnsent = 8 * 1024 * 1024;

bool try_again() { return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

void Server::serve(std::chrono::milliseconds wait, std::chrono::microseconds work) {
  if (abandoned_ && (!target_.moving() || target_.poll(work))) abandoned_ = false;
  const bool working = busy() || abandoned_;
  std::array<pollfd, 2> watched{pollfd{listener_.socket(), POLLIN, 0}, pollfd{client_.get(), POLLIN, 0}};
  if (!unsent_.empty()) watched[1].events |= POLLOUT;
  const nfds_t count = connected() ? 2 : 1;
  if (::poll(watched.data(), count, working ? 0 : int(wait.count())) > 0) {
    // Who comes while the run moves waits until it stands.
    if (watched[0].revents != 0 && !abandoned_ && (connected() || !target_.moving())) accept();
    if (count == 2 && (watched[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0) receive();
  }
  if (connected()) conversation_->work(work);
  if (connected()) send();
  tell_watchers();
}

void Server::tell_watchers() {
  watchers_.listen();
  if (!is_behind() || target_.moving()) {
    told_.reset();
  } else if (told_ != target_.instant()) {
    told_ = target_.instant();
    watchers_.tell();
  }
}

void Server::accept() {
  connection::FileDescriptor client(::accept4(listener_.socket(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!client.valid()) return;
  if (connected()) return watchers_.add(std::move(client));
  client_ = std::move(client);
  heard_ = std::chrono::steady_clock::now();
  unsent_.clear();
  conversation_ = std::make_unique<Conversation>(target_);
}

void Server::receive() {
  std::array<char, 16 * 1024> bytes;
  const ssize_t count = ::recv(client_.get(), bytes.data(), bytes.size(), 0);
  if (count < 0 && try_again()) return;
  if (count <= 0) return hang_up();
  heard_ = std::chrono::steady_clock::now();
  conversation_->feed({bytes.data(), std::size_t(count)});
}

void Server::send() {
  unsent_ += conversation_->take_output();
  while (!unsent_.empty()) {
    const ssize_t count = ::send(client_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && try_again() && unsent_.size() < kMostUnsent && !conversation_->over()) return;
    if (count <= 0) return hang_up();
    unsent_.erase(0, std::size_t(count));
  }
  if (conversation_->over()) hang_up();
}

bool Server::talks() const { return connected() && (busy() || std::chrono::steady_clock::now() - heard_ < kTalk); }

std::vector<debugger::Place> Server::places() const {
  return connected() ? conversation_->places() : std::vector<debugger::Place>();
}

void Server::hang_up() {
  if (!connected()) return;
  abandoned_ = conversation_->moves();
  conversation_.reset();
  watchers_.forget();
  client_.reset();
  unsent_.clear();
}

}  // namespace exo::remote
