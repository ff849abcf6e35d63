// Values are told apart by kind and number, which is cheap; environments by their names.
#include "explorer/model/query_count.hpp"

#include <algorithm>
#include <cmath>

namespace exo::model {

void CountTable::start(const QueryField& field) {
  *this = CountTable();
  field_ = field;
}

void CountTable::take(const Event& event, const NamesNow& names) {
  ++events_;
  QueryValues values;
  values_of(field_, event, values);
  if (values.count != 0) ++with_;
  for (std::size_t i = 0; i < values.count; ++i) {
    const QueryValue& value = values.all[i];
    const auto same = [&](const QueryValue& other) { return other.kind == value.kind && other.number == value.number; };
    if (std::any_of(values.all.begin(), values.all.begin() + std::ptrdiff_t(i), same)) continue;
    std::size_t* place = nullptr;
    bool added = false;
    if (value.kind == FieldKind::Env) {
      const auto [at, is_new] = by_name_.try_emplace(names.text(std::uint32_t(value.number)), found_.size());
      place = &at->second, added = is_new;
    } else {
      const auto thousandths = std::uint64_t(std::llround(value.number * 1000));
      const auto [at, is_new] = by_number_.try_emplace(thousandths * 64 + std::uint64_t(value.kind), found_.size());
      place = &at->second, added = is_new;
      if (is_new && found_.size() >= kMostRows) {
        by_number_.erase(at);
        ++others_;
        continue;
      }
    }
    if (added) found_.push_back({query_value_text(field_, value, names), 0, event.number});
    ++found_[*place].count;
  }
}

const std::vector<CountRow>& CountTable::rows() const {
  if (sorted_at_ == events_) return sorted_;
  sorted_ = found_;
  std::ranges::stable_sort(sorted_, [](const CountRow& a, const CountRow& b) { return a.count > b.count; });
  sorted_at_ = events_;
  return sorted_;
}

}  // namespace exo::model
