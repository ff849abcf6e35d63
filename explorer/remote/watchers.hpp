// Who wants to hear that the run was moved by somebody else than gdb: connections beside gdb's own, since gdb itself
// can't be told anything while it waits for a command. Our script in gdb opens one, and then asks gdb to look again.
//
// A connection says "w" first and nothing else after that; it is told "m" for each time that the run was moved. Whoever
// says anything else, as a second gdb would, is turned away.
#pragma once
#include <vector>

#include "explorer/connection/file_descriptor.hpp"

namespace exo::remote {

class Watchers {
 public:
  void add(connection::FileDescriptor connection);
  /// Hears who new ones are, and forgets those that went.
  void listen();
  void tell();
  void forget() { all_.clear(); }

 private:
  struct Watcher {
    connection::FileDescriptor connection;
    bool is_one = false;  ///< it has said so
  };
  std::vector<Watcher> all_;
};

}  // namespace exo::remote
