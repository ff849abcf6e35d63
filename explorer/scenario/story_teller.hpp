// Tells a scenario's story from the trace, and judges its expectations. The story is a pure function of scenario and
// trace: a recording tells exactly what the live machine told.
//
// Steps are taken in order. Events after the one that ended the scenario (the command "stop") do not change the story.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "explorer/model/history.hpp"
#include "explorer/model/story.hpp"
#include "explorer/scenario/scenario.hpp"

namespace exo::scenario {

class StoryTeller {
 public:
  explicit StoryTeller(std::shared_ptr<const Scenario> scenario);

  /// Reads the events that are new in the history.
  void read(const model::History& history);
  /// Verdicts stay undecided while their step, or the end, has not come.
  [[nodiscard]] const model::Story& story() const { return story_; }
  /// The student's answer to a step's question; it can be changed until it is revealed.
  void answer(int step, const std::string& text);
  void reveal(int step);
  /// The moment on the screen. What was answered is revealed once it has come to where the machine decided.
  void show(model::EventNumber cursor);
  /// Keeps what was answered first, when the same variation is begun again.
  void remember(const model::Story& before);

  [[nodiscard]] bool ended() const { return end_ != 0; }
  [[nodiscard]] model::EventNumber end() const { return end_; }  ///< event that ended the scenario; 0: not yet

  /// Steps that have begun with an event and whose injection has not been made.
  struct Due {
    int step = 0;
    model::EventNumber at = 0;
  };
  [[nodiscard]] std::vector<Due> take_due();

  /// Events after which the machine must be looked at: those that trigger an injection still to come.
  [[nodiscard]] const std::set<abi::Event>& awaited() const { return awaited_; }
  /// The step that begins next; steps().size() when all have begun.
  [[nodiscard]] int next_step() const { return next_; }
  [[nodiscard]] const Scenario& scenario() const { return *scenario_; }

 private:
  std::shared_ptr<const Scenario> scenario_;
  model::Story story_;
  std::vector<Tally> tallies_;
  std::array<std::vector<std::size_t>, abi::kEventNumbers> patterns_of_;  ///< indices of the patterns on each event
  std::vector<model::EventNumber> command_taken_;                         ///< of steps that inject at a fixed time
  std::vector<Due> due_;
  std::set<abi::Event> awaited_;
  std::map<std::uint32_t, std::string> named_;  ///< environments as the trace names them
  model::EventNumber read_ = 0, previous_ = 0, end_ = 0;
  model::EventNumber seen_ = 0;  ///< the latest moment that was on the screen
  int next_ = 0;
  std::uint32_t matches_ = 0;  ///< of the next step's trigger

  [[nodiscard]] model::Question* question(int step);
  void read_event(const model::History& history, const model::Event& event);
  [[nodiscard]] bool begins(const Step& step, const model::Event& event);
  void begin(const model::History& history, const model::Event& event);
  void judge(const model::History& history, model::EventNumber at, int after_step);
  void judge_run(const model::History& history, model::EventNumber at);
  void note_control(const model::Event& event);
  [[nodiscard]] Facts facts(const model::History& history, model::EventNumber at) const;
  [[nodiscard]] std::string fill(const Sentence& sentence, const model::Event& event, const Facts& facts) const;
  void update_awaited();
};

}  // namespace exo::scenario
