// The cheap tests first: category and environment are read from the raw record, words are made only for what is left.
#include "explorer/model/filter.hpp"

#include <algorithm>
#include <sstream>

#include "explorer/model/decode.hpp"
#include "explorer/model/words.hpp"

namespace exo::model {

namespace {

std::string lower_case(std::string text) {
  for (char& character : text)
    if (character >= 'A' && character <= 'Z') character = char(character - 'A' + 'a');
  return text;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(lower_case(text));
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool names_env(const EventRow& row, std::span<const std::uint32_t, 4> arguments, std::uint16_t acting,
               std::uint32_t env) {
  if (acting == env) return true;
  for (std::size_t i = 0; i < 4; ++i)
    if (row.kinds[i] == ArgumentKind::Env && arguments[i] == env) return true;
  return false;
}

bool passes_cheap(const EventFilter& filter, std::uint16_t id, std::uint16_t acting,
                  std::span<const std::uint32_t, 4> arguments) {
  const EventRow& row = row_of(id);
  if ((filter.categories >> unsigned(row.category) & 1u) == 0) return false;
  if (filter.id.has_value() && std::uint16_t(*filter.id) != id) return false;
  return !filter.env.has_value() || names_env(row, arguments, acting, *filter.env);
}

bool passes_words(const std::vector<std::string>& words, const Event& event, const State& state) {
  if (words.empty()) return true;
  const std::string text = lower_case(std::string(event_name(event.id)) + ' ' + sentence(event, state));
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

}  // namespace

bool matches(const EventFilter& filter, const Event& event, const State& state) {
  return passes_cheap(filter, std::uint16_t(event.id), event.env, event.args) &&
         passes_words(words_of(filter.text), event, state);
}

void FilterIndex::set(EventFilter filter) {
  if (filter == filter_) return;
  filter_ = std::move(filter);
  words_ = words_of(filter_.text);
  everything_ = filter_.passes_everything();
  scanned_ = 0;
  found_.clear();
}

bool FilterIndex::scan(const History& history, std::size_t budget) {
  if (history.size() < scanned_) {
    scanned_ = 0;
    found_.clear();
  }
  if (everything_) {
    scanned_ = history.size();
    return true;
  }
  constexpr std::size_t kCheap = 1, kSentence = 16;
  std::size_t left = budget * kSentence;
  while (scanned_ < history.size()) {
    for (const abi::TraceRecord& record : history.records_from(scanned_ + 1)) {
      if (left == 0) return false;
      left -= kCheap;
      ++scanned_;
      if (!passes_cheap(filter_, record.event, record.environment, record.arguments)) continue;
      if (!words_.empty()) {
        left -= std::min(left, kSentence - kCheap);
        if (!passes_words(words_, decode(record, scanned_, history.ticks(scanned_)), history.newest())) continue;
      }
      found_.push_back(std::uint32_t(scanned_));
    }
  }
  return true;
}

std::size_t FilterIndex::row_of_event(EventNumber number) const {
  if (everything_) return std::min<std::size_t>(number == 0 ? 0 : number - 1, size());
  return std::size_t(std::lower_bound(found_.begin(), found_.end(), number) - found_.begin());
}

}  // namespace exo::model
