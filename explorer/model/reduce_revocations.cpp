// Visible revocation: REQUESTED -> asked -> DEADLINE -> RETURNED or ABORTED -> NOTIFIED, one RequestState a request.
// What a request does to its frame or slice (flags, owner) happens here too.
#include "explorer/model/reduce.hpp"
#include "explorer/model/reduce_parts.hpp"

namespace exo::model {

namespace {

void begin(RequestState& request, const Event& event) {
  request = {};
  request.id = event.args[0];
  request.env = std::uint8_t(event.args[1]);
  request.asked = event.args[2];
  request.patience_us = event.args[3] >> 16;
  request.deadline_us = event.args[3] & 0xffff;
  request.requested = event.ticks;
  request.requested_event = std::uint32_t(event.number);
}

void delivered(RequestState& request, const Event& event) {
  if (request.delivered != kNever) return;
  request.delivered = event.ticks;
  request.delivered_event = std::uint32_t(event.number);
}

void demanded(RequestState& request, const Event& event) {
  delivered(request, event);
  request.demanded = true;
  request.armed = event.ticks;
  request.armed_event = std::uint32_t(event.number);
  request.fires = unwrap_near(event.ticks, event.args[3]);
  // A demand may bring a deadline of its own; the event carries it only as a time.
  const Ticks left = request.fires > event.ticks ? request.fires - event.ticks : 0;
  const auto limit = std::uint32_t((left * abi::kNanosecondsPerTick + 500) / 1000);
  const std::uint32_t difference =
      limit > request.deadline_us ? limit - request.deadline_us : request.deadline_us - limit;
  if (request.deadline_us == 0 || difference > 2) request.deadline_us = limit;
}

void finish(RequestState& request, const Event& event, Outcome outcome) {
  if (request.outcome == Outcome::Aborted) return;  // an end after that only says that the owner will not be told
  request.outcome = outcome;
  request.done = event.ticks;
  request.done_event = std::uint32_t(event.number);
}

}  // namespace

void reduce_request(RequestState& request, const Event& event) {
  switch (event.id) {
    case abi::Event::RevokeRequested:
      begin(request, event);
      break;
    case abi::Event::RevokeAsked:
      delivered(request, event);
      if (request.deadline_us != 0) request.fires = unwrap_near(event.ticks, event.args[3]);
      break;
    case abi::Event::RevokeDemanded:
      demanded(request, event);
      break;
    case abi::Event::RevokeReturned:
      request.asked = event.args[2];
      finish(request, event, Outcome::Returned);
      break;
    case abi::Event::RevokeAborted:
      request.asked = event.args[2];
      finish(request, event, Outcome::Aborted);
      break;
    case abi::Event::RevokeEnded:
      finish(request, event, Outcome::Ended);
      break;
    case abi::Event::Repossessed:
      request.saved_to = event.args[3];
      break;
    case abi::Event::RevokeNotified:
      request.notified = event.ticks;
      request.notified_event = std::uint32_t(event.number);
      break;
    default:
      break;
  }
}

namespace parts {

namespace {

/// Taken by force: nobody's at once, and not yet free while its contents are being saved.
void abort_frame(State& state, std::uint32_t number) {
  set_frame(state, number, 0, abi::kFrameSaving);
  FrameState& frame = state.frames[number];
  ++frame.generation;
  frame.guard = abi::kFrameRights;
  frame.taken = 1;
}

/// Marks the frame or the slice that is asked for by its name.
void mark(State& state, std::uint32_t asked, bool under) {
  mark_slice(state, asked, under);
  mark_download(state, asked, under);
  if (asked >= abi::kFrameCount) return;
  set_flags(state, asked, under ? abi::kFrameUnderRevocation : 0, under ? 0 : abi::kFrameUnderRevocation);
}

void touch_asked(State& state, const RequestState& request, const Event& event) {
  switch (event.id) {
    case abi::Event::RevokeRequested:
      return mark(state, event.args[2], true);
    case abi::Event::RevokeReturned:
      return mark(state, event.args[2], false);
    case abi::Event::RevokeAborted:
      mark_slice(state, event.args[2], false);
      mark_download(state, event.args[2], false);
      if (event.args[2] < abi::kFrameCount) abort_frame(state, event.args[2]);
      return;
    case abi::Event::RevokeEnded:
      if (request.id == event.args[0] && request.outcome == Outcome::Pending) mark(state, request.asked, false);
      return;
    default:
      return;
  }
}

}  // namespace

void reduce_revocation(State& state, const Event& event) {
  const std::uint32_t id = event.args[0];
  RequestState& request = state.requests[request_place(state, id)];
  touch_asked(state, request, event);
  if (event.id == abi::Event::RevokeRequested) {
    reduce_request(request, event);
  } else if (request.id == id && id != 0) {
    reduce_request(request, event);
  } else if (!state.certain && id != 0 && (request.id == 0 || request.outcome != Outcome::Pending)) {
    // Its beginning was lost in a gap: what is still to come of it is shown all the same.
    request = {};
    request.id = id;
    request.env = std::uint8_t(event.args[1]);
    if (event.id != abi::Event::RevokeEnded) request.asked = event.args[2];
    reduce_request(request, event);
  }
  state.envs[event.args[1]].changed = stamp(state);
}

}  // namespace parts
}  // namespace exo::model
