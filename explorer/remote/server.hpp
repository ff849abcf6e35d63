// Serves one gdb after the other on a listener. One is served at a time, because there is one run; another one that
// comes while it is there is turned away, and when it goes, however it goes, the next one may come.
// Everything happens in serve(), in the thread that calls it, which is the one that the target belongs to.
#pragma once
#include <chrono>
#include <memory>

#include "explorer/remote/conversation.hpp"
#include "explorer/remote/listener.hpp"
#include "explorer/remote/watchers.hpp"

namespace exo::remote {

class Server {
 public:
  /// `target` outlives it.
  Server(debugger::Target& target, Listener listener) : target_(target), listener_(std::move(listener)) {}

  /// One round: works on what gdb asked for about `work`, or waits for it at most so long.
  void serve(std::chrono::milliseconds wait, std::chrono::microseconds work = kWork);

  [[nodiscard]] bool connected() const { return conversation_ != nullptr; }
  /// Whether gdb said something a moment ago, or waits for an answer.
  [[nodiscard]] bool talks() const;
  /// Whether the run moves because gdb asked for it.
  [[nodiscard]] bool moves() const { return conversation_ != nullptr && conversation_->moves(); }
  [[nodiscard]] bool is_behind() const { return conversation_ != nullptr && conversation_->is_behind(); }
  /// Where gdb wants to stop, as far as it has said.
  [[nodiscard]] std::vector<debugger::Place> places() const;
  /// gdb finds its connection closed, and may come again.
  void hang_up();
  /// The target is another one from now on: nothing that was asked of the old one is waited for.
  void forget() { abandoned_ = false; }
  /// Whether gdb waits for the run to stop.
  [[nodiscard]] bool busy() const { return conversation_ != nullptr && conversation_->busy(); }
  [[nodiscard]] const std::string& address() const { return listener_.address(); }

 private:
  static constexpr std::chrono::milliseconds kWork{5};  ///< on a motion, before the socket is looked at again

  void accept();
  void receive();
  void send();
  void tell_watchers();

  debugger::Target& target_;
  Listener listener_;
  connection::FileDescriptor client_;
  std::unique_ptr<Conversation> conversation_;
  Watchers watchers_;
  std::optional<debugger::Instant> told_;  ///< the watchers, that it was moved there
  std::string unsent_;
  std::chrono::steady_clock::time_point heard_{};
  bool abandoned_ = false;  ///< gdb went while the run moved: it is being interrupted
};

}  // namespace exo::remote
