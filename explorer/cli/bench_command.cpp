// `exoscope bench`: what each primitive costs in guest instructions, beside Aegis's figure, the goal, and Linux.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "explorer/cli/bench_machine.hpp"
#include "explorer/cli/commands.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/common/error.hpp"

namespace exo::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMethod =
    "Guest instructions, measured inside the guest by programs that read its clock (CP0 Count: 16 ticks are 3 "
    "instructions) before "
    "and after one use of the primitive; the median of 101 samples where the list does not say otherwise, with what "
    "the same "
    "code costs without the primitive subtracted. One boot with tracing off, one with tracing on. An instruction takes "
    "32 ns of "
    "guest time, 31 MIPS: about the DECstation 5000/125 of the Aegis figures (SOSP'95). The same run gives the same "
    "figures on "
    "every machine.";
constexpr std::string_view kLinuxMethod =
    "Linux 6.1 on the same machine (a tinyconfig, one processor): all executed guest instructions, kernel and every "
    "process, "
    "counted by a QEMU plugin, median of 50 to 1,000 samples, loop overhead subtracted.";

/// Both boots.
struct Results {
  Measured quiet, traced;
};

std::optional<double> value_of(const Measured& measured, std::uint32_t number) {
  const auto found = measured.find(number);
  return found == measured.end() ? std::nullopt : std::optional(found->second);
}

std::uint32_t number_of(std::string_view name) {
  for (const auto& row : figure_rows())
    if (row.name == name) return row.number;
  return 0;
}

/// The cost of an event is no program's to report: it is what the fast paths differ by. With tracing off they are other
/// code, which holds no instruction of the trace.
void add_trace_event(Results& results) {
  double most = 0;
  for (const std::string_view path : {"exception", "stlb_hit", "pct_sync", "null_syscall"}) {
    const auto quiet = value_of(results.quiet, number_of(path)), traced = value_of(results.traced, number_of(path));
    if (quiet && traced) most = std::max(most, *traced - *quiet);
  }
  results.quiet[number_of("trace_event")] = 0;
  results.traced[number_of("trace_event")] = most;
}

/// Up to two digits behind the point, none that say nothing.
std::string number_text(double value) {
  std::string text = fmt::format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}
std::string text_or_dash(std::optional<double> value) { return value ? number_text(*value) : "-"; }
std::string amount_text(const std::optional<Amount>& amount) {
  if (!amount) return "-";
  return number_text(amount->value) + (amount->unit == Unit::Microseconds ? " us" : "");
}
std::string goal_text(const FigureRow& row) {
  if (!row.goal) return "-";
  return (row.goal->unit == Unit::Microseconds ? "under " : "at most ") + amount_text(row.goal);
}
std::string met_text(const FigureRow& row, std::optional<double> quiet) {
  if (!row.goal || !quiet) return "-";
  return *reaches(row, *quiet) ? "met" : "NOT MET";
}

/// Words in lines of at most `width`, the second and later ones indented.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (column != 0 && column + 1 + end > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column != 0) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, end);
    column += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string table_text(const Results& results) {
  std::string out = fmt::format("{:<17}{:>13}{:>10}{:>10}   {:>8}  {:<14}{:<9}{:>10}\n", "primitive", "instructions",
                                "traced", "guest us", "Aegis", "goal", "", "Linux");
  for (const auto& row : figure_rows()) {
    const auto quiet = value_of(results.quiet, row.number), traced = value_of(results.traced, row.number);
    const auto us = quiet ? std::optional(*quiet * kMicrosPerInstruction) : std::nullopt;
    const auto linux_share = row.linux_row ? std::optional(row.linux_row->small / row.times) : std::nullopt;
    out += fmt::format("{:<17}{:>13}{:>10}{:>10}   {:>8}  {:<14}{:<9}{:>10}\n", row.name, text_or_dash(quiet),
                       text_or_dash(traced), text_or_dash(us), amount_text(row.aegis), goal_text(row),
                       met_text(row, quiet), text_or_dash(linux_share));
  }
  return out;
}

