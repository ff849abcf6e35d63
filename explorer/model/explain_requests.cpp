// Why a request stands as it does, and the words about requests that frames, slices and downloads need too.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/explain_parts.hpp"

namespace exo::model::explaining {

std::string span_text(Ticks ticks) {
  const double us = micros(ticks);
  if (us < 10) return fmt::format("{:.1f} \u00b5s", us);
  if (us < 1000) return fmt::format("{:.0f} \u00b5s", us);
  if (us < 1e6) return fmt::format("{:.1f} ms", us / 1000);
  return fmt::format("{:.2f} s", us / 1e6);
}

std::string moment_text(Ticks ticks) {
  const std::string digits = fmt::format("{}", std::uint64_t(std::round(micros(ticks))));
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) out += '\'';
    out += digits[i];
  }
  std::ranges::replace(out, '\'', ' ');
  return out + " \u00b5s";
}

std::string Case::ago(Ticks then) const {
  const Ticks span = state.now - std::min(state.now, then);
  return micros(span) < 0.1 ? "just now" : span_text(span) + " ago";
}

std::string Case::ago(const Event* event) const { return event == nullptr ? "" : " " + ago(event->ticks); }

const RequestState* request_for(const State& state, std::uint32_t asked) {
  const RequestState* found = nullptr;
  for (const RequestState& request : state.requests)
    if (request.id != 0 && request.outcome == Outcome::Pending && request.asked == asked &&
        (found == nullptr || request.requested > found->requested))
      found = &request;
  return found;
}

namespace {

const Event* event_of(const Case& one, const RequestState& request, abi::Event id) {
  for (const Event& event : one.found.events)
    if (event.id == id && event.args[0] == request.id) return &event;
  return nullptr;
}

/// Who made the request: the environment that the chain shows behind it, or the host.
std::string asker(const Case& one, const RequestState& request) {
  const Event* made = event_of(one, request, abi::Event::RevokeRequested);
  if (made == nullptr) return "";
  if (one.found.cause(made->number, abi::Event::ControlTaken) != nullptr || made->env == 0) return "the host";
  return one.name(made->env);
}

/// What made the asker ask: a command, or a note of its own about it.
std::string reason_behind(const Case& one, const RequestState& request) {
  const Event* made = event_of(one, request, abi::Event::RevokeRequested);
  if (made == nullptr) return "";
  for (const Event& event : one.found.events)
    if (event.number < made->number && event.id == abi::Event::ControlTaken &&
        abi::ControlOp(event.args[0] & 0xffff) == abi::ControlOp::Pressure)
      return fmt::format(", which the host had told to find {} frame{}", event.args[1], event.args[1] == 1 ? "" : "s");
  return "";
}

}  // namespace

std::string who_asked(const Case& one, const RequestState& request) {
  const std::string who = asker(one, request);
  if (who.empty()) return fmt::format("request {}, made at {}", request.id, moment_text(request.requested));
  return fmt::format("the request that {} made at {}", who, moment_text(request.requested));
}

std::string asked_because(const Case& one, const RequestState& request) {
  const std::string who = asker(one, request);
  if (who.empty()) return fmt::format("because of request {}", request.id);
  return fmt::format("because {}{} asked for {} at {}", who, reason_behind(one, request), asked_text(request.asked),
                     moment_text(request.requested));
}

std::string pending_sentence(const Case& one, const RequestState& request, const std::string& lead) {
  const std::string owner = one.name(request.env);
  if (request.demanded) {
    const Ticks left = request.fires > one.state.now ? request.fires - one.state.now : 0;
    return fmt::format("{}: the kernel demanded it {}, because {} did not answer {}; {}.", lead, one.ago(request.armed),
                       owner, who_asked(one, request),
                       left == 0 ? std::string("the deadline has passed")
                                 : fmt::format("it is taken by force in {}", span_text(left)));
  }
  if (request.delivered != kNever)
    return fmt::format("{}: {} was asked for it {} and has not answered yet, {}.", lead, owner,
                       one.ago(request.delivered), asked_because(one, request));
  const bool runs = one.state.running == request.env;
  return fmt::format("{}: it is asked for since {}, {}, but {} has not heard it yet because it {}.", lead,
                     moment_text(request.requested), asked_because(one, request), owner,
                     runs ? std::string("is about to be told") : condition_text(one.state, request.env));
}

void want_request(const RequestState& request, std::vector<Want>& wants) {
  const causes::Thing id{causes::Thing::Kind::Request, request.id, request.id};
  for (const abi::Event event :
       {abi::Event::RevokeNotified, abi::Event::RevokeAborted, abi::Event::RevokeReturned, abi::Event::RevokeEnded,
        abi::Event::RevokeDemanded, abi::Event::RevokeAsked, abi::Event::RevokeRequested})
    wants.push_back(causes::want(event, {"request", id}));
}

void request_wants(const Case& one, std::vector<Want>& wants) {
  RequestState request;
  request.id = one.number;
  want_request(request, wants);
}

std::string request_sentence(const Case& one) {
  const RequestState& request = one.state.requests[request_place(one.state, one.number)];
  if (request.id != one.number || one.number == 0)
    return fmt::format("Request {} is not there: it has not been made, or was made long ago.", one.number);
  const std::string owner = one.name(request.env), what = asked_text(request.asked);
  switch (request.outcome) {
    case Outcome::Pending:
      return pending_sentence(one, request, fmt::format("Request {} for {} is open", request.id, what));
    case Outcome::Returned:
      return fmt::format("Request {} is answered: {} returned {} {}, {}.", request.id, owner, what,
                         one.ago(request.done), asked_because(one, request));
    case Outcome::Aborted:
      if (request.armed == kNever || request.fires == kNever)
        return fmt::format("Request {} ended in an abort: {} was taken from {} by force {}.", request.id, what, owner,
                           one.ago(request.done));
      return fmt::format(
          "Request {} ended in an abort: {} had not returned {} when the deadline of {} \u00b5s, armed at {}, passed; "
          "it did not answer {}.",
          request.id, owner, what, request.deadline_us, moment_text(request.armed), who_asked(one, request));
    case Outcome::Ended: {
      const Event* end = one.found.latest(abi::Event::RevokeEnded);
      return fmt::format("Request {} ended without an answer{}: {}.", request.id, one.ago(end),
                         end == nullptr ? std::string_view("why is not in the trace") : reason_text(end->args[2]));
    }
  }
  return "";
}

}  // namespace exo::model::explaining
