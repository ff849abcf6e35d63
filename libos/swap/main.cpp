// swap: a library OS that keeps others which had to give up even their guaranteed frames. It has no power over them:
// each submitted itself, and the kernel lets it fetch the frames of those alone. It packs their contents into fewer
// frames of its own, and puts the same contents back into other frames later; the environments never notice which.
//
// It runs only when the arbiter enters it, in the arbiter's slices.
#include "libos/base/note.hpp"
#include "libos/base/transfer.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/swap/protocol.hpp"
#include "libos/swap/store.hpp"

namespace exo::libos {

namespace {
/// Where a frame is bound while its contents are moved, and where the stores are.
constexpr uint32_t kWindow = 0x3101'0000;
constexpr uint32_t kStores = 0x3001'0000;
constexpr uint32_t kStoreBytes = 32 * abi::kPageSize;

/// An environment that is kept. Its mappings are the kernel's business: a slot and the contents are all we need.
struct Sleeper {
  uint32_t number;   ///< 0: nobody
  uint32_t missing;  ///< bit n: the page of slot n is here, and not yet there again
  uint32_t position[abi::kGuaranteedMappings];
  uint32_t checksum[abi::kGuaranteedMappings];
  Store store;
};
constexpr uint32_t kMostSleepers = 4;
Sleeper sleepers[kMostSleepers];

uint32_t* window() { return reinterpret_cast<uint32_t*>(kWindow); }

Sleeper* find(uint32_t number) {
  for (Sleeper& s : sleepers)
    if (s.number == number) return &s;
  return nullptr;
}

void forget(Sleeper& s) {
  s.store.clear();
  s.number = s.missing = 0;
}

Status bind_window(const Capability& frame) {
  return call::bind(&frame, page_number(kWindow), abi::kRightRead | abi::kRightWrite).status;
}

/// Contents of one slot into the store. Error NotBound: the slot has none.
Status fetch(Sleeper& s, uint32_t slot) {
  Capability frame;
  const Result fetched = call::env_fetch(s.number, slot, &frame);
  if (!fetched.ok()) return fetched.status;
  Status status = bind_window(frame);
  s.position[slot] = s.store.position();
  if (status == Status::Ok) status = s.store.pack(window(), s.checksum[slot]);
  if (status == Status::Ok) {
    s.missing |= 1u << slot;
    reserve.give(frame);
  } else if (!call::env_restore(s.number, slot, &frame).ok()) {  // nothing is lost: it goes back as it is
    reserve.give(frame);
  }
  return status;
}

Status put_back(Sleeper& s, uint32_t slot) {
  Capability frame;
  if (const Status taken = reserve.take(frame); taken != Status::Ok) return taken;
  Status status = bind_window(frame);
  if (status == Status::Ok && !s.store.unpack(s.position[slot], s.checksum[slot], window())) {
    note(Note::CheckFailed, __LINE__, s.number, slot);
    status = Status::WrongState;
  }
  if (status == Status::Ok) status = call::env_restore(s.number, slot, &frame).status;
  if (status == Status::Ok)
    s.missing &= ~(1u << slot);
  else
    reserve.give(frame);
  return status;
}

Status keep(uint32_t number, uint32_t& used) {
  if (Sleeper* before = find(number)) forget(*before);  // of an environment that is gone
  Sleeper* const s = find(0);
  if (s == nullptr) return Status::NoneFree;
  s->number = number;
  uint32_t fetched = 0;
  for (uint32_t slot = 0; slot < abi::kGuaranteedMappings; ++slot) {
    const Status status = fetch(*s, slot);
    if (status == Status::NotBound) break;  // slots are filled from the first
    if (status != Status::Ok) {
      if (s->missing == 0) forget(*s);
      return refused(status, abi::Syscall::env_fetch);
    }
    fetched += s->missing >> slot & 1;
  }
  used = s->store.frames();
  note(Note::KeepsAsleep, number, fetched, s->store.frames());
  return Status::Ok;
}

Status bring_back(uint32_t number) {
  Sleeper* const s = number == 0 ? nullptr : find(number);
  if (s == nullptr) return Status::NoSuchEnvironment;
  for (uint32_t slot = 0; slot < abi::kGuaranteedMappings; ++slot) {
    if ((s->missing >> slot & 1) == 0) continue;
    if (const Status status = put_back(*s, slot); status != Status::Ok) {
      if (status == Status::NoSuchEnvironment) forget(*s);  // it was destroyed in its sleep
      return refused(status, abi::Syscall::env_restore);
    }
  }
  const Result resumed = call::env_resume(number);
  if (!resumed.ok()) return refused(resumed.status, abi::Syscall::env_resume);
  note(Note::BroughtBack, number);
  forget(*s);
  return Status::Ok;
}

void answer(uint32_t caller, Call& call) {
  Status status = Status::NoRight;
  uint32_t used = 0;
  if (caller == kArbiter) {
    status = Status::BadArgument;
    if (SwapCall(call.word[0]) == SwapCall::Keep) status = keep(call.word[1], used);
    if (SwapCall(call.word[0]) == SwapCall::BringBack) status = bring_back(call.word[1]);
  }
  call = {{uint32_t(status), used}};
}
}  // namespace

bool on_miss(uint32_t address, SavedRegisters&) {
  for (Sleeper& s : sleepers)
    if (s.store.bind(address)) return true;
  return false;
}

/// What it owns is others' memory: it has nothing to give.
void on_revoke(uint32_t, uint32_t frame, uint32_t) { note(Note::Ignored, frame); }

}  // namespace exo::libos

using namespace exo::libos;

int main() {
  for (uint32_t i = 0; i < kMostSleepers; ++i) sleepers[i].store.place_at(kStores + i * kStoreBytes);
  reserve.fill();
  const Status status = serve(answer);
  if (status != Status::Ok) fail(__LINE__, uint32_t(status), uint32_t(Status::Ok));
  serve_for_ever();
}
