// "Why is it so?": the events that made the selected thing what it is at the cursor, newest first.
#pragma once
#include <vector>

#include "explorer/model/history.hpp"
#include "explorer/views/highlight.hpp"

namespace exo::views {

/// Keeps the last answer, because the question is asked on every frame of the window.
class WhyChain {
 public:
  /// At most kMost events at or before `cursor` that touched the selection. Looks back through at most kReach events.
  const std::vector<model::EventNumber>& of(const Selection& selection, const model::History& history,
                                            const model::State& state);
  static constexpr std::size_t kMost = 12;
  static constexpr model::EventNumber kReach = 100'000;

 private:
  Selection asked_;
  const model::History* source_ = nullptr;
  model::EventNumber at_ = ~model::EventNumber{0};
  std::vector<model::EventNumber> chain_;
};

/// Whether an event is about the selected thing.
[[nodiscard]] bool concerns(const model::Event& event, const Selection& selection);

}  // namespace exo::views
