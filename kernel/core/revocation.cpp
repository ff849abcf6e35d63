#include "kernel/core/revocation.hpp"

#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/bindings.hpp"
#include "kernel/core/deadlines.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/repossession.hpp"
#include "kernel/core/requests.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/transfers.hpp"
#include "kernel/core/upcalls.hpp"
#include "kernel/download/downloads.hpp"

namespace exo::kernel::revocation {

using abi::Event;
using abi::Reason;
using abi::Upcall;

namespace {
bool is_any(uint32_t asked) { return asked == abi::kAnyFrame || asked == abi::kAnySlice; }
uint32_t position_of(uint32_t asked) { return asked & 0xffff; }  // or number of a download

// Marks what is asked for by its name, so that nobody asks for it twice.
void mark(uint32_t asked, bool under) {
  if (is_any(asked)) return;
  if (abi::asks_for_slice(asked))
    slices::set_under_revocation(position_of(asked), under);
  else if (abi::asks_for_download(asked))
    downloads::set_under_revocation(position_of(asked), under);
  else
    frames::set_under_revocation(asked, under);
}

void finish(Request& r) {
  if (r.stage < Stage::Taken) mark(r.asked, false);
  const bool clock = r.clock;
  const uint32_t moment = r.moment;
  requests::end(r);
  if (clock) deadlines::withdraw(moment);
}

// Whether the next thing that the owner hears is a demand.
bool demands(const Request& r) {
  return r.stage == Stage::Asked || (r.limits.patience_us == 0 && r.limits.deadline_us != 0);
}

// From reading the clock here to the time that the event carries, in ticks, and a little more: whoever holds the event
// against the abort finds that the deadline was not a tick shorter than promised.
constexpr uint32_t kStampTicks = 106;

// Starts the clock of a stage: the owner has been told, or has chosen not to listen.
void start_clock(Request& r) {
  const uint32_t deadline = abi::ticks_of_micros(r.limits.deadline_us);
  const uint32_t patience = abi::ticks_of_micros(r.limits.patience_us);
  r.untold = false;
  if (demands(r)) {
    r.stage = Stage::Demanded;
    r.clock = true;
    r.moment = processor::clock() + kStampTicks + deadline;
    trace::emit(Event::RevokeDemanded, r.id, r.owner, r.asked, r.moment);
  } else {
    r.stage = Stage::Asked;
    r.clock = r.limits.deadline_us != 0;
    r.moment = processor::clock() + kStampTicks + patience;
    trace::emit(Event::RevokeAsked, r.id, r.owner, r.asked, r.clock ? r.moment + deadline : 0);
  }
  if (r.clock) deadlines::add(r.moment);
}

// The frame that an abort takes when the request left the choice open: the one its owner took last.
uint32_t choose(uint32_t owner) {
  constexpr uint8_t kept = abi::kFrameGuaranteed | abi::kFrameUnderRevocation;
  uint16_t frame = environments::get(owner).first_frame;
  while (frame != kNil && frames::has_flag(frame, kept)) frame = frames::next_of_owner(frame);
  return frame == kNil ? abi::kNoFrame : frame;
}

// A slice has no contents and no bindings: taking it is all there is to do.
void abort_slice(Request& r) {
  const uint32_t position = r.asked != abi::kAnySlice ? position_of(r.asked) : slices::last_of(r.owner);
  r.clock = false;
  if (position == slices::kAnyPosition) {
    trace::emit(Event::RevokeEnded, r.id, r.owner, uint32_t(Reason::None));
    return finish(r);
  }
  r.asked = abi::asked_slice(position);
  trace::emit(Event::RevokeAborted, r.id, r.owner, r.asked, processor::clock() - r.moment);
  repossession::record(environments::get(r.owner), {r.id, r.asked, slices::generation_of(position), abi::kNoFrame});
  slices::release(position, Reason::Aborted);
  trace::emit(Event::Repossessed, r.id, r.owner, r.asked, abi::kNoFrame);
  r.stage = Stage::Notify;
}

// Nor has a download: whatever it was told, no packet and no sleeper reaches it any more.
void abort_download(Request& r) {
  const uint32_t number = position_of(r.asked);
  r.clock = false;
  trace::emit(Event::RevokeAborted, r.id, r.owner, r.asked, processor::clock() - r.moment);
  repossession::record(environments::get(r.owner), {r.id, r.asked, downloads::info(number).generation, abi::kNoFrame});
  downloads::set_under_revocation(number, false);
  downloads::remove(number, Reason::Aborted);
  trace::emit(Event::Repossessed, r.id, r.owner, r.asked, abi::kNoFrame);
  r.stage = Stage::Notify;
}

// By force: the frame is nobody's and its generation dead. Its bindings are broken and its contents saved by
// complete().
void abort(Request& r) {
  if (abi::asks_for_slice(r.asked)) return abort_slice(r);
  if (abi::asks_for_download(r.asked)) return abort_download(r);
  const uint32_t frame = r.asked != abi::kAnyFrame ? r.asked : choose(r.owner);
  r.clock = false;
  if (frame == abi::kNoFrame) {
    trace::emit(Event::RevokeEnded, r.id, r.owner, uint32_t(Reason::None));
    return finish(r);
  }
  r.asked = frame;
  r.stage = Stage::Taken;
  ++deadlines::to_complete;
  r.generation = frames::info(frame).generation;
  trace::emit(Event::RevokeAborted, r.id, r.owner, frame, processor::clock() - r.moment);
  frames::take_by_force(frame);
}

// The rest of an abort. No user instruction runs before it is done, so it may come after other deadlines have been met.
void complete(Request& r) {
  Environment& owner = environments::get(r.owner);
  bindings::break_all(r.asked, Reason::Aborted);
  deadlines::poll();  // here and below: others' deadlines do not wait for the rest of this abort
  r.saved_to = repossession::save(owner, r.asked);
  frames::free_taken(r.asked, r.owner);
  deadlines::poll();
  repossession::record(owner, {r.id, r.asked, r.generation, r.saved_to});
  trace::emit(Event::Repossessed, r.id, r.owner, r.asked, r.saved_to);
  r.stage = Stage::Notify;
  --deadlines::to_complete;
}

void tell_one(Environment& e, Request& r) {
  const bool listens = e.wants(r.stage == Stage::Notify ? Upcall::Repossessed : Upcall::Revoke);
  const bool can_enter = listens && e.listens();
  if (r.stage == Stage::Notify) {
    if (!listens) return finish(r);
    if (!can_enter) return;
    trace::emit(Event::RevokeNotified, r.id, r.owner, r.asked, r.saved_to);
    upcalls::deliver(e, Upcall::Repossessed, r.id, r.asked, r.saved_to);
    return finish(r);
  }
  if (r.untold) r.upcall_waits = listens;
  if (r.upcall_waits && can_enter) {
    const bool is_demand = r.untold ? demands(r) : r.stage == Stage::Demanded;
    upcalls::deliver(e, Upcall::Revoke, r.id, r.asked, is_demand ? r.limits.deadline_us : 0);
    r.upcall_waits = false;
  } else if (r.untold && listens) {
    trace::emit(Event::UpcallPending, e.number, uint32_t(Upcall::Revoke), r.id);
  }
  if (r.untold) start_clock(r);
}
}  // namespace

namespace {
Status may_ask_for_slice(uint32_t owner, uint32_t asked) {
  if (asked == abi::kAnySlice) return slices::last_of(owner) == slices::kAnyPosition ? Status::NotOwner : Status::Ok;
  const uint32_t position = asked & 0xff'ffff;
  if (!slices::is_position(position)) return Status::BadArgument;
  if (slices::owner_of(position) != owner) return Status::NotOwner;
  return slices::under_revocation(position) ? Status::UnderRevocation : Status::Ok;
}

Status may_ask_for_download(uint32_t owner, uint32_t asked) {
  const uint32_t number = asked & 0xff'ffff;
  if (!downloads::exists(number)) return Status::NoSuchDownload;
  if (!downloads::is_owned(number, owner)) return Status::NotOwner;
  return downloads::under_revocation(number) ? Status::UnderRevocation : Status::Ok;
}

Status may_ask_for_frame(uint32_t owner, uint32_t asked) {
  if (asked == abi::kAnyFrame)
    return environments::info(owner).frames == environments::info(owner).guaranteed ? Status::Guaranteed : Status::Ok;
  if (!frames::is_frame(asked)) return Status::NoSuchFrame;
  if (frames::info(asked).owner != owner) return Status::NotOwner;
  if (frames::has_flag(asked, abi::kFrameGuaranteed)) return Status::Guaranteed;
  return frames::has_flag(asked, abi::kFrameUnderRevocation) ? Status::UnderRevocation : Status::Ok;
}
}  // namespace

Result request(uint32_t owner, uint32_t asked, Limits limits) {
  if (!environments::exists(owner)) return Status::NoSuchEnvironment;
  TRY(abi::asks_for_slice(asked)      ? may_ask_for_slice(owner, asked)
      : abi::asks_for_download(asked) ? may_ask_for_download(owner, asked)
                                      : may_ask_for_frame(owner, asked));
  Request* r = requests::begin(owner, asked, limits);
  if (r == nullptr) return Status::NoneFree;
  mark(asked, true);
  transfers::close(environments::get(owner));
  trace::emit(Event::RevokeRequested, r->id, owner, asked, limits.pack());
  return Result::of(r->id);
}

Status demand(uint32_t id, uint32_t deadline_us) {
  Request* r = requests::find(id);
  if (r == nullptr || r->stage > Stage::Asked || deadline_us == 0) return Status::NoSuchRequest;
  r->limits = {0, deadline_us};
  r->untold = true;
  if (r->clock) {
    r->clock = false;
    deadlines::withdraw(r->moment);
  }
  return Status::Ok;
}

void returned(uint32_t owner, uint32_t given) {
  Request* r = requests::for_return(owner, given);
  if (r == nullptr) return;
  const bool was_armed = r->stage == Stage::Demanded;
  const int32_t left = int32_t(r->moment - processor::clock());
  const uint32_t patience_left = r->clock && left > 0 ? uint32_t(left) : 0;
  const uint32_t after = r->clock && !was_armed ? abi::ticks_of_micros(r->limits.deadline_us) : 0;
  trace::emit(Event::RevokeReturned, r->id, owner, given, patience_left + after);
  finish(*r);
}

void withdraw(uint32_t asked, abi::Reason reason) {
  requests::each([&](Request& r) {
    if (r.asked != asked || r.stage >= Stage::Taken) return;
    trace::emit(Event::RevokeEnded, r.id, r.owner, uint32_t(reason));
    finish(r);
  });
}

void tell_the_absent() {
  requests::each([](Request& r) {
    const Environment& e = environments::get(r.owner);
    const bool runs_again = environments::is_ready(r.owner) && environments::info(r.owner).slices != 0 &&
                            ((!transfers::is_parked(e) && !e.asleep) || e.listens());
    if (!r.untold || runs_again || &e == &slices::running()) return;
    r.upcall_waits = e.wants(Upcall::Revoke);
    if (r.upcall_waits) trace::emit(Event::UpcallPending, e.number, uint32_t(Upcall::Revoke), r.id);
    start_clock(r);
  });
}

void tell(Environment& e) {
  if (slices::is_over(e)) return;  // its slice is over: it hears it when it has the time to act
  // At most one can enter, so the one that has waited longest comes first: later ones must not overtake it for ever.
  if (e.news.requests > 1)
    if (Request* oldest = requests::oldest_to_tell(e)) tell_one(e, *oldest);
  requests::each_of(e.number, [&](Request& r) {
    if (r.stage != Stage::Taken) tell_one(e, r);
    deadlines::poll();  // with many requests, the first deadline can pass before the last has been told
  });
}

uint32_t waiting(const Environment& e) {
  uint32_t count = 0;
  if (e.news.requests != 0) requests::each_of(e.number, [&](Request& r) { count += r.is_to_be_told(); });
  return count;
}

void end_all_of(uint32_t owner) {
  requests::each_of(owner, [&](Request& r) {
    if (r.stage < Stage::Taken) {
      trace::emit(Event::RevokeEnded, r.id, owner, uint32_t(Reason::OwnerGone));
      return finish(r);
    }
    if (r.stage == Stage::Taken) {
      bindings::break_all(r.asked, Reason::Aborted);
      frames::free_taken(r.asked, owner);
      --deadlines::to_complete;
    }
    requests::end(r);
  });
}

bool earliest(uint32_t& moment) { return requests::earliest(moment); }

bool act_on_due(uint32_t now, uint32_t& next) {
  bool more = false;
  requests::each([&](Request& r) {
    if (!r.clock) return;
    if (int32_t(now - r.moment) < 0) {
      if (!more || int32_t(r.moment - next) < 0) next = r.moment;
      more = true;
    } else if (r.stage == Stage::Demanded) {
      abort(r);
    } else {
      r.clock = false;  // patience is over: the next time it runs it hears a demand
      r.untold = true;
      r.upcall_waits = false;
    }
  });
  return more;
}

void complete_taken() {
  while (deadlines::to_complete != 0)
    requests::each([](Request& r) {
      if (r.stage == Stage::Taken) complete(r);
    });
}

bool clock_runs() { return requests::any_clock(); }

uint32_t show() {
  uint32_t shown = 0;
  requests::each([&](Request& r) {
    if (r.stage >= Stage::Taken) return;
    trace::emit(Event::AuditRequest, r.id, r.owner, r.asked, uint32_t(r.stage));
    ++shown;
  });
  return shown;
}

}  // namespace exo::kernel::revocation
