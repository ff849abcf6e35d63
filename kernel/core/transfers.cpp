#include "kernel/core/transfers.hpp"

#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/upcalls.hpp"

namespace exo::kernel::transfers {

using abi::Event;

namespace {
uint64_t bit(uint32_t number) { return uint64_t(1) << number; }

// The frame is what the callee finds: the caller's registers, and who it is.
void put_into(Environment& callee, const TrapFrame& message, uint32_t pc, uint32_t caller) {
  callee.frame = message;
  callee.frame.v1() = caller;
  callee.frame.pc = pc;
}
}  // namespace

void reopen(Environment& e) {
  const bool open = e.entry.sync != 0 && !e.entry.guarded && e.entry_hi != 0 && !e.registers_kept && e.resume_pc == 0 &&
                    environments::is_ready(e.number) && !e.news.any();
  e.open_entry = open ? e.entry.sync : 0;
}

void close(Environment& e) {
  e.open_entry = 0;
  (void)resume_in_frame(e);
}

void keep_two(Environment& e) {
  e.resume_pc = e.frame.pc;
  e.resume_sp = e.frame.sp();
  if (e.news.any()) close(e);
}

bool resume_in_frame(Environment& e) {
  if (e.registers_kept || e.resume_pc == 0) return e.registers_kept;
  e.frame.pc = e.resume_pc;
  e.frame.sp() = e.resume_sp;
  e.frame.v0() = uint32_t(Status::Ok);
  e.resume_pc = 0;
  e.registers_kept = true;  // also when it does not run after all: the slice can be one that it owes
  return true;
}

bool is_parked(const Environment& e) {
  return environments::is_ready(e.number) && &e != &slices::running() && !e.registers_kept && e.resume_pc == 0;
}

Status transfer(Environment& caller, uint32_t number, Kind kind) {
  if (!environments::exists(number)) return Status::NoSuchEnvironment;
  Environment& callee = environments::get(number);
  const bool keeps = kind == Kind::Async;
  if (&callee == &caller && kind == Kind::Answer) kind = Kind::Sync;  // it does not wait: it is here
  const uint32_t pc = keeps ? callee.entry.async : callee.entry.sync;
  if (pc == 0 || !environments::is_ready(number)) return Status::WrongState;
  if (callee.entry.guarded && (callee.entry.admitted & bit(caller.number)) == 0) return Status::NoRight;
  if (callee.registers_kept || callee.resume_pc != 0 || (&callee == &caller && keeps)) return Status::Busy;
  trace::emit(keeps ? Event::TransferredAsync : Event::Transferred, number);
  if (kind == Kind::Sync) caller.calls = number;
  if (kind == Kind::Answer) trace::emit(Event::EnvParked, caller.number, caller.calls);
  put_into(callee, caller.frame, pc, caller.number);
  slices::enter(callee, keeps ? slices::Registers::Keep : slices::Registers::GiveUp);
  return Status::Ok;
}

void set_entry(Environment& holder, uint32_t sync, uint32_t async, bool guarded) {
  holder.entry.sync = sync;
  holder.entry.async = async;
  holder.entry.guarded = guarded;
  trace::emit(Event::EntrySet, holder.number, sync, async, guarded);
  reopen(holder);
}

void admit(Environment& holder, uint32_t caller) {
  holder.entry.admitted |= bit(caller);
  trace::emit(Event::EntryBound, caller, holder.number);
}

void revoke_all(Environment& holder) {
  uint32_t& generation = exposed().entry_generations[holder.number];
  ++generation;
  holder.entry.admitted = 0;
  trace::emit(Event::ResourceRevoked, abi::resource_of(abi::ResourceKind::Entry, holder.number), generation);
}

void park(Environment& e, bool keep) {
  if (!keep) e.calls = 0;
  trace::emit(Event::EnvParked, e.number, e.calls);
  slices::next(abi::Reason::Parked, slices::Registers::GiveUp);
}

void forget(uint32_t number) {
  for (uint32_t other = 1; other < abi::kMaxEnvironments; ++other) {
    Environment& e = environments::get(other);
    e.entry.admitted &= ~bit(number);
    if (e.calls != number) continue;
    e.calls = 0;
    if (!is_parked(e) || e.entry.sync == 0) continue;
    e.frame.v1() = 0;
    e.frame.pc = e.entry.sync;
    e.registers_kept = true;
    close(e);
    trace::emit(Event::CalleeGone, other);
  }
}

}  // namespace exo::kernel::transfers
