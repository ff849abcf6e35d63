// Which page gives up its frame when another needs one: a function with two bodies. A program is linked with lru.cpp or
// with mru.cpp, and nothing else in it changes.
#pragma once
#include "kernel/abi/capability.hpp"

namespace exo::libos::vm {

inline constexpr uint32_t kNothing = 0xffff'ffff;

/// A frame that the library OS holds.
struct FrameSlot {
  abi::Capability capability;
  uint32_t page;       ///< in it, or kNothing
  uint32_t last_used;  ///< clock of the library OS when its page was used last
};

/// One of `count` frames (at least one), each with a page in it.
[[nodiscard]] uint32_t choose_victim(const FrameSlot* frames, uint32_t count);

}  // namespace exo::libos::vm
