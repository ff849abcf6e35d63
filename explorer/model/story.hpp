// The story of a scenario as a panel shows it: filled by the scenario layer, read by the views.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "explorer/model/event.hpp"

namespace exo::model {

/// What a step wants looked at: a panel, and an object in it.
struct Look {
  enum class Object {
    None,
    Frame,
    Environment,
    TlbEntry,
    StlbSlot,
    Slice,
    Request,
    Download,
    Packet
  } object = Object::None;
  std::string view;  ///< machine, bindings, revocations, events; empty: no preference
  std::uint32_t number = 0;
};

struct Question {
  std::string text;
  std::vector<std::string> choices;  ///< empty: a number or word is typed
  std::string truth;                 ///< computed from the machine; empty until it is known
  std::optional<std::string> given;  ///< the student's answer
  std::string explanation;
};

struct StoryStep {
  std::string say;   ///< one sentence, its event's fields filled in once it has been reached
  std::string hint;  ///< what to look at, in words
  Look look;
  std::optional<Question> ask;
  EventNumber reached = 0;  ///< event at which the step begins; 0: not yet
};

struct Verdict {
  std::string text;
  std::optional<bool> ok;  ///< empty: not yet decided
};

struct Story {
  std::string title, goal;
  std::vector<StoryStep> steps;
  std::vector<Verdict> expectations;
  /// Index of the step current at event `number`, or -1 before the first.
  [[nodiscard]] int current(EventNumber number) const {
    int found = -1;
    for (int i = 0; i < int(steps.size()); ++i)
      if (steps[i].reached != 0 && steps[i].reached <= number) found = i;
    return found;
  }
};

}  // namespace exo::model