std::string against_text(const Results& results) {
  std::string out;
  for (const auto& against : against_rows()) {
    const auto ours = value_of(results.quiet, against.figure);
    if (!ours || *ours <= 0) continue;
    const double ratio = against.linux_row->small / *ours;
    out += fmt::format("{}: {} instructions, Linux {}: 1/{:.0f} of it; goal under 1/{:.0f}: {}\n", against.job,
                       number_text(*ours), number_text(against.linux_row->small), ratio, against.one_in,
                       ratio > against.one_in ? "met" : "NOT MET");
  }
  return out;
}

std::string method_text() {
  std::string out = wrapped(kMethod, 0, 120) + "\n";
  for (const auto& row : figure_rows()) out += fmt::format("  {:<17}{}\n", row.name, wrapped(row.method, 19, 101));
  out += wrapped(kLinuxMethod, 0, 120) + "\n";
  for (const auto& row : figure_rows())
    if (row.linux_row != nullptr)
      out += fmt::format("  {:<17}{}{}\n", row.name, row.linux_row->job,
                         row.times == 1 ? "" : fmt::format(", divided by {}", number_text(row.times)));
  return out;
}

Json number_or_null(std::optional<double> value) {
  if (!value) return nullptr;
  return *value == std::floor(*value) ? Json(std::int64_t(*value)) : Json(std::round(*value * 1000) / 1000);
}
Json value_or_null(const std::optional<Amount>& amount) {
  return number_or_null(amount ? std::optional(amount->value) : std::nullopt);
}
Json unit_or_null(const std::optional<Amount>& amount) {
  return amount ? Json(std::string(unit_text(amount->unit))) : Json(nullptr);
}

Json primitive_json(const FigureRow& row, const Results& results) {
  const auto quiet = value_of(results.quiet, row.number);
  Json one;
  one["name"] = row.name;
  one["instructions"] = number_or_null(quiet);
  one["instructions_traced"] = number_or_null(value_of(results.traced, row.number));
  one["guest_us"] = number_or_null(quiet ? std::optional(*quiet * kMicrosPerInstruction) : std::nullopt);
  one["aegis"] = value_or_null(row.aegis);
  one["goal"] = value_or_null(row.goal);
  one["aegis_unit"] = unit_or_null(row.aegis);
  one["goal_unit"] = unit_or_null(row.goal);
  one["met"] = row.goal && quiet ? Json(*reaches(row, *quiet)) : Json(nullptr);
  one["aegis_source"] = row.source.empty() ? Json(nullptr) : Json(row.source);
  one["linux"] = row.linux_row ? number_or_null(row.linux_row->small / row.times) : Json(nullptr);
  one["linux_job"] = row.linux_row ? Json(row.linux_row->job) : Json(nullptr);
  one["method"] = row.method;
  return one;
}

std::string json_text(const Results& results) {
  Json report;
  report["primitives"] = Json::array();
  for (const auto& row : figure_rows()) report["primitives"].push_back(primitive_json(row, results));
  report["against_linux"] = Json::array();
  for (const auto& against : against_rows()) {
    const auto ours = value_of(results.quiet, against.figure);
    const bool known = ours && *ours > 0;
    report["against_linux"].push_back(
        {{"job", against.job},
         {"instructions", number_or_null(ours)},
         {"linux", against.linux_row->small},
         {"ratio", known ? Json(std::round(against.linux_row->small / *ours * 10) / 10) : Json(nullptr)},
         {"goal", against.one_in},
         {"met", known ? Json(against.linux_row->small / *ours > against.one_in) : Json(nullptr)}});
  }
  report["method"] = kMethod;
  report["linux_method"] = kLinuxMethod;
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void say(std::string_view what) { Narrator(true).line(what); }

}  // namespace

int bench(const std::string& json) {
  Results results;
  say("measuring with tracing off");
  results.quiet = measure(false);
  say("measuring with tracing on");
  results.traced = measure(true);
  add_trace_event(results);
  const Narrator narrator(json == "-");
  narrator.line(table_text(results));
  narrator.line(against_text(results));
  narrator.line(method_text());
  if (!json.empty()) write_out(json, json_text(results));
  return int(ExitCode::Good);
}

}  // namespace exo::cli
