// [[step]]: each has a trigger, may inject, says one sentence, may ask. Steps that could never begin are refused here.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "explorer/scenario/parse_parts.hpp"

namespace exo::scenario {
namespace {

Trigger parse_trigger(Table& table, const Scenario& scenario, std::uint32_t& latest) {
  Trigger trigger;
  if (table.has("at_us")) {
    if (table.has("on")) table.refuse_at("on", "the step has two triggers, 'at_us' and 'on'", "keep one of them");
    trigger.at_us = std::uint32_t(table.number("at_us", 0, 0xffff'ffff));
    if (*trigger.at_us >= scenario.end_us)
      table.refuse_at("at_us",
                      fmt::format("at_us = {} is not before end_us = {}: the step can never begin", *trigger.at_us,
                                  scenario.end_us),
                      "choose an earlier time or a later end");
    if (*trigger.at_us < latest)
      table.refuse_at(
          "at_us",
          fmt::format("at_us = {} is before an earlier step's {}: steps are taken in order", *trigger.at_us, latest),
          "put the steps in order of their times");
    latest = *trigger.at_us;
  } else if (auto on = table.table("on")) {
    trigger.on = parse_pattern(*on, trigger.nth, scenario.env_names);
    on->finish();
  }
  return trigger;
}

/// inject = { ... }, or a list of such tables.
std::vector<Table> one_or_more(Table& table, std::string_view key) {
  const auto* node = table.node(key);
  if (node == nullptr) return {};
  if (node->is_array()) return table.tables(key);
  return {*table.table(key)};
}

/// One table of what is injected, as a step or [[inject]] has it.
std::vector<Injection> parse_one(Table& table, const Trigger& trigger, Scenario& scenario, const FileReader& read) {
  if (injects_packets(table)) return parse_packets(table, trigger, scenario, read);
  if (injects_filter(table)) return {parse_download(table, scenario)};
  return {parse_injection(table, trigger.on ? &*trigger.on : nullptr, scenario.env_names)};
}

}  // namespace

void parse_injections(Table& top, Scenario& scenario, const FileReader& read) {
  for (auto& table : top.tables("inject")) {
    Trigger trigger;
    trigger.at_us = std::uint32_t(table.number("at_us", 0, 0xffff'ffff));
    if (*trigger.at_us >= scenario.end_us)
      table.refuse_at("at_us", fmt::format("at_us = {} is not before end_us = {}", *trigger.at_us, scenario.end_us),
                      "choose an earlier time or a later end");
    for (auto& injection : parse_one(table, trigger, scenario, read))
      scenario.injections.push_back({*trigger.at_us, std::move(injection)});
  }
}

void parse_steps(Table& top, Scenario& scenario, const FileReader& read) {
  auto tables = top.tables("step");
  if (tables.empty()) refuse(scenario.file, 1, "the scenario has no step", "add [[step]] with say = \"...\"");
  ExpressionContext context{scenario.env_names, scenario.patterns, scenario.file};
  std::uint32_t latest = 0;
  for (auto& table : tables) {
    const int number = int(scenario.steps.size()) + 1;
    Step step;
    step.line = table.line();
    step.trigger = parse_trigger(table, scenario, latest);
    const EventPattern* event = step.trigger.on ? &*step.trigger.on : nullptr;
    for (auto& inject : one_or_more(table, "inject")) {
      if (event == nullptr && !step.trigger.at_us)
        table.refuse_at("inject", "a step that injects must say when", "add at_us = N or on = { event = \"...\" }");
      std::ranges::move(parse_one(inject, step.trigger, scenario, read), std::back_inserter(step.inject));
    }
    step.say = parse_sentence(table, "say", event, context);
    step.hint = table.text_or("hint", "");
    step.look = parse_look(table, event, scenario.env_names);
    if (auto ask = table.table("ask")) step.ask = parse_ask(*ask, number, int(tables.size()), context);
    table.finish();
    scenario.steps.push_back(std::move(step));
  }
}

}  // namespace exo::scenario
