// Serves one gdb after the other on a listener. One is served at a time, because there is one run; whoever comes while
// it is there is turned away, and when it goes, however it goes, the next one may come.
// Everything happens in serve(), in the thread that calls it, which is the one that the target belongs to.
#pragma once
#include <chrono>
#include <memory>

#include "explorer/remote/conversation.hpp"
#include "explorer/remote/listener.hpp"

namespace exo::remote {

class Server {
 public:
  /// `target` outlives it.
  Server(debugger::Target& target, Listener listener) : target_(target), listener_(std::move(listener)) {}

  /// One round: works on what gdb asked, or waits for it at most so long.
  void serve(std::chrono::milliseconds wait);

  [[nodiscard]] bool connected() const { return conversation_ != nullptr; }
  /// Whether gdb waits for the run to stop.
  [[nodiscard]] bool busy() const { return conversation_ != nullptr && conversation_->busy(); }
  [[nodiscard]] const std::string& address() const { return listener_.address(); }

 private:
  void accept();
  void receive();
  void send();
  void hang_up();

  debugger::Target& target_;
  Listener listener_;
  connection::FileDescriptor client_;
  std::unique_ptr<Conversation> conversation_;
  std::string unsent_;
  bool abandoned_ = false;  ///< gdb went while the run moved: it is being interrupted
};

}  // namespace exo::remote
