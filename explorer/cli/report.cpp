#include "explorer/cli/report.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "explorer/model/words.hpp"

namespace exo::cli {
namespace {

using Json = nlohmann::ordered_json;

/// Microseconds, exact to the nanosecond that the clock can tell.
Json micros_or_null(model::Ticks ticks) {
  if (ticks == model::kNever) return nullptr;
  return std::round(model::micros(ticks) * 1000.0) / 1000.0;
}

/// As the report's readers know it, whatever the words of the window are. A request whose owner was destroyed was never
/// answered: it is pending for ever, and ended_us says since when nobody waits.
const char* outcome_key(model::Outcome outcome) {
  switch (outcome) {
    case model::Outcome::Returned:
      return "returned";
    case model::Outcome::Aborted:
      return "aborted";
    case model::Outcome::Ended:
    case model::Outcome::Pending:
      break;
  }
  return "pending";
}

Json frame_or_null(std::uint32_t frame) { return frame < abi::kFrameCount ? Json(frame) : Json(nullptr); }

Json slice_or_null(std::uint32_t asked) {
  const std::uint32_t position = asked - abi::kAskedSlice;
  return position < abi::kSlicePositions ? Json(position) : Json(nullptr);
}

Json revocations_of(const model::History& history) {
  Json list = Json::array();
  for (const auto& request : history.requests()) {
    Json one;
    // Its name when it was asked: it may be gone by the end.
    one["env"] = model::env_name(history.state_at(request.requested_event), request.env);
    one["frame"] = frame_or_null(request.asked);
    if (abi::asks_for_slice(request.asked)) one["slice"] = slice_or_null(request.asked);
    one["requested_us"] = micros_or_null(request.requested);
    one["delivered_us"] = micros_or_null(request.delivered);
    one["deadline_us"] = micros_or_null(request.fires);
    one["outcome"] = outcome_key(request.outcome);
    const bool ended = request.outcome == model::Outcome::Ended;
    one["done_us"] = micros_or_null(ended ? model::kNever : request.done);
    one["notified_us"] = micros_or_null(request.notified);
    one["armed_us"] = micros_or_null(request.armed);
    one["ended_us"] = micros_or_null(ended ? request.done : model::kNever);
    one["saved_to"] = frame_or_null(request.saved_to);
    list.push_back(std::move(one));
  }
  return list;
}

const char* kind_key(model::Incident::Kind kind) {
  switch (kind) {
    case model::Incident::Kind::Crashed:
      return "crashed";
    case model::Incident::Kind::Failed:
      return "assertion failed";
    case model::Incident::Kind::Destroyed:
      return "destroyed";
    case model::Incident::Kind::Panicked:
      break;
  }
  return "panicked";
}

Json stack_of(const session::IncidentStack& stack) {
  if (!stack.problem.empty()) return nullptr;
  Json list = Json::array();
  for (const auto& one : stack.frames) {
    Json frame{{"function", one.frame.function}, {"pc", one.frame.pc}, {"env", one.frame.env}, {"here", one.here}};
    frame["file"] = one.frame.file.empty() ? Json(nullptr) : Json(one.frame.file);
    frame["line"] = one.frame.file.empty() ? Json(nullptr) : Json(one.frame.line);
    frame["crossed"] = one.frame.boundary.empty() ? Json(nullptr) : Json(one.frame.boundary);
    frame["arguments"] = Json::object();
    for (const auto& argument : one.arguments)
      frame["arguments"][argument.name] = argument.missing ? Json(nullptr) : Json(argument.text);
    list.push_back(std::move(frame));
  }
  return list;
}

Json crashes_of(const CrashReport& report) {
  Json list = Json::array();
  for (const Crash& crash : report.crashes) {
    const model::Incident& incident = crash.incident;
    list.push_back({{"what", kind_key(incident.kind)},
                    {"text", incident.text},
                    {"env", incident.env},
                    {"event", incident.event},
                    {"time_us", micros_or_null(incident.at)},
                    {"stack", stack_of(crash.stack)}});
  }
  return list;
}

}  // namespace

std::string json_report(const session::Session& session, const std::string& scenario, Judgement judgement,
                        const CrashReport& crashes) {
  const auto& history = session.history();
  const auto& state = history.newest();
  Json report;
  report["scenario"] = scenario;
  report["ok"] = judgement == Judgement::NotJudged ? Json(nullptr) : Json(judgement == Judgement::Good);
  if (session.failure() != nullptr) report["error"] = session.failure()->what();
  report["guest_us"] = micros_or_null(state.now);
  report["instructions"] = model::instructions(state.now);
  report["events"] = history.size();
  report["dropped"] = state.dropped;
  report["expectations"] = Json::array();
  for (const auto& verdict : session.story().expectations)
    report["expectations"].push_back(
        {{"text", verdict.text},
         {"ok", judgement == Judgement::NotJudged || !verdict.ok ? Json(nullptr) : Json(*verdict.ok)}});
  report["revocations"] = revocations_of(history);
  std::uint64_t differences = 0, checked = 0;
  for (const auto& audit : history.audits()) {
    differences += audit.difference_count;
    checked += audit.checked;
  }
  report["audit"] = {{"differences", differences}, {"checked", checked}};
  report["authorizations"] = state.authorizations;
  report["uses"] = state.uses;
  report["refusals"] = state.refusals;
  report["crashes"] = crashes_of(crashes);
  report["crash_recording"] = crashes.recording.empty() ? Json(nullptr) : Json(crashes.recording);
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace exo::cli
