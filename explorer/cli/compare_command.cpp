// `exoscope compare` without the window: both runs to their ends, then totals and the first difference.
#include "explorer/cli/compare_command.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "explorer/cli/output.hpp"
#include "explorer/cli/scenario_files.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/model/compare_report.hpp"
#include "explorer/model/compare_states.hpp"
#include "explorer/session/session.hpp"

namespace exo::cli {
namespace {

using Json = nlohmann::ordered_json;
using session::Connection;

constexpr std::size_t kAtOnce = 1'000'000;

std::vector<scenario::Substitution> changes_of(const std::vector<std::string>& programs) {
  std::vector<scenario::Substitution> changes;
  for (const auto& program : programs) changes.push_back(scenario::substitution_of(program));
  return changes;
}

std::unique_ptr<session::Session> made(const std::string& what, const std::vector<scenario::Substitution>& changes,
                                       std::uint32_t seed) {
  if (is_recording(what)) {
    if (!changes.empty())
      throw InputError(fmt::format("--program: {} is a recording, which runs no programs; name its scenario", what));
    return session::Session::recording(what);
  }
  session::LiveOptions live;
  live.scenario_path = find_scenario(what);
  live.programs = changes;
  live.seed = seed;
  auto session = session::Session::live(live);
  do session->pump(std::chrono::milliseconds(20));
  while (signal_caught() == 0 &&
         (session->connection() == Connection::Starting || session->connection() == Connection::Running));
  if (session->failure() != nullptr) throw *session->failure();
  if (const int signal = signal_caught(); signal != 0) throw MachineError(signal_text(signal));
  session->close();
  return session;
}

std::string title_of(const std::string& what, const std::vector<std::string>& programs, std::uint32_t seed) {
  std::string title = programs.empty() ? what : fmt::format("{} ({})", what, fmt::join(programs, ", "));
  if (seed != 0 && !is_recording(what)) title += fmt::format(", variation {}", seed);
  return title;
}

Json micros_of(model::Ticks ticks) { return std::round(model::micros(ticks) * 1000) / 1000; }

Json row_json(const model::TotalRow& row) {
  Json values = Json::array();
  for (std::size_t i = 0; i < 2; ++i)
    values.push_back(!row.there[i] ? Json(nullptr) : row.time ? micros_of(row.values[i]) : Json(row.values[i]));
  return values;
}

Json difference_json(const model::FirstDifference& difference) {
  if (difference.at_event.first == 0) return nullptr;
  Json out = Json::object();
  for (std::size_t i = 0; i < 2; ++i) {
    const bool there = !difference.sentences[i].empty();
    out[i == 0 ? "first" : "second"] =
        there ? Json{{"event", i == 0 ? difference.at_event.first : difference.at_event.second},
                     {"us", micros_of(difference.at[i])},
                     {"what", difference.sentences[i]}}
              : Json(nullptr);
  }
  return out;
}

Json group_json(const model::TotalGroup& group) {
  Json out = Json::object();
  for (const auto& row : group.measures) out[row.time ? row.key + "_us" : row.key] = row_json(row);
  Json kinds = Json::object();
  for (const auto& row : group.kinds) kinds[row.key] = row_json(row);
  out["kinds"] = std::move(kinds);
  return out;
}

struct End {
  model::StateDifferences differences;
  const model::State& first;
  const model::State& second;
  model::FirstDifference difference, shift;
};

Json end_json(const End& end) {
  Json list = Json::array();
  const auto add = [&](const std::vector<model::StateDifference>& differences) {
    for (const auto& one : differences) {
      const auto words = model::words_of(one, end.first, end.second);
      list.push_back({{"what", words.what}, {"first", words.first}, {"second", words.second}});
    }
  };
  add(end.differences.environments);
  add(end.differences.frames);
  add(end.differences.tlb);
  add(end.differences.slices);
  add(end.differences.requests);
  return list;
}

std::string json_text(const model::CompareReport& report, const std::array<std::string, 2>& titles, const End& end) {
  Json out;
  out["runs"] = titles;
  out["same"] = report.same();
  out["events"] = report.events;
  out["guest_us"] = {micros_of(report.ticks[0]), micros_of(report.ticks[1])};
  out["instructions"] = {model::instructions(report.ticks[0]), model::instructions(report.ticks[1])};
  out["first_difference"] = difference_json(end.difference);
  out["first_shift"] = difference_json(end.shift);
  out["totals"] = group_json(report.groups[0]);
  out["environments"] = Json::object();
  for (std::size_t i = 1; i < report.groups.size(); ++i)
    out["environments"][report.groups[i].name] = group_json(report.groups[i]);
  out["at_the_end"] = end_json(end);
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void tell_difference(const Narrator& narrator, std::string_view heading, const model::FirstDifference& difference) {
  narrator.line(fmt::format("{}: event {}", heading, difference.at_event.first));
  for (std::size_t i = 0; i < 2; ++i)
    narrator.line(difference.sentences[i].empty()
                      ? fmt::format("  {}: no more events", i == 0 ? "A" : "B")
                      : fmt::format("  {}: {:>10.2f} µs  {}", i == 0 ? "A" : "B", model::micros(difference.at[i]),
                                    difference.sentences[i]));
}

void tell_group(const Narrator& narrator, const model::TotalGroup& group, bool kinds) {
  const auto tell = [&](const model::TotalRow& row) {
    narrator.line(fmt::format("  {:<26}{:>16}{:>16}{:>16}", row.title, model::value_text(row, 0),
                              model::value_text(row, 1), model::change_text(row)));
  };
  narrator.line("");
  narrator.line(fmt::format("{:<28}{:>16}{:>16}{:>16}", group.name, group.there[0] ? "A" : "not there",
                            group.there[1] ? "B" : "not there", "B less A"));
  for (const auto& row : group.measures) tell(row);
  if (!kinds) return;
  for (const auto& row : group.kinds)
    if (row.differs()) tell(row);
}

void tell(const Narrator& narrator, const model::CompareReport& report, const std::array<std::string, 2>& titles,
          const End& end) {
  for (std::size_t i = 0; i < 2; ++i)
    narrator.line(fmt::format("{}  {}: {:.2f} µs, {} events", i == 0 ? "A" : "B", titles[i],
                              model::micros(report.ticks[i]), report.events[i]));
  if (report.same()) narrator.line("Both are the same, event by event and bit for bit.");
  if (report.shift != report.difference.first)
    tell_difference(narrator, "First shift (the same happens, at another time or address)", end.shift);
  if (report.difference.first != 0) tell_difference(narrator, "First difference", end.difference);
  if (!report.same() && report.difference.first == 0)
    narrator.line("The same happens in both, in the same order; only when it happens differs.");
  for (std::size_t i = 0; i < report.groups.size(); ++i) tell_group(narrator, report.groups[i], i == 0);
  const auto& differences = end.differences;
  narrator.line("");
  narrator.line(
      fmt::format("At the end differ: {} environments, {} frames, {} mappings in the TLB, {} slices, "
                  "{} requests",
                  differences.environments.size(), differences.frames.size(), differences.tlb.size(),
                  differences.slices.size(), differences.requests.size()));
}

}  // namespace

model::CompareWith compare_with(const std::string& what, const std::vector<std::string>& programs) {
  model::CompareWith with;
  with.what = is_recording(what) ? what : find_scenario(what);
  for (const auto& change : changes_of(programs)) with.programs.emplace_back(change.env, change.program);
  return with;
}

int compare(const CompareOptions& options) {
  const std::string& second = options.second.empty() ? options.first : options.second;
  if (options.seed != 0 && is_recording(options.first) && is_recording(second))
    throw InputError(fmt::format("--seed {}: both are recordings, each of one variation; leave it out", options.seed));
  if (options.json.empty() && !options.text) {
    WindowOptions look = options.window;
    look.what = options.first;
    look.is_recording = is_recording(options.first);
    if (!look.is_recording) look.seed = options.seed;
    look.compare = compare_with(second, options.programs);
    if (can_open_window()) return window(look);
    complain("there is no window to be opened: both runs are told as text");
  }
  const auto first_run = made(options.first, {}, options.seed);
  const auto second_run = made(second, changes_of(options.programs), options.seed);
  const model::History &a = first_run->history(), &b = second_run->history();
  model::Comparison comparison;
  do comparison.update(a, b, kAtOnce);
  while (!comparison.complete() && signal_caught() == 0);
  const auto report = model::report_of(comparison, a, b, true);
  const auto match = model::match_environments(a.newest(), b.newest());
  const End end{model::differences(a.newest(), b.newest(), match), a.newest(), b.newest(),
                model::difference_at(report.difference, a, b),
                model::difference_at({report.shift, report.shift}, a, b)};
  const std::array<std::string, 2> titles{title_of(options.first, {}, options.seed),
                                          title_of(second, options.programs, options.seed)};
  if (options.json != "-") tell(Narrator(false), report, titles, end);
  if (!options.json.empty()) write_out(options.json, json_text(report, titles, end));
  return report.same() ? 0 : 1;
}

}  // namespace exo::cli
