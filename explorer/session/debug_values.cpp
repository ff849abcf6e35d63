#include "explorer/session/debug_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/common/error.hpp"

namespace exo::session {

using debugger::Evaluated;
using debugger::Expression;
using debugger::Scope;
using debugger::Value;
using debugger::ValueView;

namespace {

constexpr int kDepth = 3;               // of parts that are read with every stop
constexpr std::size_t kMostParts = 64;  // of one value

// A scope with what it refers to.
struct Place {
  Place(const Stack& stack, std::size_t frame, Rerun& run, DebugPrograms& programs)
      : whole{stack.known, stack.end, false}, source(source_of(run, programs)) {
    if (frame >= whole.frames.size()) throw InputError("there is no frame to look from");
    debugger::Symbols* symbols = programs.of(run, whole.frames[frame].env);
    if (symbols == nullptr) throw InputError("nobody knows this program's variables");
    scope.emplace(*symbols, whole, frame, source);
  }
  debugger::Stack whole;
  debugger::StackSource source;
  std::optional<Scope> scope;
};

ValueView view_of(Scope& scope, const Value& value, int depth) {
  const debugger::ValueRow row = scope.row(value);
  ValueView view{row.name, row.type, row.text, row.address, false, !row.available, {}};
  if (depth == 0 || !row.has_children || !row.available) return view;
  for (const Value& part : scope.children(value, 0, kMostParts)) view.parts.push_back(view_of(scope, part, depth - 1));
  return view;
}

void mark(std::vector<ValueView>& now, const std::vector<ValueView>& before) {
  for (ValueView& one : now) {
    const auto old = std::ranges::find_if(
        before, [&](const ValueView& other) { return other.name == one.name && other.type == one.type; });
    if (old == before.end()) continue;
    one.changed = old->text != one.text;
    mark(one.parts, old->parts);
  }
}

Evaluated evaluated(const std::string& text, Scope& scope) {
  Evaluated found = Expression(text).evaluate(scope);
  if (!found.ok()) throw InputError(fmt::format("{}: {}", text, found.value.missing));
  return found;
}

}  // namespace

void show_values(debugger::View& view, const Stack& stack, const std::vector<std::string>& watches, Rerun& run,
                 DebugPrograms& programs) {
  const auto arguments = std::exchange(view.arguments, {});
  const auto locals = std::exchange(view.locals, {});
  const auto seen = std::exchange(view.watches, {});
  std::optional<Place> place;
  std::string problem;
  try {
    place.emplace(stack, view.frame, run, programs);
  } catch (const InputError& error) {
    problem = error.what();
  }
  if (place)
    for (const Value& value : place->scope->locals())
      (value.argument ? view.arguments : view.locals).push_back(view_of(*place->scope, value, kDepth));
  for (const std::string& text : watches) {
    ValueView row;
    try {
      if (!place) throw InputError(problem);
      const Evaluated found = Expression(text).evaluate(*place->scope);
      if (!found.ok()) throw InputError(found.value.missing);
      row = view_of(*place->scope, found.value, kDepth);
    } catch (const InputError& error) {
      row.missing = true;
      row.text = error.what();
    }
    row.name = text;
    view.watches.push_back(std::move(row));
  }
  mark(view.arguments, arguments);
  mark(view.locals, locals);
  mark(view.watches, seen);
}

DataPlace data_at(const std::string& expression, const Stack& stack, std::size_t frame, Rerun& run,
                  DebugPrograms& programs) {
  Place place(stack, frame, run, programs);
  const Evaluated found = evaluated(expression, *place.scope);
  if (!found.value.address)
    throw InputError(fmt::format("{}: this is not in memory here, but in a register or nowhere", expression));
  const debugger::ValueRow row = place.scope->row(found.value);
  constexpr std::uint32_t kMostBytes = 4096;
  const std::uint32_t address = *found.value.address;
  return {address >= debugger::kKernelAddresses ? debugger::kKernel : place.scope->frame().env, address,
          std::clamp(row.bytes, 1u, kMostBytes)};
}

std::uint32_t number_at(const std::string& expression, const Stack& stack, std::size_t frame, Rerun& run,
                        DebugPrograms& programs) {
  Place place(stack, frame, run, programs);
  const Evaluated found = evaluated(expression, *place.scope);
  if (const auto number = place.scope->number(found.value)) return std::uint32_t(*number);
  if (found.value.address) return *found.value.address;
  throw InputError(fmt::format("{}: this is no number and has no address", expression));
}

bool holds(const Expression& condition, debugger::Environment env, Rerun& run, DebugPrograms& programs,
           std::string& why) {
  try {
    // Most conditions need no more than the innermost frame; what is not kept there, the callers may know.
    for (const std::size_t limit : {std::size_t{1}, debugger::kMostFrames}) {
      const Stack stack = stack_of(run, env, programs, limit);
      Place place(stack, 0, run, programs);
      if (const auto found = condition.holds(*place.scope, &why)) return *found;
    }
    return true;
  } catch (const InputError& error) {
    why = error.what();
    return true;
  }
}

}  // namespace exo::session
