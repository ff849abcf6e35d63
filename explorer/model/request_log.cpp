// Placing revocation events in the log: almost always at its end.
#include "explorer/model/request_log.hpp"

#include <algorithm>

#include "explorer/model/reduce.hpp"

namespace exo::model {

namespace {
constexpr std::uint32_t kBelievable = 4096;          ///< how far ahead of the last request a new one may be numbered
constexpr std::ptrdiff_t kLate = abi::kMaxRequests;  ///< how far from the end one may be put in late
}  // namespace

RequestState* RequestLog::find(std::uint32_t id) {
  const auto place =
      std::lower_bound(requests_.begin(), requests_.end(), id,
                       [](const RequestState& request, std::uint32_t wanted) { return request.id < wanted; });
  return place != requests_.end() && place->id == id ? &*place : nullptr;
}

bool RequestLog::take(const Event& event, bool certain) {
  const std::uint32_t id = event.args[0];
  RequestState* known = find(id);
  if (known != nullptr) {
    if (event.id == abi::Event::RevokeRequested) return false;  // numbers are not used twice
    reduce_request(*known, event);
    return true;
  }
  if (event.id != abi::Event::RevokeRequested && certain) return false;
  const std::uint32_t last = requests_.empty() ? 0 : requests_.back().id;
  if (id > last && id - last > kBelievable && certain) return false;
  const auto place =
      std::lower_bound(requests_.begin(), requests_.end(), id,
                       [](const RequestState& request, std::uint32_t wanted) { return request.id < wanted; });
  if (requests_.end() - place > kLate) return false;
  RequestState fresh;
  fresh.id = id;
  fresh.env = std::uint8_t(event.args[1]);
  if (event.id != abi::Event::RevokeEnded) fresh.asked = event.args[2];
  reduce_request(fresh, event);
  requests_.insert(place, fresh);
  return true;
}

void RequestLog::settle(const State& state) {
  for (RequestState& request : requests_) {
    if (request.outcome != Outcome::Pending) continue;
    const RequestState& shown = state.requests[request_place(state, request.id)];
    if (shown.id == request.id && shown.outcome == Outcome::Pending) continue;
    request.outcome = Outcome::Ended;
    request.done_event = std::uint32_t(state.number);
  }
  for (const RequestState& shown : state.requests)
    if (shown.id != 0 && shown.outcome == Outcome::Pending && find(shown.id) == nullptr &&
        (requests_.empty() || requests_.back().id < shown.id))
      requests_.push_back(shown);
}

void RequestLog::forget(EventNumber upto, const State& newest) {
  if (requests_.empty()) return;
  const std::uint32_t last = requests_.back().id;  // stays: later ones are numbered on from it
  std::erase_if(requests_, [&](const RequestState& request) {
    const std::uint32_t touched = std::max({request.requested_event, request.delivered_event, request.armed_event,
                                            request.done_event, request.notified_event});
    return touched <= upto && request.id != last && newest.requests[request_place(newest, request.id)].id != request.id;
  });
}

}  // namespace exo::model
