// The cheap tests first: event, category and environment are read from the raw record, words are made only for what is
// left.
#include "explorer/model/filter.hpp"

#include <algorithm>

#include "explorer/model/decode.hpp"

namespace exo::model {

namespace {

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

}  // namespace

bool matches(const EventFilter& filter, const Event& event, const State& state) {
  if (event.number < filter.first || (filter.last != 0 && event.number > filter.last)) return false;
  try {
    return passes_cheap(filter, std::uint16_t(event.id), event.env, event.args) &&
           Query(filter.text).matches(event, state, NamesNow(state));
  } catch (const QueryError&) {
    return false;
  }
}

void FilterIndex::set(const EventFilter& filter) {
  if (filter == wanted_) return;
  wanted_ = filter;
  EventFilter next = filter;
  error_.reset();
  try {
    if (next.text != filter_.text) query_ = Query(next.text);
  } catch (const QueryError& error) {
    error_ = error;
    next.text = filter_.text;
  }
  if (next == filter_) return;
  filter_ = next;
  EventFilter rest = filter_;
  rest.text.clear();
  everything_ = query_.passes_everything() && rest.passes_everything();
  restart(nullptr);
}

void FilterIndex::restart(const History* history) {
  scanned_ = forgotten_ = 0;
  dropped_ = 0;
  found_.clear();
  if (query_.count_by()) counts_.start(*query_.count_by());
  names_ = NamesNow();
  if (history == nullptr || history->forgotten() == 0) return;
  names_ = NamesNow(history->state_at(history->forgotten()));
}

void FilterIndex::forget(EventNumber count) {
  const auto rest = std::ranges::upper_bound(found_, count);
  dropped_ += everything_ ? std::size_t(count - forgotten_) : std::size_t(rest - found_.begin());
  found_.erase(found_.begin(), rest);
  forgotten_ = count;
}

bool FilterIndex::scan(const History& history, std::size_t budget) {
  if (history.size() < scanned_ || scanned_ == 0) restart(&history);
  if (history.forgotten() > forgotten_) forget(history.forgotten());
  if (everything_ && !query_.count_by()) {
    scanned_ = history.size();
    return true;
  }
  scanned_ = std::max(scanned_, history.forgotten());
  // What an event costs, in units: its category looked at; its fields; its sentence made.
  constexpr std::size_t kCheap = 1, kFields = 3, kSentence = 12;
  std::size_t left = budget * (kCheap + kFields + kSentence);
  while (scanned_ < history.size()) {
    for (const abi::TraceRecord& record : history.records_from(scanned_ + 1)) {
      if (left == 0) return false;
      if (filter_.last != 0 && scanned_ >= filter_.last) {
        scanned_ = history.size();
        return true;
      }
      left -= kCheap;
      ++scanned_;
      const auto id = abi::Event(record.event);
      if (id == abi::Event::EnvNamed || id == abi::Event::EnvCreated) names_.take(decode(record, scanned_, 0));
      if (scanned_ < filter_.first || !query_.may_match(record.event)) continue;
      if (!passes_cheap(filter_, record.event, record.environment, record.arguments)) continue;
      if (!query_.empty()) {
        left -= std::min(left, query_.has_words() ? kFields + kSentence : kFields);
        const Event event = decode(record, scanned_, history.ticks(scanned_));
        if (!query_.matches(event, history.newest(), names_)) continue;
        if (query_.count_by()) counts_.take(event, names_);
      }
      if (!everything_) found_.push_back(std::uint32_t(scanned_));
    }
  }
  return true;
}

std::size_t FilterIndex::row_of_event(EventNumber number) const {
  if (everything_) return std::min<std::size_t>(number <= forgotten_ ? 0 : number - forgotten_ - 1, size());
  return std::size_t(std::lower_bound(found_.begin(), found_.end(), number) - found_.begin());
}

}  // namespace exo::model
