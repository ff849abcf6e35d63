// What the application and the library OS's policy have to tell each other. The application is the same for all; a
// policy is the two functions here together with the hooks on_revoke and on_repossessed (libos/base/upcalls.hpp).
#pragma once
#include "libos/base/heap.hpp"
#include "libos/base/losses.hpp"
#include "libos/base/note.hpp"

namespace exo::libos {

/// Of each page of the application only the first words are state; the rest can be computed again from them.
inline constexpr uint32_t kLiveWords = 16;

/// Called once, before the heap is filled: time to get what a revocation will leave no time for. Frames taken now are
/// the oldest, which an abort that may choose takes last.
void policy_prepare();

/// A Saved page has a frame again: puts back what the policy kept. False when that is gone; then the page must be
/// computed again.
bool policy_restore(uint32_t page);

/// A frame for a policy's own use, bound at kWindowAddress before it is needed.
struct SaveFrame {
  uint32_t frame = abi::kNoFrame;
  Capability capability{};

  [[nodiscard]] static uint32_t* words() { return reinterpret_cast<uint32_t*>(kWindowAddress); }
  bool get() {
    const Result taken = call::frame_allocate(abi::kAnyFrame, &capability);
    if (!taken.ok()) return refused(taken.status, abi::Syscall::frame_allocate), false;
    frame = taken.value;
    return bind();
  }
  void give_back() {
    if (frame != abi::kNoFrame) (void)call::frame_free(&capability);
    frame = abi::kNoFrame;
  }
  /// Binds it (again). False when it is not ours any more.
  bool bind() {
    return frame != abi::kNoFrame &&
           call::bind(&capability, page_number(kWindowAddress), abi::kRightRead | abi::kRightWrite).ok();
  }
};

}  // namespace exo::libos
