// The parts of a lesson that speak: sentences with {braces}, questions, expectations.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/answers.hpp"
#include "explorer/model/words.hpp"
#include "explorer/scenario/parse_parts.hpp"

namespace exo::scenario {
namespace {

[[noreturn]] void refuse_expression(Table& table, std::string_view key, std::string_view context,
                                    const ExpressionError& error) {
  const std::string line = error.what();
  const auto semicolon = std::min(line.find("; "), line.size());
  table.refuse_at(key, fmt::format("{}{}", context, line.substr(0, semicolon)),
                  semicolon < line.size() ? line.substr(semicolon + 2) : "mend the expression");
}

/// Step that a key refers to; 0 is the end. Steps are counted from 1, as a teacher would.
int step_number(Table& table, std::string_view key, int least, int steps) {
  const auto* node = table.node(key);
  if (node == nullptr) return 0;
  if (node->is_string()) {
    if (table.text(key) == "end") return 0;
    table.refuse_at(key, fmt::format("'{}' is no step", key), "write the step's number, counted from 1, or \"end\"");
  }
  if (least > steps) table.refuse_at(key, "no step follows", "write \"end\" or leave the line out");
  return int(table.number(key, least, steps));
}

SentencePart part_of(const std::string& inside, Table& table, std::string_view key, const EventPattern* event,
                     ExpressionContext& context) {
  SentencePart part;
  part.text = inside;
  part.is_field = true;
  if (inside == "time" || (event != nullptr && find_field(event->id, inside))) return part;
  part.is_field = false;
  try {
    part.expression.emplace(inside, context);
  } catch (const ExpressionError& error) {
    const std::string fields =
        event == nullptr ? "this step's event is not known beforehand, so only {time} and expressions can be used"
                         : fmt::format("{} has {}, time", model::event_name(event->id), field_names(event->id));
    const bool word = std::ranges::all_of(
        inside, [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9'); });
    if (word) table.refuse_at(key, fmt::format("{{{}}} is no field of the step's event", inside), fields);
    refuse_expression(table, key, fmt::format("{{{}}}: ", inside), error);
  }
  return part;
}

/// ask.object = "frame": what is to be clicked. The answer must be one.
void parse_object(Table& table, Ask& ask) {
  const std::string word = table.text("object");
  const auto object = model::object_named(word);
  if (!object)
    table.refuse_at("object", fmt::format("there is no object '{}'", word),
                    "there are frame, env, tlb, slice, request, download, packet");
  if (!ask.choices.empty())
    table.refuse_at("object", "the question is answered by a click and by choices", "keep one of them");
  const bool env = *object == model::Look::Object::Environment;
  if (ask.answer->type() != Type::Number && !(env && ask.answer->type() == Type::Env))
    table.refuse_at("answer", fmt::format("the answer is no {}", env ? "environment" : "number"),
                    env ? "write an expression that is one: owner(frame 5)"
                        : fmt::format("write an expression that is the number of a {}", word));
  ask.object = *object;
}

/// A number with or without a fraction, above 0.
double fraction(Table& table, std::string_view key) {
  const auto* node = table.node(key);
  const auto value = node->value<double>();
  if (!value || !(*value > 0) || *value > 1e9)
    table.refuse_at(key, fmt::format("'{}' is no number above 0", key), "write how far off an answer may be");
  return *value;
}

}  // namespace

Expression parse_expression(Table& table, std::string_view key, ExpressionContext& context) {
  try {
    return Expression(table.text(key), context);
  } catch (const ExpressionError& error) {
    refuse_expression(table, key, fmt::format("in '{}': ", key), error);
  }
}

Sentence parse_sentence(Table& table, std::string_view key, const EventPattern* event, ExpressionContext& context) {
  const std::string text = table.text(key);
  Sentence sentence;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto open = std::min(text.find('{', at), text.size());
    if (open > at) sentence.push_back({text.substr(at, open - at), false, {}});
    if (open == text.size()) break;
    const auto close = text.find('}', open);
    if (close == std::string::npos) table.refuse_at(key, "a brace is not closed", "add } after the field's name");
    sentence.push_back(part_of(text.substr(open + 1, close - open - 1), table, key, event, context));
    at = close + 1;
  }
  return sentence;
}

Ask parse_ask(Table& table, int step, int steps, ExpressionContext& context) {
  Ask ask;
  ask.text = table.text("text");
  ask.explanation = table.text_or("explanation", "");
  ask.known_step = step_number(table, "known", step + 1, steps);
  bool with_when = false, without = false;
  if (const auto* node = table.node("choices")) {
    if (!node->is_array() || node->as_array()->size() < 2)
      table.refuse_at("choices", "'choices' is not a list of at least two",
                      "write choices = [\"yes\", \"no\"] or [{ text = \"...\", when = \"...\" }, ...]");
    for (const auto& element : *node->as_array()) {
      Choice choice;
      if (element.is_string() || element.is_integer()) {
        choice.text = element.is_string() ? **element.as_string() : std::to_string(**element.as_integer());
        without = true;
      } else if (element.is_table()) {
        with_when = true;
        Table row(*element.as_table(), context.file, "a choice");
        const auto* number = row.node("text");
        choice.text =
            number != nullptr && number->is_integer() ? std::to_string(**number->as_integer()) : row.text("text");
        choice.when = parse_expression(row, "when", context);
        if (choice.when->type() != Type::Truth)
          row.refuse_at("when", "'when' is not yes or no", "compare something: owner(frame 5) == polite");
        row.finish();
      } else {
        table.refuse_at("choices", "a choice is neither a text nor a table",
                        "write \"text\" or { text = \"...\", when = \"...\" }");
      }
      ask.choices.push_back(std::move(choice));
    }
  }
  if (with_when && without)
    table.refuse_at("choices", "some choices say when they are right and some do not",
                    "give every choice a 'when', or none");
  if (with_when == table.has("answer"))
    table.refuse_at(
        with_when ? "answer" : "text", with_when ? "the answer is computed twice" : "the question has no answer",
        with_when ? "keep 'answer' or the 'when' of the choices" : "add answer = \"an expression over the machine\"");
  if (!with_when) ask.answer = parse_expression(table, "answer", context);
  if (table.has("object")) parse_object(table, ask);
  if (table.has("within")) {
    ask.within = fraction(table, "within");
    if (!ask.answer || ask.answer->type() != Type::Number || ask.object != model::Look::Object::None)
      table.refuse_at("within", "only a number can be nearly right", "leave 'within' out");
  }
  table.finish();
  return ask;
}

void parse_expectations(Table& top, Scenario& scenario) {
  ExpressionContext context{scenario.env_names, scenario.patterns, scenario.file};
  for (auto& table : top.tables("expect")) {
    std::string text = table.text("text");
    Expression holds = parse_expression(table, "holds", context);
    if (holds.type() != Type::Truth)
      table.refuse_at("holds", "'holds' is not yes or no", "compare something: outcome(request 1) == aborted");
    const int after = step_number(table, "after_step", 1, int(scenario.steps.size()));
    table.finish();
    scenario.expectations.push_back({std::move(text), std::move(holds), after});
  }
  if (scenario.expectations.empty())
    refuse(scenario.file, 1, "the scenario expects nothing", "add [[expect]] with text = \"...\" and holds = \"...\"");
}

}  // namespace exo::scenario
