// A pattern that events match or do not: an event's name and tests of its fields. Triggers, counts and orders are made
// of them.
#pragma once
#include <cstdint>
#include <vector>

#include "explorer/model/event.hpp"
#include "explorer/scenario/event_words.hpp"

namespace exo::scenario {

enum class Comparison : std::uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };
[[nodiscard]] bool compare(Comparison comparison, double left, double right);

struct FieldTest {
  Field field;
  Comparison comparison = Comparison::Equal;
  std::uint32_t value = 0;
  friend bool operator==(const FieldTest& a, const FieldTest& b) {
    return a.field.position == b.field.position && a.comparison == b.comparison && a.value == b.value;
  }
};

/// The value of a field as the tests see it: of an Op only the command, of its target only the environment.
[[nodiscard]] std::uint32_t value_of(const model::Event& event, Field field);

struct EventPattern {
  abi::Event id{};
  std::vector<FieldTest> tests;

  [[nodiscard]] bool matches(const model::Event& event) const;
  friend bool operator==(const EventPattern& a, const EventPattern& b) = default;
};

}  // namespace exo::scenario
