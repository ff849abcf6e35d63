// "Why?" in the window: the answer about what is selected, kept while the cursor stands, and the card with the answer
// about what was asked last. The search is the model's (explain.hpp).
#pragma once
#include <imgui.h>

#include "explorer/model/explain.hpp"
#include "explorer/model/history.hpp"
#include "explorer/views/highlight.hpp"

namespace exo::views {

/// Keeps the last answer, because the question is asked on every frame of the window.
class WhyCache {
 public:
  const model::Because& of(const Selection& selection, const model::History& history, const model::State& state);

 private:
  Selection asked_;
  const model::History* source_ = nullptr;
  model::EventNumber at_ = ~model::EventNumber{0};
  model::Because answer_;
};

struct WhyUi {
  WhyCache selected;  ///< of the Selected panel
  // The card: it keeps the answer of the moment at which it was asked, so that one can walk along the chain.
  Selection about;  ///< Kind::None: there is no card
  model::Because answer;
  model::EventNumber asked_at = 0;
  ImVec2 at{};         ///< where the mouse was
  bool fresh = false;  ///< asked in this frame of the window: the same click does not close it
};

/// The model's name for what is selected.
[[nodiscard]] model::Subject subject_of(const Selection& selection);

/// Whether an event is about the selected thing.
[[nodiscard]] bool concerns(const model::Event& event, const Selection& selection);

}  // namespace exo::views
