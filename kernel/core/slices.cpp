#include "kernel/core/slices.hpp"

#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/upcalls.hpp"

extern "C" {
exo::kernel::TrapFrame* current_frame;  // where vectors.S saves registers
uint32_t stlb_hash_bytes;               // stlb_hash of the running address space, as an offset into the STLB
void idle_loop();
}

namespace exo::kernel::slices {

using abi::Event;
using abi::Reason;

Environment* current;

namespace {
uint32_t ticks_left;

uint8_t& owner_of(uint32_t position) { return exposed().slices[position]; }

void run(Environment& to, uint32_t position, Reason reason) {
  const uint32_t from = current->number;
  current->leaving = false;
  current = &to;
  current_frame = &to.frame;
  stlb_hash_bytes = abi::stlb_hash(to.asid) * sizeof(abi::StlbEntry);
  processor::set_address_space(to.asid);
  if (from != 0 && environments::exists(from)) environments::info(from).state = uint8_t(abi::EnvState::Ready);
  if (to.number != 0) environments::info(to.number).state = uint8_t(abi::EnvState::Running);
  exposed().slice_position = position;
  exposed().running = to.number;
  trace::emit(Event::Switched, from, to.number, position, uint32_t(reason));
  trace::set_environment(to.number);
}
}  // namespace

void initialise() {
  current = &environments::get(0);
  current->frame.pc = reinterpret_cast<uint32_t>(idle_loop);
  current->frame.status = kIdleStatus;
  current_frame = &current->frame;
}

Result grant(uint32_t owner, uint32_t position_or_any) {
  uint32_t position = position_or_any;
  if (position == kAnyPosition) {
    for (position = 0; position < abi::kSlicePositions && owner_of(position) != 0;) ++position;
    if (position == abi::kSlicePositions) return Status::NoneFree;
  }
  if (position >= abi::kSlicePositions) return Status::BadArgument;
  if (owner_of(position) != 0) return Status::NotFree;
  owner_of(position) = uint8_t(owner);
  ++environments::info(owner).slices;
  trace::emit(Event::SliceGranted, position, owner);
  return Result::of(position);
}

Status give_back(uint32_t owner, uint32_t position) {
  if (position >= abi::kSlicePositions) return Status::BadArgument;
  if (owner_of(position) != owner) return Status::NotOwner;
  owner_of(position) = 0;
  --environments::info(owner).slices;
  trace::emit(Event::SliceFreed, position, owner, uint32_t(Reason::Freed));
  return Status::Ok;
}

uint32_t free_all_of(uint32_t owner) {
  uint32_t freed = 0;
  for (uint32_t position = 0; position < abi::kSlicePositions; ++position) {
    if (owner_of(position) != owner) continue;
    owner_of(position) = 0;
    --environments::info(owner).slices;
    ++freed;
    trace::emit(Event::SliceFreed, position, owner, uint32_t(Reason::OwnerGone));
  }
  return freed;
}

void next(Reason reason) {
  ticks_left = abi::kTicksPerSlice;
  uint32_t position = exposed().slice_position;
  for (uint32_t i = 0; i < abi::kSlicePositions; ++i) {
    position = (position + 1) % abi::kSlicePositions;
    const uint32_t owner = owner_of(position);
    if (owner == 0 || !environments::is_ready(owner)) continue;
    Environment& to = environments::get(owner);
    run(to, position, reason);
    to.slice_started = to.wants(abi::Upcall::SliceStart);
    return;
  }
  run(environments::get(0), exposed().slice_position, Reason::NothingReady);
}

void donate(Environment& to) { run(to, exposed().slice_position, Reason::YieldedTo); }

void tick() {
  if (ticks_left != 0 && --ticks_left != 0) return;
  Environment& e = running();
  if (e.number == 0) return next(Reason::SliceBegan);
  const uint32_t position = exposed().slice_position;
  if (e.wants(abi::Upcall::SliceEnd) && e.page->masked == 0) {
    trace::emit(Event::SliceOver, e.number, position, 0);
    e.leaving = true;
    e.leave_by = processor::clock() + abi::ticks_of_micros(abi::kSliceEndMicros);
    ticks_left = abi::kTicksPerSlice;
    return upcalls::deliver(e, abi::Upcall::SliceEnd, position, abi::kSliceEndMicros, 0);
  }
  trace::emit(Event::SliceOver, e.number, position, 0);
  next(Reason::SliceBegan);
}

void enforce_leaving(uint32_t now) {
  Environment& e = running();
  if (!e.leaving || int32_t(now - e.leave_by) < 0) return;
  trace::emit(Event::SliceOver, e.number, exposed().slice_position, 1);
  next(Reason::Overran);
}

}  // namespace exo::kernel::slices
