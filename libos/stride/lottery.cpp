// Lottery scheduling (Waldspurger and Weihl, 1994) as the policy of schedule.hpp: a ticket is drawn for every slice. It
// keeps no accounts, and on average everybody has its share.
#include "libos/stride/schedule.hpp"

namespace exo::libos::schedule {

namespace {
constexpr uint32_t kMost = 8;
uint32_t tickets_of[kMost];  // 0: gone, or never there
uint32_t clients;
constinit uint32_t state = 2463534242;

/// Marsaglia's xorshift: the same draws in every run.
uint32_t draw() {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}
}  // namespace

void join(uint32_t tickets) {
  if (clients < kMost) tickets_of[clients++] = tickets;
}

void leave(uint32_t client) { tickets_of[client] = 0; }

uint32_t next() {
  uint32_t all = 0;
  for (const uint32_t tickets : tickets_of) all += tickets;
  if (all == 0) return kNobody;
  uint32_t drawn = draw() % all, client = 0;
  for (; drawn >= tickets_of[client]; ++client) drawn -= tickets_of[client];
  return client;
}

void charge(uint32_t, uint32_t) {}

}  // namespace exo::libos::schedule
