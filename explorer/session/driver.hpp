// Drives the machine towards a goal and takes what it writes: history, recording, story and the injections of steps.
//
// Invariant: an injection that a step makes after an event is put in while the guest stands exactly behind that event,
// so a run depends on the scenario alone and never on how fast the host is. The same holds for the end and for every
// goal.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "explorer/common/error.hpp"
#include "explorer/connection/recording.hpp"
#include "explorer/model/history.hpp"
#include "explorer/scenario/story_teller.hpp"
#include "explorer/session/guest.hpp"

namespace exo::session {

// What the machine is to run to. It stops there exactly, and in any case at the end of the scenario.
struct Stay {};
struct RunFree {};
struct RunToEvent {
  model::EventNumber number = 0;
};
struct RunToStep {
  int step = 0;
};  ///< index of a story step
struct RunToTime {
  model::Ticks ticks = 0;
};  ///< first event at or after
using Goal = std::variant<Stay, RunFree, RunToEvent, RunToStep, RunToTime>;

class Driver {
 public:
  using Boot = std::function<std::unique_ptr<Guest>(const BootPlan&)>;

  /// Boots. `until` 0: no limit but the scenario's end. Throws what boot throws.
  Driver(const BootPlan& plan, const Boot& boot, model::EventNumber until);

  /// How many events stay in memory; 0: all.
  void keep(model::EventNumber newest) { keep_ = newest; }
  /// From the first event on. Called when the machine stands ready, so that a machine that can't start leaves no file.
  void record(std::unique_ptr<connection::RecordingWriter> writer) { writer_ = std::move(writer); }
  void set_goal(const Goal& goal);
  /// Asks for a stop at the next event.
  void pause();
  void inject(const abi::ControlCommand& command);
  /// Puts a packet on the wire, or has the kernel install a filter for an environment. Throws InputError: no room.
  void send(packets::View packet);
  void download(std::uint32_t env, std::span<const abi::bpf::Instruction> filter, std::uint32_t order);
  /// Takes what is there and goes on; returns when idle or after about `budget`.
  void pump(std::chrono::microseconds budget);

  [[nodiscard]] bool busy() const { return running_ || !std::holds_alternative<Stay>(goal_); }
  [[nodiscard]] bool alive() const { return guest_ != nullptr; }
  [[nodiscard]] bool at_end() const { return teller_.ended() && history_.size() == teller_.end(); }
  [[nodiscard]] const Error* failure() const { return failure_ ? &*failure_ : nullptr; }
  [[nodiscard]] const model::History& history() const { return history_; }
  [[nodiscard]] scenario::StoryTeller& teller() { return teller_; }
  [[nodiscard]] const scenario::StoryTeller& teller() const { return teller_; }
  /// Ends the machine, and the recording in order.
  void close();

 private:
  model::History history_;
  scenario::StoryTeller teller_;
  std::unique_ptr<connection::RecordingWriter> writer_;
  std::unique_ptr<Guest> guest_;
  packets::Store store_;  ///< as the guest has it
  std::vector<abi::TraceRecord> records_;
  std::optional<Error> failure_;
  Goal goal_;
  model::EventNumber until_ = 0, keep_ = 0;
  bool running_ = false;
  bool past_end_ = false;  ///< run on after the scenario's end

  void inject_from_store(abi::ControlCommand command, std::optional<std::uint32_t> offset, packets::View bytes);
  void take_records();
  void at_stop();
  void on_death();
  void inject_due();
  [[nodiscard]] bool reached() const;
  [[nodiscard]] connection::StopConditions conditions() const;
  void add_step_conditions(connection::StopConditions& conditions) const;
  void fail(const Error& error);
};

}  // namespace exo::session
