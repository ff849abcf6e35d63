#include "explorer/views/event_filter.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "explorer/model/words.hpp"

namespace exo::views {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = char(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// A text search makes the sentence of every event it looks at: about this many plain comparisons.
constexpr std::size_t kSentenceCost = 40;

}  // namespace

void EventFilter::update(const model::History& history, const TraceIndex& index, std::size_t budget) {
  if (!(choice == applied_) || history.size() + 1 < next_) {
    applied_ = choice;
    matches_.clear();
    next_ = 1;
    words_.clear();
    std::istringstream in(lower(applied_.text));
    for (std::string word; in >> word;) words_.push_back(word);
  }
  if (applied_.everything()) {
    next_ = history.size() + 1;
    return;
  }
  const model::EventNumber end = std::min(history.size(), index.scanned());
  std::size_t spent = 0;
  for (; next_ <= end && spent < budget; ++next_, ++spent) {
    if ((applied_.hidden >> index.category(next_)) & 1) continue;
    if (applied_.env >= 0 && index.actor(next_) != applied_.env) continue;
    if (!words_.empty()) {
      spent += kSentenceCost;
      const model::Event event = history.event(next_);
      const std::string text =
          lower(model::sentence(event, history.newest()) + " " + std::string(model::event_name(event.id)) + " " +
                std::string(model::event_category(event.id)));
      if (!std::all_of(words_.begin(), words_.end(),
                       [&](const std::string& word) { return text.find(word) != std::string::npos; }))
        continue;
    }
    matches_.push_back(std::uint32_t(next_));
  }
}

std::size_t EventFilter::row_of(model::EventNumber number) const {
  if (applied_.everything()) return number == 0 ? 0 : std::size_t(number - 1);
  const auto after = std::upper_bound(matches_.begin(), matches_.end(), number);
  return after == matches_.begin() ? 0 : std::size_t(after - matches_.begin() - 1);
}

}  // namespace exo::views
