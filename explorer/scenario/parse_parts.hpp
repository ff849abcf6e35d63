// The parts of parse.cpp, one file each. Every one reads a table of the file, and throws InputError on what it can't
// mean.
#pragma once
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/toml_table.hpp"

namespace exo::scenario {

/// [[env]] and [arbiter]: fills envs, arbiter and env_names.
void parse_environments(Table& top, Scenario& scenario, std::span<const std::string> programs);
/// [[step]], with env_names and end_us known.
void parse_steps(Table& top, Scenario& scenario, const FileReader& read);
/// [[inject]], after the steps: their packets come first in the store.
void parse_injections(Table& top, Scenario& scenario, const FileReader& read);
/// on = { event = "...", field = value, ..., nth = N }
[[nodiscard]] EventPattern parse_pattern(Table& table, std::uint32_t& nth, const EnvNames& names);
/// inject = { action = "...", ... }; `event` is the step's trigger, or null.
[[nodiscard]] Injection parse_injection(Table& table, const EventPattern* event, const EnvNames& names);
/// A key that names an environment of the file, or gives the number of one that others create.
[[nodiscard]] std::uint32_t parse_env_name(Table& table, std::string_view key, const EnvNames& names);
/// inject = { packet = { ... } } or { packets = "file.pcap" }; their bytes go into the scenario's store.
[[nodiscard]] bool injects_packets(const Table& table);
[[nodiscard]] std::vector<Injection> parse_packets(Table& table, const Trigger& trigger, Scenario& scenario,
                                                   const FileReader& read);
/// inject = { filter = "udp port 7", env = "...", order = 1 }
[[nodiscard]] bool injects_filter(const Table& table);
[[nodiscard]] Injection parse_download(Table& table, Scenario& scenario);
[[nodiscard]] LookPlan parse_look(Table& step, const EventPattern* event, const EnvNames& names);
[[nodiscard]] Ask parse_ask(Table& table, int step, int steps, ExpressionContext& context);
/// [[expect]], with the steps known.
void parse_expectations(Table& top, Scenario& scenario);
/// A text with {braces}; `event` is the event that begins the step, or null when it is not known.
[[nodiscard]] Sentence parse_sentence(Table& table, std::string_view key, const EventPattern* event,
                                      ExpressionContext& context);
/// An expression under `key`; refuses with the file's line.
[[nodiscard]] Expression parse_expression(Table& table, std::string_view key, ExpressionContext& context);

}  // namespace exo::scenario
