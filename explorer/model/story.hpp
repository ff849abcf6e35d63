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
  std::vector<std::string> choices;  ///< empty: a number or word is typed, or an object is clicked
  std::string truth;                 ///< computed from the machine; empty until it is known
  std::optional<std::string> given;  ///< the student's answer; it can be changed until it is revealed
  std::string explanation;
  Look::Object object = Look::Object::None;  ///< the answer is one of these, and can be clicked
  double within = 0;                         ///< a number is right when it is so near to the truth
  EventNumber known = 0;                     ///< event at which the machine decided; 0: not yet
  bool revealed = false;                     ///< the truth may be shown, and the answer is settled
  std::optional<std::string> first;          ///< what was given first, also before a restart; "": revealed without one
  bool late = false;                         ///< answered when the machine had decided on the screen already
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
  std::string lesson;  ///< name of its file, without ".toml"
  std::string title, goal;
  std::uint32_t seed = 0;        ///< which variation this is; 0: as written
  std::uint64_t variations = 0;  ///< how many there are; 0: nothing varies
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
