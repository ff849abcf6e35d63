// A run executed again under a debugger's eyes: the real debugger::Target. Every motion is a second machine that goes
// to an instruction; going back is a new one that goes less far, split off from a moment that was kept (moments.hpp).
//
// The run is what the history knows of it, and no more: it is not changed by looking. Forward continues end at the last
// event known. One machine, the scout, executes the run ahead of all others: it finds out where the events lie, and
// leaves moments behind. Stops are found by a searcher, which executes a stretch of the run and writes down where the
// places were reached; the same answer serves both directions until the places change.
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "explorer/connection/replica.hpp"
#include "explorer/debugger/location.hpp"
#include "explorer/debugger/target.hpp"
#include "explorer/model/history.hpp"
#include "explorer/session/guest.hpp"
#include "explorer/session/moments.hpp"

namespace exo::session {

class Rerun final : public debugger::Target {
 public:
  /// `plan` and `history` are of one run; the history may grow, and outlives this. `answer` is what command() does.
  using Answer = std::function<std::string(std::string_view line)>;
  Rerun(BootPlan plan, const model::History& history, Answer answer);
  ~Rerun() override;

  [[nodiscard]] debugger::Instant instant() const override { return instant_; }
  [[nodiscard]] debugger::Environment running() const override;
  [[nodiscard]] std::vector<debugger::Thread> threads() const override;
  [[nodiscard]] std::vector<debugger::Thread> everyone() const override;
  [[nodiscard]] debugger::Program program(debugger::Environment env) const override;
  [[nodiscard]] std::optional<debugger::Registers> registers(debugger::Environment env) override;
  [[nodiscard]] std::size_t read(debugger::Environment env, std::uint32_t address, std::span<std::byte> out) override;
  [[nodiscard]] std::size_t read_physical(std::uint32_t address, std::span<std::byte> out) override;
  void set_places(std::vector<debugger::Place> places) override;
  void move(const debugger::Motion& motion) override;
  [[nodiscard]] bool moving() const override { return stage_ != Stage::Standing; }
  [[nodiscard]] std::optional<debugger::Stop> poll(std::chrono::microseconds budget) override;
  void interrupt() override;
  [[nodiscard]] std::string command(std::string_view line) override { return answer_(line); }

  /// The same, with what is not kept left out.
  [[nodiscard]] std::optional<debugger::FrameRegisters> known_registers(debugger::Environment env);
  /// A machine that begins to execute the run from its start, beside whatever this one does. Throws MachineError.
  [[nodiscard]] std::unique_ptr<connection::Replica> again(const connection::Replica::Wanted& wanted) const;
  [[nodiscard]] const model::State& names() const { return history_.newest(); }
  /// When the programs that run were read from their files, in seconds since 1970.
  [[nodiscard]] std::int64_t programs_read() const { return plan_.images->read; }
  /// Of the QEMU that stands here; -1: none does.
  [[nodiscard]] pid_t machine_pid() const { return here_ ? here_->pid() : -1; }
  /// Whose affairs the processor is about: the environment that has it, also while the kernel works.
  [[nodiscard]] debugger::Environment acting() const;
  /// Events complete at this instant, and the instant at which one is complete (known after the first motion).
  [[nodiscard]] model::EventNumber event() const { return event_; }
  [[nodiscard]] std::optional<debugger::Instant> instant_of(model::EventNumber event) const;
  /// Begins to count how often the places of code are come to from the beginning to here: times_here() tells, when it
  /// has arrived.
  void count_places() { move_to_place(0); }
  [[nodiscard]] std::uint64_t times_here() const { return std::uint64_t(first_hit(instant_ + 1)); }
  /// Begins to move to where they are come to for the n-th time, from 1. Why::End: they are not so often.
  void move_to_place(std::uint64_t nth);
  /// Begins to move to just behind an event.
  void move_to_event(model::EventNumber event);
  /// Begins to execute the last `behind` instructions before this one again, one by one, so that recent() knows them.
  void look_behind(debugger::Instant behind);
  /// For the last instructions before this instant: newest last. As many as were executed one by one.
  struct Step {
    debugger::Instant instant;
    std::uint32_t pc;
    debugger::Environment env;
    bool in_slot;
  };
  [[nodiscard]] std::vector<Step> recent(std::size_t most) const;

 private:
  enum class Stage {
    Standing,
    Scout,     ///< others find out where the events and the places lie
    Approach,  ///< a machine runs to a little before the goal
    Arrive,    ///< it executes the rest one by one
    Step,      ///< it executes one by one until a condition holds
  };
  enum class After { Stand, Plan };  ///< on arrival: stop, or plan the motion anew
  using Machine = std::unique_ptr<connection::Replica>;
  using Clock = std::chrono::steady_clock;
  struct Hit {
    debugger::Instant instant;
    std::uint32_t place, data;
  };

