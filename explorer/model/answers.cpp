#include "explorer/model/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace exo::model {
namespace {

using Object = Look::Object;

struct ObjectRow {
  Object object;
  std::string_view word, noun;
};
constexpr std::array<ObjectRow, 7> kObjects{{{Object::Frame, "frame", "frame"},
                                             {Object::Environment, "env", "environment"},
                                             {Object::TlbEntry, "tlb", "TLB entry"},
                                             {Object::Slice, "slice", "slice"},
                                             {Object::Request, "request", "request"},
                                             {Object::Download, "download", "download"},
                                             {Object::Packet, "packet", "packet"}}};

char small(char c) { return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c; }
bool same(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, small, small); }

std::string_view without_blanks(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n.") + 1 - start);
}

/// "50", "0x32", "50 microseconds": the number before the words, if there is one.
std::optional<double> number_in(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  if (end == copy.c_str() || !std::isfinite(value)) return {};
  for (const char* rest = end; *rest != 0; ++rest)
    if ((*rest >= '0' && *rest <= '9') || *rest == '.' || *rest == ',') return {};
  return value;
}

}  // namespace

std::optional<Object> object_named(std::string_view word) {
  const auto* row = std::ranges::find(kObjects, word, &ObjectRow::word);
  return row == kObjects.end() ? std::nullopt : std::optional(row->object);
}

std::string_view object_word(Object object) {
  const auto* row = std::ranges::find(kObjects, object, &ObjectRow::object);
  return row == kObjects.end() ? std::string_view() : row->word;
}

std::string_view object_noun(Object object) {
  const auto* row = std::ranges::find(kObjects, object, &ObjectRow::object);
  return row == kObjects.end() ? std::string_view() : row->noun;
}

std::string settled_text(const Question& question, std::string_view given) {
  std::string_view text = without_blanks(given);
  for (const auto& choice : question.choices)
    if (same(choice, text) || same(without_blanks(choice), text)) return choice;
  if (text.size() == 1 && !question.choices.empty()) {
    const auto letter = std::size_t(small(text[0]) - 'a');
    if (small(text[0]) >= 'a' && letter < question.choices.size()) return question.choices[letter];
  }
  for (const auto word : {object_noun(question.object), object_word(question.object)})
    if (!word.empty() && text.size() > word.size() + 1 && same(text.substr(0, word.size()), word) &&
        text[word.size()] == ' ')
      text = without_blanks(text.substr(word.size()));
  return std::string(text);
}

bool is_right(const Question& question, std::string_view given) {
  if (question.truth.empty()) return false;
  const std::string text = settled_text(question, given);
  if (same(text, question.truth)) return true;
  if (!question.choices.empty()) return false;
  const auto said = number_in(text), truth = number_in(question.truth);
  return said && truth && std::abs(*said - *truth) <= question.within + 1e-6;
}

std::string shown_text(const Question& question, std::string_view text) {
  const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (number && question.object != Object::None) return fmt::format("{} {}", object_noun(question.object), text);
  return std::string(text);
}

bool is_sealed(const Story& story, int step) {
  return std::any_of(story.steps.begin(), story.steps.begin() + std::clamp(step, 0, int(story.steps.size())),
                     [](const StoryStep& before) { return before.ask && is_open(*before.ask) && !before.ask->given; });
}

Score score_of(const Story& story) {
  Score score;
  for (const auto& step : story.steps) {
    if (!step.ask) continue;
    const Question& question = *step.ask;
    ++score.questions;
    score.answered += question.given ? 1 : 0;
    if (!is_told(question)) continue;
    ++score.settled;
    if (!question.given || !is_right(question, *question.given)) continue;
    ++score.right;
    score.first_try += !question.late && question.first && is_right(question, *question.first) ? 1 : 0;
  }
  return score;
}

}  // namespace exo::model
