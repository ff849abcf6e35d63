// The table of revocation requests under way.
#pragma once
#include "kernel/abi/machine.hpp"
#include "kernel/abi/memory_layout.hpp"
#include "kernel/core/revocation.hpp"

namespace exo::kernel::revocation {

enum class Stage : uint8_t { Requested = 0, Asked = 1, Demanded = 2, Taken = 3, Notify = 4 };

struct Request {
  uint32_t id;  ///< 0: unused
  uint8_t owner;
  Stage stage;
  bool untold;        ///< the owner has not heard of this stage
  bool upcall_waits;  ///< the clock runs, but the upcall could not enter yet
  bool clock;         ///< something happens at `moment`
  uint32_t asked;     ///< a frame, a slice, or any (memory_layout.hpp)
  uint32_t moment;
  Limits limits;
  uint32_t generation;  ///< killed by the abort
  uint32_t saved_to;

  [[nodiscard]] bool is_to_be_told() const { return untold || upcall_waits || stage == Stage::Notify; }
};

namespace requests {

extern Request table[abi::kMaxRequests];
extern uint32_t live;  ///< used entries: loops end with the last of them, so that the usual case, none, costs nothing

/// nullptr when the table is full, even after forgetting the oldest news of a loss that its owner does not hear: the
/// repossession vector has it too.
Request* begin(uint32_t owner, uint32_t asked, Limits limits);
void end(Request& request);
Request* find(uint32_t id);
/// The request that giving back this frame or slice answers: the one that names it, or the owner's oldest for any.
Request* for_return(uint32_t owner, uint32_t returned);
/// The one that has waited longest for an upcall that its owner wants, or nullptr.
Request* oldest_to_tell(const Environment& owner);
bool earliest(uint32_t& moment);
bool any_clock();

template <typename Do>
void each(Do act) {
  uint32_t left = live;  // may be too many: what `act` does can end requests that the loop has not come to
  for (Request* r = table; left != 0 && r != table + abi::kMaxRequests; ++r) {
    if (r->id == 0) continue;
    --left;
    act(*r);
  }
}
template <typename Do>
void each_of(uint32_t owner, Do act) {
  each([&](Request& r) {
    if (r.owner == owner) act(r);
  });
}

}  // namespace requests
}  // namespace exo::kernel::revocation
