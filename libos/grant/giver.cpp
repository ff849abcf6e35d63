// giver: owns two frames and lets another environment use them, without asking the kernel: a capability is 20 bytes,
// which travel in registers or lie in shared memory like any others. Parameters: the other environment, the first
// frame, and what to show (0: granting; 1: forged and stale; 2: authorised once, used often).
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/base/windows.hpp"
#include "libos/grant/protocol.hpp"

namespace exo::libos {

namespace {
enum Parameter : uint32_t { kTaker, kFrame, kLesson };
constexpr uint32_t kReadWrite = abi::kRightRead | abi::kRightWrite;

uint32_t* words(uint32_t address) { return reinterpret_cast<uint32_t*>(address); }

Capability own_frame(uint32_t frame, uint32_t address, uint32_t value) {
  Capability c{};
  const Result taken = call::frame_allocate(frame, &c);
  if (!taken.ok()) fail(__LINE__, uint32_t(taken.status), 0);
  if (const Status status = open_window(address, c, kReadWrite); status != Status::Ok)
    fail(__LINE__, uint32_t(status), 0);
  words(address)[0] = value;
  return c;
}

Capability derived(const Capability& from, uint32_t rights) {
  Capability c{};
  const Result made = call::capability_derive(&from, rights, &c);
  if (!made.ok()) fail(__LINE__, uint32_t(made.status), 0);
  return c;
}

void ask(uint32_t taker, Call call) {
  if (const Status status = remote_call(taker, call); status != Status::Ok) fail(__LINE__, uint32_t(status), 0);
}

void hand_over(uint32_t taker, uint32_t frame, const Capability& whole, uint32_t rights) {
  const Capability part = derived(whole, rights);
  note(Note::SendsCapability, frame, taker);
  ask(taker, with_capability(Grant::Take, part));
}

void grant(uint32_t taker, uint32_t frame, const Capability& first) {
  hand_over(taker, frame, first, abi::kRightRead);
  ask(taker, {{uint32_t(Grant::WriteToo)}});
  // The second travels in the first: no call carries it, and the kernel sees nothing of it.
  const Capability second = own_frame(frame + 1, kSecondAddress, 2222);
  *reinterpret_cast<Capability*>(words(kSharedAddress) + kOfferWord) = derived(second, kReadWrite);
  note(Note::LeavesCapability, frame + 1, taker);
  ask(taker, {{uint32_t(Grant::LookInside)}});
}

void refuse(uint32_t taker, uint32_t frame, Capability first) {
  hand_over(taker, frame, first, abi::kRightRead);
  ask(taker, {{uint32_t(Grant::Forge)}});
  note(Note::RevokesAll, frame);
  const Result killed = call::capability_revoke_all(&first, &first);
  if (!killed.ok()) fail(__LINE__, uint32_t(killed.status), 0);
  ask(taker, {{uint32_t(Grant::TryAgain)}});
}

void use(uint32_t taker, uint32_t frame, const Capability& first) {
  hand_over(taker, frame, first, abi::kRightRead);
  ask(taker, {{uint32_t(Grant::UseOften)}});
}
}  // namespace

}  // namespace exo::libos

using namespace exo::libos;

int main() {
  const uint32_t taker = parameter(kTaker), frame = parameter(kFrame);
  (void)serve(nullptr);
  const Capability first = own_frame(frame, kSharedAddress, 1111);
  switch (parameter(kLesson)) {
    case 0:
      grant(taker, frame, first);
      break;
    case 1:
      refuse(taker, frame, first);
      break;
    default:
      use(taker, frame, first);
  }
  note(Note::Finished, 1, 1);
  for (;;) (void)call::yield(0u);
}
