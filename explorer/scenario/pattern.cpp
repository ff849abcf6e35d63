#include "explorer/scenario/pattern.hpp"

#include <algorithm>

namespace exo::scenario {

bool compare(Comparison comparison, double left, double right) {
  switch (comparison) {
    case Comparison::Equal:
      return left == right;
    case Comparison::NotEqual:
      return left != right;
    case Comparison::Less:
      return left < right;
    case Comparison::LessEqual:
      return left <= right;
    case Comparison::Greater:
      return left > right;
    case Comparison::GreaterEqual:
      return left >= right;
  }
  return false;
}

std::uint32_t value_of(const model::Event& event, Field field) {
  if (field.position == kActing) return event.env;
  if (field.position == kTarget) return event.args[0] >> 16;
  const std::uint32_t value = event.args[std::size_t(field.position) & 3];
  return field.kind == FieldKind::Op ? value & 0xffff : value;
}

bool EventPattern::matches(const model::Event& event) const {
  return event.id == id && std::ranges::all_of(tests, [&](const FieldTest& test) {
           return compare(test.comparison, value_of(event, test.field), test.value);
         });
}

}  // namespace exo::scenario
