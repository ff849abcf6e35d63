// Runs as they are packed, and the sums over them.
#include "explorer/views/processor_runs.hpp"

#include <algorithm>

namespace exo::views {

void ProcessorRuns::append(const ProcessorRun& run) {
  if (!packed_.empty()) sum_[packed_.back().env] += run.from - last_;
  if (packed_.size() % kBlock == 0) sums_.push_back(sum_);
  last_ = run.from;
  packed_.push_back({std::uint32_t(run.event), run.env, run.before, run.how});
}

std::size_t ProcessorRuns::forget(model::EventNumber before) {
  constexpr std::size_t kAtOnce = 4 * kBlock;
  std::size_t gone = 0;
  while (gone + kAtOnce < packed_.size() && packed_[gone + kAtOnce].event < before) gone += kAtOnce;
  packed_.erase(packed_.begin(), packed_.begin() + std::ptrdiff_t(gone));
  sums_.erase(sums_.begin(), sums_.begin() + std::ptrdiff_t(gone / kBlock));
  return forgotten_ += gone;
}

ProcessorRun ProcessorRuns::operator[](std::size_t index) const {
  if (index < forgotten_) return {};
  const Packed& packed = packed_[index - forgotten_];
  return {history_->ticks(packed.event), packed.event, packed.env, packed.before, packed.how};
}

std::ptrdiff_t ProcessorRuns::at_event(model::EventNumber number) const {
  const auto after = std::upper_bound(packed_.begin(), packed_.end(), number,
                                      [](model::EventNumber at, const Packed& run) { return at < run.event; });
  return after - packed_.begin() - 1 + std::ptrdiff_t(forgotten_);
}

RunTimes ProcessorRuns::until(std::ptrdiff_t index, model::Ticks ticks) const {
  if (index < std::ptrdiff_t(forgotten_)) return sums_.empty() ? RunTimes{} : sums_[0];
  const std::size_t last = std::size_t(index) - forgotten_, block = last / kBlock;
  RunTimes times = sums_[block];
  model::Ticks from = history_->ticks(packed_[block * kBlock].event);
  for (std::size_t i = block * kBlock; i < last; ++i) {
    const model::Ticks next = history_->ticks(packed_[i + 1].event);
    times[packed_[i].env] += next - from;
    from = next;
  }
  if (ticks > from) times[packed_[last].env] += ticks - from;
  return times;
}

}  // namespace exo::views
