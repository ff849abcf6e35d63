// The other run of a comparison as the views see it, and with what a run can be compared. The session makes the run;
// nothing here acts.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "explorer/model/history.hpp"
#include "explorer/model/story.hpp"

namespace exo::model {

struct Partner {
  const History* history = nullptr;  ///< nullptr: it could not be opened, `problem` says why
  const Story* story = nullptr;
  std::string title;    ///< what it is: "this lesson, stubborn runs polite"
  std::string problem;  ///< empty: none
  double share = 0;     ///< 0 to 1: how much of it has been run
  bool over = false;    ///< it has ended, or it is a recording
};

/// What the window offers to compare with.
struct PartnerChoices {
  struct Lesson {
    std::string what, title;
  };
  std::vector<Lesson> lessons;                                    ///< that lie beside this one
  std::vector<Lesson> recordings;                                 ///< in the working directory
  std::vector<std::pair<std::string, std::string>> environments;  ///< of this scenario: name, program
  std::vector<std::string> programs;                              ///< library OSes that there are
};

}  // namespace exo::model