  BootPlan plan_;
  const model::History& history_;
  Answer answer_;
  connection::MachineOptions options_;
  model::EventNumber known_ = 0;  ///< events of the run that options_ repeats
  Machine here_, scout_, searcher_;
  Moments moments_;
  debugger::Instant instant_ = 0;
  model::EventNumber event_ = 0;
  std::optional<debugger::Registers> registers_;
  std::vector<debugger::Instant> times_;  ///< of event N + 1

  Stage stage_ = Stage::Standing;
  debugger::Motion motion_;
  std::optional<model::EventNumber> event_goal_;
  std::optional<std::uint64_t> nth_goal_;  ///< 0: only count
  debugger::Instant goal_ = 0, from_ = 0;
  debugger::Instant behind_ = 0;  ///< so many instructions before the goal are executed one by one
  After after_{};
  bool look_ = false;  ///< the motion is to know what lies behind
  unsigned retries_ = 0;
  debugger::Stop arriving_;  ///< what is said on arrival at the goal
  bool interrupted_ = false;

  std::vector<debugger::Place> places_, searched_;
  std::vector<connection::ProbePlace> wanted_;  ///< the searcher's places
  struct Span {
    debugger::Instant from, to;
  };
  struct WantedFor {
    std::uint32_t place;     ///< index of ours
    std::vector<Span> when;  ///< empty: always
  };
  std::vector<WantedFor> wanted_for_;  ///< the same
  std::vector<Hit> hits_;              ///< all of the stretch from known_from_ to known_to_
  debugger::Instant known_from_ = 0, known_to_ = 0;
  debugger::Instant search_from_ = 0, search_to_ = 0;
  std::vector<Hit> found_;  ///< by the searcher
  std::uint64_t hits_read_ = 0;

  [[nodiscard]] Machine boot(const connection::Replica::Wanted& wanted) const;
  /// One that can be at `goal` having executed `behind` instructions before it.
  [[nodiscard]] Machine machine_before(debugger::Instant goal, debugger::Instant behind, bool brief);
  void foretell(connection::Replica& machine) const;
  void forget();
  void learn();
  [[nodiscard]] std::optional<debugger::Stop> advance(std::chrono::microseconds wait);
  [[nodiscard]] debugger::Stop stand(debugger::Stop stop);
  [[nodiscard]] debugger::Instant hold_before_goal(bool far) const;

  [[nodiscard]] const scenario::EnvironmentPlan* planned_for(debugger::Environment env) const;

  // Each of these returns a stop when the motion is over, and else leaves a stage to wait in.
  [[nodiscard]] std::optional<debugger::Stop> plan_motion();
  [[nodiscard]] std::optional<debugger::Stop> plan_continue();
  [[nodiscard]] std::optional<debugger::Stop> plan_nth();
  [[nodiscard]] std::optional<debugger::Stop> seek(debugger::Instant goal, debugger::Stop arriving,
                                                   After after = After::Stand, bool anew = false);
  [[nodiscard]] std::optional<debugger::Stop> approach();
  [[nodiscard]] std::optional<debugger::Stop> arrived();
  [[nodiscard]] std::optional<debugger::Stop> step();
  [[nodiscard]] std::optional<debugger::Stop> stepped();
  [[nodiscard]] std::optional<debugger::Stop> step_back();
  [[nodiscard]] bool is_begun_again() const;

  [[nodiscard]] static connection::ProbePlace probe_place(const debugger::Place& place);
  [[nodiscard]] bool has_data() const;
  void choose_wanted();
  /// The physical addresses that a place of data was, and when.
  [[nodiscard]] std::map<std::uint32_t, std::vector<Span>> memory_of(const debugger::Place& place) const;
  void search(debugger::Instant from, debugger::Instant to);
  void search_more(debugger::Direction direction);
  [[nodiscard]] bool knows(debugger::Instant instant);
  void take_hits();
  [[nodiscard]] bool searched(std::chrono::microseconds wait);
  [[nodiscard]] bool scouted(std::chrono::microseconds wait);
  [[nodiscard]] std::ptrdiff_t first_hit(debugger::Instant instant) const;
  [[nodiscard]] std::optional<debugger::Stop> touched(debugger::Instant from, debugger::Instant to) const;
  [[nodiscard]] debugger::Instant end() const { return times_.empty() ? 0 : times_.back(); }
  [[nodiscard]] const model::State& state() const { return history_.state_at(event_); }
};

}  // namespace exo::session
