// The frames that the tour goes over, and the two ways to have them bound: by the interface of the kernel (direct.cpp),
// or through a machine that is imitated (monitor.cpp). Programs differ in that one object file.
#pragma once
#include "libos/base/syscall.hpp"
#include "libos/monitor/layout.h"

namespace exo::libos::monitor {

/// Binds a page to frame i of the tour.
[[nodiscard]] bool bind_frame(uint32_t i, uint32_t page);

/// Before the tour: so many pages from TOUR_ADDRESS on stand for frames 0, 1 and so on.
void prepare(uint32_t pages);
/// After it: a note of what it took, if there is something to say.
void report();

}  // namespace exo::libos::monitor
