// [[env]] and [arbiter]. What the parameters mean is agreed with the library OSes: libos/apps/README.md.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "explorer/scenario/parse_parts.hpp"

namespace exo::scenario {
namespace {

/// Names of ManifestEntry::parameters in order, and what a program gets that is told nothing: 0 lets it choose.
struct ParameterRow {
  std::string_view name;
  std::uint32_t otherwise;
};
constexpr ParameterRow kEnvParameters[] = {
    {"pages", 0}, {"rounds", 0},      {"work", 0},   {"first_frame", abi::kAnyFrame},
    {"seed", 0},  {"save_frames", 0}, {"regrow", 0}, {"frames", 0}};
constexpr std::size_t kLargestName = abi::kNameBytes;
constexpr std::size_t kMostEnvs = 32;

bool good_name(std::string_view name) {
  if (name.empty() || name.size() > kLargestName || name[0] < 'a' || name[0] > 'z') return false;
  return std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// Words that an expression already gives another meaning.
bool taken_word(std::string_view name) {
  static constexpr std::string_view kTaken[] = {
      "kernel", "arbiter", "nobody",   "any",   "none",    "never",    "yes",      "no",      "and",
      "or",     "not",     "of",       "frame", "request", "event",    "returned", "aborted", "pending",
      "ended",  "gone",    "building", "ready", "dormant", "download", "packet"};
  return std::ranges::find(kTaken, name) != std::end(kTaken);
}

void parse_parameters(Table& table, std::span<const ParameterRow> rows,
                      std::array<std::uint32_t, abi::kParameters>& values) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool frame = rows[i].otherwise == abi::kAnyFrame;
    const std::int64_t most = frame ? abi::kFrameCount - 1 : 0xffff'ffff;
    values[i] = std::uint32_t(table.number_or(rows[i].name, 0, most, rows[i].otherwise));
  }
}

/// parameters = [77, 3000]: for programs whose parameters have no names here.
std::array<std::uint32_t, abi::kParameters> raw_parameters(Table& table, const toml::array& list) {
  std::array<std::uint32_t, abi::kParameters> values{};
  const bool fits = list.size() <= values.size();
  for (std::size_t i = 0; fits && i < list.size(); ++i) {
    const auto number = list[i].value_exact<std::int64_t>();
    if (!number || *number < 0 || *number > 0xffff'ffff)
      table.refuse_at("parameters", fmt::format("parameter {} is no number that fits 32 bits", i + 1),
                      "write whole numbers from 0 to 4294967295");
    values[i] = std::uint32_t(*number);
  }
  if (!fits)
    table.refuse_at("parameters", fmt::format("{} parameters are too many", list.size()),
                    fmt::format("a program gets at most {}", values.size()));
  return values;
}

/// authority = ["memory", "processor"]: what the arbiter may do and lets this environment do, too.
struct AuthorityRow {
  std::string_view name;
  std::uint32_t right;
};
constexpr AuthorityRow kAuthority[] = {{"create", abi::kRightCreate},
                                       {"memory", abi::kRightMemory},
                                       {"processor", abi::kRightProcessor},
                                       {"devices", abi::kRightDevices}};

std::uint32_t parse_authority(Table& table) {
  const auto* node = table.node("authority");
  if (node == nullptr) return 0;
  const std::string how = "write a list of \"create\", \"memory\", \"processor\" and \"devices\"";
  if (!node->is_array()) table.refuse_at("authority", "authority is no list", how);
  std::uint32_t rights = 0;
  for (const auto& item : *node->as_array()) {
    const auto word = item.value_exact<std::string>();
    const auto* row = word ? std::ranges::find(kAuthority, *word, &AuthorityRow::name) : std::end(kAuthority);
    if (row == std::end(kAuthority))
      table.refuse_at("authority",
                      word ? fmt::format("there is no authority '{}'", *word) : "authority is named by words", how);
    rights |= row->right;
  }
  return rights;
}

void refuse_program(const Table& table, std::string_view key, const std::string& name,
                    std::span<const std::string> programs) {
  std::string list;
  for (const auto& program : programs)
    if (program != "arbiter") list += fmt::format("{}{}", list.empty() ? "" : ", ", program);
  table.refuse_at(key, fmt::format("there is no library OS '{}'{}", name, did_you_mean(name, programs)),
                  list.empty() ? "use a program of libos/" : "there are " + list);
}

bool is_program(const std::string& name, std::span<const std::string> programs) {
  return name.size() <= 15 && (programs.empty() || std::ranges::find(programs, name) != programs.end());
}

/// positions = [4, 8]: where in the slice vector some of its slices are.
std::uint64_t parse_positions(Table& table) {
  const auto* node = table.node("positions");
  if (node == nullptr) return 0;
  const std::string how = fmt::format("write a list of positions from 1 to {}", abi::kSlicePositions - 1);
  if (!node->is_array()) table.refuse_at("positions", "positions is no list", how);
  std::uint64_t positions = 0;
  for (const auto& item : *node->as_array()) {
    const auto number = item.value_exact<std::int64_t>();
    if (!number || *number < 1 || *number >= abi::kSlicePositions)
      table.refuse_at("positions", "there is no such position to be had", how + "; 0 is the arbiter's");
    if ((positions >> *number & 1) != 0)
      table.refuse_at("positions", fmt::format("position {} is named twice", *number), "name each once");
    positions |= std::uint64_t{1} << *number;
  }
  return positions;
}

EnvironmentPlan parse_env(Table& table, const EnvNames& names, std::span<const std::string> programs) {
  EnvironmentPlan env;
  env.program = table.text("program");
  if (!is_program(env.program, programs) || env.program == "arbiter")
    refuse_program(table, "program", env.program, programs);
  env.name = table.text_or("name", env.program);
  if (!good_name(env.name))
    table.refuse_at("name", fmt::format("'{}' can't be a name", env.name),
                    fmt::format("use a small letter, then up to {} small letters, digits or _", kLargestName - 1));
  if (taken_word(env.name))
    table.refuse_at("name", fmt::format("'{}' has a meaning of its own", env.name), "choose another name");
  if (env_number(names, env.name))
    table.refuse_at("name", fmt::format("two environments are called '{}'", env.name),
                    "give one of them another name = \"...\"");
  env.positions = parse_positions(table);
  const int placed = std::popcount(env.positions);
  env.slices = std::uint32_t(table.number_or("slices", placed, 16, placed > 0 ? placed : 1));
  env.authority = parse_authority(table);
  const auto* parameters = table.node("parameters");
  if (parameters != nullptr && parameters->is_array()) {
    env.parameters = raw_parameters(table, *parameters->as_array());
  } else if (auto named = table.table("parameters")) {
    parse_parameters(*named, kEnvParameters, env.parameters);
    named->finish();
  } else {
    for (std::size_t i = 0; i < std::size(kEnvParameters); ++i) env.parameters[i] = kEnvParameters[i].otherwise;
  }
  table.finish();
  return env;
}

}  // namespace

void parse_environments(Table& top, Scenario& scenario, std::span<const std::string> programs) {
  scenario.env_names = {"kernel", "arbiter"};
  scenario.first = top.text_or("first", scenario.first);
  if (!is_program(scenario.first, programs)) refuse_program(top, "first", scenario.first, programs);
  auto tables = top.tables("env");
  if (tables.empty())
    refuse(scenario.file, 1, "the scenario has no environment", "add [[env]] with program = \"polite\"");
  std::uint32_t slices = 1;
  std::uint64_t positions = 0;
  for (auto& table : tables) {
    EnvironmentPlan env = parse_env(table, scenario.env_names, programs);
    if ((positions & env.positions) != 0)
      table.refuse_at("positions",
                      fmt::format("position {} is another environment's", std::countr_zero(positions & env.positions)),
                      "choose one that is free");
    positions |= env.positions;
    slices += env.slices;
    if (scenario.envs.size() == kMostEnvs)
      refuse(scenario.file, table.line(), fmt::format("more than {} environments", kMostEnvs), "leave some out");
    if (slices > abi::kSlicePositions)
      refuse(scenario.file, table.line(), "the environments want more slices than there are",
             fmt::format("share {} positions, one is the arbiter's", abi::kSlicePositions));
    scenario.env_names.push_back(env.name);
    scenario.envs.push_back(std::move(env));
  }
}

}  // namespace exo::scenario
