// Groups whose last end lies before the stretch are passed over.
#include "explorer/views/request_spans.hpp"

#include <algorithm>

namespace exo::views {
namespace {

/// When nothing is drawn of it any more, wherever the cursor stands; kNever while it is under way.
model::Ticks end_of(const model::RequestState& request) {
  model::Ticks end = request.done;
  for (const model::Ticks other : {request.fires, request.notified})
    if (other != model::kNever) end = std::max(end, other);
  return end;
}

}  // namespace

void RequestSpans::keep_up(const model::History& history) const {
  const std::uint32_t first = history.requests().empty() ? 0 : history.requests().front().id;
  if (first != first_) ends_.clear();
  first_ = first;
}

void RequestSpans::changed(const model::History& history, std::uint32_t id) {
  keep_up(history);
  const auto& all = history.requests();
  const auto found = std::ranges::lower_bound(all, id, {}, &model::RequestState::id);
  if (found == all.end() || found->id != id) return;
  const std::size_t group = std::size_t(found - all.begin()) / kGroup;
  if (group < ends_.size()) ends_[group] = 0;
}

std::vector<std::size_t> RequestSpans::in(const model::History& history, model::Ticks from, model::Ticks to,
                                          std::size_t most, std::size_t& count) const {
  keep_up(history);
  const auto& all = history.requests();
  if (ends_.size() * kGroup < all.size()) {
    // The group that was not full has got others since.
    if (!ends_.empty()) ends_.back() = 0;
    ends_.resize((all.size() + kGroup - 1) / kGroup, 0);
  }
  std::vector<std::size_t> found;
  count = 0;
  for (std::size_t group = 0; group * kGroup < all.size(); ++group) {
    const std::size_t first = group * kGroup, last = std::min(all.size(), first + kGroup);
    if (all[first].requested > to) break;
    if (ends_[group] == 0)
      for (std::size_t i = first; i < last; ++i) ends_[group] = std::max(ends_[group], end_of(all[i]));
    if (ends_[group] < from) continue;
    for (std::size_t i = first; i < last && all[i].requested <= to; ++i) {
      if (end_of(all[i]) < from) continue;
      if (++count <= most) found.push_back(i);
    }
  }
  return found;
}

}  // namespace exo::views
