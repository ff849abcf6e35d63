// Thousands of switches of every kind among four environments that run this program: yields with and without their
// registers, synchronous and asynchronous transfers, preemption with and without notice, rests that only a message
// ends. Nobody's registers, messages or answers are ever lost, changed or mixed up.
//
// Parameters: 0 who it is among the four (0 to 3; number 0 never rests, and wakes the others), 1 rounds, 2 seed.
#include "libos/base/transfer.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;
using abi::Syscall;
using libos::Call;

extern "C" {
[[nodiscard]] uint32_t exo_full_registers(uint32_t seed, uint32_t call, uint32_t a0, uint32_t v1);
extern uint32_t exo_changed;
void exo_rest();
void exo_async_entry();
}

namespace {
constexpr uint32_t kPeers = 4;
constexpr uint32_t kFirst = 2;  ///< number of the first of the four
constexpr uint32_t kCount = 0xffff'ffff;

uint32_t random_state;
uint32_t sent[kPeers], heard[kPeers];

uint32_t random(uint32_t below) {
  random_state = random_state * 1'664'525 + 1'013'904'223;
  return (random_state >> 16) % below;
}
uint32_t me() { return libos::environment().number; }
uint32_t mix(uint32_t a, uint32_t b) { return (a ^ (b << 7 | b >> 25)) * 0x9e37'79b1u; }

// Only what fails is noted one by one.
void expect(uint32_t line, uint32_t got, uint32_t wanted) {
  if (got != wanted) check(line, got, wanted);
}
#define EXPECT(got, wanted) expect(__LINE__, uint32_t(got), uint32_t(wanted))

/// The serving side: whoever calls says who it is, and what the kernel says of it must be the same; and how many
/// asynchronous messages it has sent, which must all have arrived, once.
void serve(uint32_t caller, Call& call) {
  EXPECT(call.word[1], caller);
  EXPECT(call.word[0], heard[caller - kFirst]);
  EXPECT(call.word[5], mix(call.word[2], call.word[3] + call.word[4]));
  call = {{mix(call.word[2], me()), me(), call.word[4], call.word[3], call.word[2], caller}};
}

/// With every register full: the kernel may use them for nothing.
Status with_full_registers(Syscall call, uint32_t a0, uint32_t v1 = 0) {
  const uint32_t status = exo_full_registers(random(0x7fff'ffff), uint32_t(call), a0, v1);
  EXPECT(exo_changed, 0);
  return Status(status);
}

/// Message: a0 says from whom; the others are what exo_full_registers has in them.
Status send(uint32_t peer) {
  const Status status = with_full_registers(Syscall::pct_async, me(), peer);
  if (status == Status::Ok) ++sent[peer - kFirst];
  return status;
}

Status ask(uint32_t peer) {
  const uint32_t a = random(0xffff'ffff), b = random(0xffff), c = random(0xffff);
  Call call{{sent[peer - kFirst], me(), a, b, c, mix(a, b + c)}};
  const Status status = libos::remote_call(peer, call);
  if (status != Status::Ok) return status;
  ++passed;
  EXPECT(call.word[0], mix(a, peer));
  EXPECT(call.word[1], peer);
  EXPECT(call.word[2], c);
  EXPECT(call.word[3], b);
  EXPECT(call.word[4], a);
  EXPECT(call.word[5], me());
  return status;
}

void may_fail(uint32_t line, Status status) {
  if (status != Status::Busy && status != Status::NoSuchEnvironment && status != Status::WrongState)
    expect(line, uint32_t(status), 0);
}
#define MAY_FAIL(call) may_fail(__LINE__, call)

void one_round(bool may_rest) {
  const uint32_t peer = kFirst + random(kPeers);
  switch (random(9)) {
    case 0:
      EXPECT(exo_full_registers(random(0x7fff'ffff), kCount, 1 + random(4000), 0), 0);
      return EXPECT(exo_changed, 0);
    case 1:
      return EXPECT(with_full_registers(Syscall::yield, 0), Status::Ok);
    case 2:
      return MAY_FAIL(with_full_registers(Syscall::yield, peer));
    case 3:
    case 4:
      return MAY_FAIL(libos::yield_to(peer));
    case 5:
      if (may_rest) return exo_rest();
      [[fallthrough]];
    case 6:
      return peer == me() ? void() : MAY_FAIL(send(peer));
    default:
      return peer == me() ? void() : MAY_FAIL(ask(peer));
  }
}

}  // namespace

extern "C" void exo_async_message(uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t t0, uint32_t t1,
                                  uint32_t caller) {
  const uint32_t seed = a1 - 7 * 5;
  EXPECT(a0, caller);
  EXPECT(a2, seed + 7 * 6);
  EXPECT(a3, seed + 7 * 7);
  EXPECT(t0, seed + 7 * 8);
  EXPECT(t1, seed + 7 * 9);
  ++heard[(caller - kFirst) % kPeers];
}

int main() {
  const uint32_t which = libos::parameter(0);
  random_state = libos::parameter(2) * 77 + which;
  (void)libos::serve(serve);
  CHECK_STATUS(call::entry_set(reinterpret_cast<uintptr_t>(&libos::exo_transfer_entry),
                               reinterpret_cast<uintptr_t>(&exo_async_entry), 0u, 0u),
               Ok);
  if (which % 2 == 1) CHECK_STATUS(call::upcall_set(abi::Upcall::SliceEnd, 0u), Ok);  // the kernel takes the processor
  for (uint32_t round = 0; round < libos::parameter(1); ++round) one_round(which != 0);
  // The others rest until someone writes to them.
  for (uint32_t peer = kFirst + 1; which == 0 && peer < kFirst + kPeers; ++peer)
    while (send(peer) != Status::NoSuchEnvironment) (void)call::yield(peer);
  finish();
}
