#include "kernel/core/slices.hpp"

#include "kernel/core/deadlines.hpp"
#include "kernel/core/identifiers.hpp"
#include "kernel/core/positions.hpp"
#include "kernel/core/sleep.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/transfers.hpp"
#include "kernel/core/upcalls.hpp"

extern "C" void idle_loop();

namespace exo::kernel::slices {

using abi::Event;
using abi::Reason;

namespace {
uint32_t ticks_left;
uint32_t leaver;     // whom it is time to leave for; 0: nobody
uint64_t asked_for;  // bit n: position n
uint64_t owned;      // likewise: walking over 64 empty positions would take longer than a deadline can wait

void run(Environment& to) {
  if (to.number != 0) identifiers::give(to);
  to.registers_kept = false;
  transfers::reopen(to);
  processor::set_running(&to, to.event_word);
  processor::set_address_space(to.entry_hi);
}

void leave(Registers registers) {
  Environment& from = running();
  if (from.number == 0 || !environments::exists(from.number)) return;
  from.registers_kept = registers == Registers::Keep;
  if (registers == Registers::KeepTwo) transfers::keep_two(from);
  transfers::reopen(from);
}

void switch_to(Environment& to, uint32_t position, Reason reason) {
  const uint32_t from = running().number;
  exposed().slice_position = position;
  trace::emit(Event::Switched, from, to.number, position, uint32_t(reason));
  run(to);
}

// Who runs in a slice of `owner`: itself, or whom it waits for, or whom that waits for. nullptr: nobody can; who was
// found so is in `unable`, because with circles of such waiting in every position this would take long.
Environment* runner_for(uint32_t owner, uint64_t& unable) {
  uint64_t seen = unable;
  while (owner != 0 && (seen & bit(owner)) == 0 && environments::is_ready(owner)) {
    deadlines::poll();
    Environment& e = environments::get(owner);
    if (!sleep::is_over(e)) {
      seen |= bit(owner);
      break;
    }
    if (transfers::resume_in_frame(e) || upcalls::rouse(e)) return &e;
    seen |= bit(owner);
    owner = e.calls;
  }
  unable = seen;
  return nullptr;
}

// A slice that is owed is paid back by not running in it.
bool forfeits(uint32_t owner, uint32_t position) {
  uint8_t& excess = exposed().excess[owner];
  if (excess == 0) return false;
  --excess;
  trace::emit(Event::SliceForfeited, owner, position, excess);
  return true;
}

// A tick past the end of a slice. It is owed by the one whose end it was, even when another runs by now because that
// one handed the processor on.
void count_excess(Environment& late) {
  uint8_t& excess = exposed().excess[late.number];
  ++excess;
  trace::emit(Event::ExcessCounted, late.number, excess);
  if (excess >= abi::kExcessLimit) {
    environments::destroy(late, Reason::OutOfTime, excess);
    return next(Reason::OutOfTime);
  }
  if (&late != &running() || !late.wants(abi::Upcall::SliceEnd)) next(Reason::SliceBegan);
}

// The slice that was over is left behind: its end is no news any more.
void forget_end() {
  if (leaver != 0) environments::get(leaver).news.slice_ended = false;
  leaver = 0;
}
}  // namespace

void initialise() {
  Environment& idle = environments::get(0);
  idle.frame.pc = reinterpret_cast<uint32_t>(idle_loop);
  idle.status = kIdleStatus;
  for (uint32_t& generation : exposed().slice_generations) generation = 1;
  processor::set_running(&idle, idle.event_word);
}

Result grant(uint32_t owner, uint32_t position_or_any) {
  uint32_t position = position_or_any;
  if (position == kAnyPosition) {
    for (position = 0; position < abi::kSlicePositions && owner_of(position) != 0;) ++position;
    if (position == abi::kSlicePositions) return Status::NoneFree;
  }
  if (!is_position(position)) return Status::BadArgument;
  if (owner_of(position) != 0) return Status::NotFree;
  owner_of(position) = uint8_t(owner);
  owned |= bit(position);
  ++environments::info(owner).slices;
  trace::emit(Event::SliceGranted, position, owner, generation_of(position));
  return Result::of(position);
}

void release(uint32_t position, Reason reason) {
  const uint32_t owner = owner_of(position);
  owner_of(position) = 0;
  owned &= ~bit(position);
  ++generation_of(position);
  set_under_revocation(position, false);
  --environments::info(owner).slices;
  trace::emit(Event::SliceFreed, position, owner, uint32_t(reason));
}

void transfer(uint32_t position, uint32_t to) {
  const uint32_t from = owner_of(position);
  owner_of(position) = uint8_t(to);
  ++generation_of(position);
  --environments::info(from).slices;
  ++environments::info(to).slices;
  trace::emit(Event::SliceTransferred, position, generation_of(position), from, to);
}

void revoke_all(uint32_t position) {
  ++generation_of(position);
  trace::emit(Event::ResourceRevoked, abi::resource_of(abi::ResourceKind::Slice, position), generation_of(position));
}

uint32_t free_all_of(uint32_t owner) {
  if (leaver == owner) forget_end();
  uint32_t freed = 0;
  for (uint32_t position = 0; position < abi::kSlicePositions; ++position) {
    if (owner_of(position) != owner) continue;
    release(position, Reason::OwnerGone);
    ++freed;
  }
  return freed;
}

uint32_t last_of(uint32_t owner) {
  for (uint64_t left = owned & ~asked_for; left != 0;) {
    const uint32_t position = last_of_set(left);
    if (owner_of(position) == owner) return position;
    left &= ~bit(position);
  }
  return kAnyPosition;
}

bool under_revocation(uint32_t position) { return (asked_for & bit(position)) != 0; }
void set_under_revocation(uint32_t position, bool under) {
  if (under)
    asked_for |= bit(position);
  else
    asked_for &= ~bit(position);
}

void next(Reason reason, Registers registers) {
  leave(registers);
  ticks_left = abi::kTicksPerSlice;
  forget_end();
  uint64_t unable = 0;
  uint32_t position = exposed().slice_position;
  for (uint64_t left = owned; left != 0; left &= ~bit(position)) {
    position = first_after(left, position);
    const uint32_t owner = owner_of(position);
    Environment* to = runner_for(owner, unable);
    if (to == nullptr || forfeits(owner, position)) continue;
    switch_to(*to, position, reason);
    to->news.slice_ended = false;
    to->news.slice_started = to->wants(abi::Upcall::SliceStart);
    return;
  }
  switch_to(environments::get(0), exposed().slice_position, Reason::NothingReady);
}

void donate(Environment& to, Registers registers) {
  leave(registers);
  (void)transfers::resume_in_frame(to);
  switch_to(to, exposed().slice_position, Reason::YieldedTo);
}

void enter(Environment& to, Registers registers) {
  leave(registers);
  run(to);
}

void tick(bool another_follows) {
  Environment& e = running();
  // Ticks that come in a row passed while the kernel was busy: they use a slice up, but they end none, and what comes
  // after its end is nobody's excess. The last of them is a tick like any other.
  if (another_follows) {
    if (leaver == 0 && ticks_left > 1) --ticks_left;
    return;
  }
  if (leaver != 0) return count_excess(environments::get(leaver));
  if (ticks_left != 0 && --ticks_left != 0) return;
  if (e.number == 0) return next(Reason::SliceBegan);
  trace::emit(Event::SliceOver, e.number, exposed().slice_position, exposed().excess[e.number]);
  if (!e.wants(abi::Upcall::SliceEnd)) return next(Reason::SliceBegan);
  leaver = e.number;
  e.news.slice_ended = true;
}

bool is_over(const Environment& e) { return leaver == e.number; }

}  // namespace exo::kernel::slices
