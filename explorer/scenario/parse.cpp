#include "explorer/scenario/parse.hpp"

#include <fmt/format.h>

#include "explorer/scenario/parse_parts.hpp"
#include "explorer/scenario/vary.hpp"

namespace exo::scenario {
namespace {

constexpr std::size_t kLargest = 256 * 1024;  ///< bytes; a lesson is a few thousand
/// Ten minutes: a lesson is over in a second, but a machine may be left running to be watched. Times are 32-bit
/// microseconds.
constexpr std::uint32_t kLongestUs = 600'000'000;

std::string name_of(std::string_view file) {
  const auto slash = file.rfind('/');
  if (slash != std::string_view::npos) file.remove_prefix(slash + 1);
  if (file.ends_with(".toml")) file.remove_suffix(5);
  return std::string(file);
}

toml::table toml_of(std::string_view text, std::string_view file) {
  if (text.size() > kLargest)
    refuse(file, 1, fmt::format("the file has {} bytes", text.size()),
           fmt::format("a scenario has at most {}", kLargest));
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    refuse(file, int(error.source().begin.line), fmt::format("this is not TOML: {}", error.description()),
           "mend the line");
  }
}

MachinePlan parse_machine(Table& top) {
  constexpr std::int64_t kMostIdentifiers = 255;  // of 8 bits; one stays the kernel's
  MachinePlan plan;
  auto table = top.table("machine");
  if (!table) return plan;
  plan.tracing = table->flag_or("tracing", true);
  plan.identifiers = std::uint32_t(table->number_or("identifiers", 1, kMostIdentifiers, 0));
  table->finish();
  return plan;
}

/// Reads the table again with what the seed chose. A file without [vary] stays as it is: a $ means nothing there.
Variation vary(toml::table& root, std::string_view text, std::string_view file, std::uint32_t seed) {
  Variation none{.seed = seed, .count = 0, .values = {}};
  auto table = Table(root, file, "the file").table("vary");
  if (!table) {
    if (text.find("{vary.") != std::string_view::npos) (void)with_values(text, file, none);
    return none;
  }
  Variation chosen = choose(*table, seed);
  root = toml_of(with_values(text, file, chosen), file);
  return chosen;
}

}  // namespace

Scenario parse(std::string_view text, std::string_view file, std::span<const std::string> programs,
               const FileReader& read, std::uint32_t seed) {
  toml::table root = toml_of(text, file);
  Scenario scenario;
  scenario.variation = vary(root, text, file, seed);
  Table top(root, file, "the file");
  (void)top.node("vary");  // read above
  scenario.file = file;
  scenario.name = name_of(file);
  scenario.text = text;
  scenario.title = top.text("title");
  scenario.goal = top.text("goal");
  scenario.minutes = std::uint32_t(top.number_or("minutes", 1, 600, 0));
  scenario.end_us = std::uint32_t(top.number("end_us", 1, kLongestUs));
  scenario.machine = parse_machine(top);
  parse_environments(top, scenario, programs);
  parse_steps(top, scenario, read);
  parse_injections(top, scenario, read);
  parse_expectations(top, scenario);
  top.finish();
  return scenario;
}

}  // namespace exo::scenario
