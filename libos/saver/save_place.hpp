// The frame in which saver keeps what is live of pages that it gave back: 64 bytes a page.
#pragma once
#include "libos/apps/policy.hpp"

namespace exo::libos {

extern SaveFrame save;

inline uint32_t* place_of(uint32_t page) { return SaveFrame::words() + page * kLiveWords; }
static_assert(kHeapPages * kLiveWords <= kPageWords);
static_assert(kLiveWords == 16);

}  // namespace exo::libos
