#include "explorer/views/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "explorer/model/words.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

// A request of the log, cut back to what had happened at the cursor. Event numbers are kept as 32 bits, like the cursor
// here.
void forget_later(model::RequestState& request, model::EventNumber cursor) {
  auto later = [cursor](std::uint32_t event) { return event == 0 || event > cursor; };
  if (later(request.delivered_event)) {
    request.delivered = request.fires = model::kNever;
    request.delivered_event = 0;
  }
  if (later(request.armed_event)) {
    request.armed = model::kNever;
    request.demanded = false;
    request.armed_event = 0;
  }
  if (later(request.done_event)) {
    request.done = model::kNever;
    request.outcome = model::Outcome::Pending;
    request.done_event = 0;
    request.saved_to = abi::kNoFrame;
  }
  if (later(request.notified_event)) {
    request.notified = model::kNever;
    request.notified_event = 0;
  }
}

std::span<const model::RequestState> made_by_now(const ViewContext& ctx) {
  const auto& all = ctx.history.requests();
  return {all.begin(), std::ranges::upper_bound(all, ctx.cursor, {}, &model::RequestState::requested_event)};
}

}  // namespace

RequestNow request_now(const ViewContext& ctx, const model::RequestState& state) {
  RequestNow out;
  out.state = state;
  switch (state.outcome) {
    case model::Outcome::Returned:
      out.phase = Phase::Returned;
      break;
    case model::Outcome::Aborted:
      out.phase = Phase::Taken;
      break;
    case model::Outcome::Ended:
      out.phase = Phase::Ended;
      break;
    case model::Outcome::Pending:
      out.phase = state.demanded ? Phase::Demanded : state.delivered != model::kNever ? Phase::Asked : Phase::Requested;
      break;
  }
  out.deadline = state.deadline_us != 0 && state.fires != model::kNever;
  if (out.deadline && out.open() && state.fires > ctx.state.now) out.left = state.fires - ctx.state.now;
  return out;
}

RequestNow request_at_cursor(const ViewContext& ctx, model::RequestState state) {
  // The state at the cursor holds the newest requests exactly; older ones have long been decided.
  const auto& slot = ctx.state.requests[model::request_place(ctx.state, state.id)];
  if (slot.id == state.id) {
    state = slot;
  } else {
    forget_later(state, ctx.cursor);
  }
  return request_now(ctx, state);
}

std::vector<RequestNow> requests_now(const ViewContext& ctx) {
  const auto made = made_by_now(ctx);
  std::vector<RequestNow> out;
  for (const model::RequestState& request : made.last(std::min(made.size(), kLatestRequests)))
    out.push_back(request_at_cursor(ctx, request));
  return out;
}

RequestCounts count_requests(const ViewContext& ctx) {
  RequestCounts counts;
  for (const model::RequestState& request : made_by_now(ctx)) {
    const bool done = request.done_event != 0 && request.done_event <= ctx.cursor;
    ++counts.all;
    counts.open += !done;
    counts.returned += done && request.outcome == model::Outcome::Returned;
    counts.taken += done && request.outcome == model::Outcome::Aborted;
  }
  return counts;
}

std::string asked_words(std::uint32_t asked) { return asked == abi::kNoFrame ? "no frame" : model::asked_text(asked); }

std::string phase_words(const RequestNow& request) {
  switch (request.phase) {
    case Phase::Requested:
      return "requested, not delivered yet";
    case Phase::Asked:
      return "asked, no answer yet";
    case Phase::Demanded:
      return "demanded: the deadline runs";
    case Phase::Returned:
      return request.state.delivered != model::kNever
                 ? "returned after " + short_micros(request.state.done - request.state.delivered)
                 : "returned";
    case Phase::Taken:
      return "taken by force";
    case Phase::Ended:
      return "ended without an answer";
  }
  return {};
}

std::string hot_words(const RequestNow& request) {
  const std::string asked = asked_words(request.state.asked);
  switch (request.phase) {
    case Phase::Requested:
      return "wanted: " + asked;
    case Phase::Asked:
      return request.left != 0 ? fmt::format("please return {} \u00b7 {} left", asked, short_micros(request.left))
                               : fmt::format("please return {}", asked);
    case Phase::Demanded:
      return request.left != 0 ? fmt::format("return {} \u00b7 {} left", asked, short_micros(request.left))
                               : fmt::format("return {} \u00b7 time is up", asked);
    case Phase::Returned:
      return asked + " returned";
    case Phase::Taken:
      return asked + " taken by force";
    case Phase::Ended:
      return "request ended";
  }
  return {};
}

}  // namespace exo::views
