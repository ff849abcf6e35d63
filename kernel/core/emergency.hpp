// When even guaranteed frames must go (SOSP'95, 3.4): a library OS can't give them back and go on. It submits itself to
// a swap server, another library OS: it sleeps, the server fetches the frames behind its guaranteed mappings one by
// one, keeps the contents where it likes, and puts frames with the same contents back when there is memory. The kernel
// keeps the registers and the mappings' places; it moves no byte.
#pragma once
#include "kernel/core/environments.hpp"

namespace exo::kernel::emergency {

/// Tells an environment. Errors: WrongState when it does not want Emergency upcalls.
Status tell(Environment& environment, uint32_t server);

/// The caller sleeps from now on. Errors: NoSuchEnvironment, NotOwner (it has frames that are not guaranteed),
/// WrongState (requests are under way).
Status submit(Environment& caller, uint32_t server);

/// A server takes the frame of a slot. Value: its page and flags. Errors: NotBound, WrongState, NotOwner.
Result fetch(Environment& server, uint32_t number, uint32_t slot, uint32_t& frame);
/// It gives one back for that slot. Errors: NotFree, WrongState, NotOwner.
Status restore(Environment& server, uint32_t number, uint32_t slot, uint32_t frame);
/// All frames are back. Error: WrongState.
Status resume(Environment& server, uint32_t number);

/// An environment is being destroyed: what it kept is lost, and with it whoever slept there.
void forget(uint32_t server);

}  // namespace exo::kernel::emergency
