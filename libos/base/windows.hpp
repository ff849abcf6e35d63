// Windows: pages outside the heap, each bound with a capability that came from somewhere: what others share with us,
// what we share with them. They are remembered, because the kernel's software TLB forgets a binding when another page
// needs its slot; the default miss handler looks here.
#pragma once
#include "libos/base/syscall.hpp"

namespace exo::libos {

inline constexpr uint32_t kWindows = 48;

/// Binds a page and remembers how. Errors: those of bind; NoneFree.
Status open_window(uint32_t address, const Capability& capability, uint32_t rights);
/// Binds the page of an address again. False when it is no window, or its capability is dead.
bool reopen_window(uint32_t address);

}  // namespace exo::libos
