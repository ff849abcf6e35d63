// The parts of parse.cpp, one file each. Every one reads a table of the file, and throws InputError on what it can't
// mean.
#pragma once
#include "explorer/scenario/scenario.hpp"
#include "explorer/scenario/toml_table.hpp"

namespace exo::scenario {

/// [[env]] and [arbiter]: fills envs, arbiter and env_names.
void parse_environments(Table& top, Scenario& scenario, std::span<const std::string> programs);
/// [[step]], with env_names and end_us known.
void parse_steps(Table& top, Scenario& scenario);
/// on = { event = "...", field = value, ..., nth = N }
[[nodiscard]] EventPattern parse_pattern(Table& table, std::uint32_t& nth, const EnvNames& names);
/// inject = { action = "...", ... }; `event` is the step's trigger, or null.
[[nodiscard]] Injection parse_injection(Table& table, const EventPattern* event, const EnvNames& names);
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
