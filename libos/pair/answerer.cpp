// answerer: the other one (caller.cpp). It serves calls, from the environment in its first parameter only: the kernel
// says who calls, and whom to serve is decided here. When it is sent the shared page it takes turns for ever.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/base/windows.hpp"
#include "libos/grant/protocol.hpp"

using namespace exo::libos;

namespace {
void server(uint32_t caller, Call& call) {
  if (caller == parameter(0)) {
    call.word[0] = call.word[1] + call.word[2];
  } else {
    note(Note::Served, 0, caller);
    call = {};
  }
}

// The message is a capability for the page to share. It wants no answer: from now on the page is how the two speak.
void receiver(uint32_t caller, Call& message) {
  if (caller != parameter(0)) return;
  constexpr uint32_t kReadWrite = exo::abi::kRightRead | exo::abi::kRightWrite;
  if (open_window(kSharedAddress, capability_in(message), kReadWrite) != Status::Ok) return;
  Turn turn(kSharedAddress);
  for (;;) {
    turn.await(caller);
    turn.pass(caller);
  }
}
}  // namespace

int main() {
  (void)serve(server, receiver);
  serve_for_ever();
}
