// Who is next: a scheduler's policy, as functions with two bodies. A program is linked with stride.cpp or with
// lottery.cpp, and nothing else in it changes.
#pragma once
#include <stdint.h>

namespace exo::libos::schedule {

inline constexpr uint32_t kNobody = 0xffff'ffff;

/// One more client, with tickets of its own (at least one). Clients are numbered from 0 in the order in which they
/// join.
void join(uint32_t tickets);
/// It can't be run any more.
void leave(uint32_t client);
/// Who has the next slice, or kNobody.
[[nodiscard]] uint32_t next();
/// What a client used of the processor, in timer ticks.
void charge(uint32_t client, uint32_t used);

}  // namespace exo::libos::schedule
