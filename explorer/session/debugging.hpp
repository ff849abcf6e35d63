// A debugger of one run: what a view asks becomes motions of the machine that executes the run again, and where it
// stands becomes a picture of numbers and texts.
//
// One cursor: a stop here moves the session's, and a cursor moved by anything else moves this.
#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "explorer/debugger/source_tree.hpp"
#include "explorer/debugger/view.hpp"
#include "explorer/model/debug_command.hpp"
#include "explorer/model/incidents.hpp"
#include "explorer/session/debug_breaks.hpp"
#include "explorer/session/debug_programs.hpp"
#include "explorer/session/line_back.hpp"
#include "explorer/session/line_step.hpp"
#include "explorer/session/rerun.hpp"
#include "explorer/session/standing.hpp"

namespace exo::session {

class Debugging {
 public:
  Debugging(Rerun& rerun, const model::History& history);

  // Throw InputError: what is wrong with it, and how to mend it.
  void apply(const model::DebugMove& move);
  void apply(const model::DebugInterrupt&);
  void apply(const model::DebugBreak& stop);
  void apply(const model::DebugBreakEdit& edit);
  void apply(const model::DebugWatch& watch);
  void apply(const model::DebugLook& look);
  void apply(const model::DebugMemory& memory);

  /// Stands where something ended badly, and looks at the frame that it is about.
  void show(const model::Incident& incident);

  /// What was asked for can't be done.
  void complain(const std::string& what);
  /// The session's cursor was moved: stand just behind that event.
  void follow(model::EventNumber event);
  /// Moves for about `budget`.
  void pump(std::chrono::microseconds budget);
  /// The live run goes on when a motion reaches its end: set when there is one. It waits then until more() is called,
  /// with whether anything came.
  void set_growing(bool growing) { growing_ = growing; }
  [[nodiscard]] bool wants_more() const { return at_end_.has_value(); }
  void more(bool came);
  /// Stops that were come to and did not count, in the last run to a stop.
  [[nodiscard]] std::uint64_t passed() const { return passed_; }
  /// Where the session's cursor is to go, once, after a stop.
  [[nodiscard]] std::optional<model::EventNumber> take_event();
  [[nodiscard]] const debugger::View& view() const { return view_; }
  /// Programs were built anew: their symbols are read again.
  void programs_changed();

  /// Counts how often the line where it stands was come to: standing() is known when it moves no more.
  void measure();
  [[nodiscard]] const std::optional<Standing>& standing() const { return standing_; }
  /// Begins to go where another one stood, in another build of the programs. Returns the line, which may be another
  /// number. Throws InputError: it is gone.
  std::uint32_t go_to(const Standing& standing);
  /// Whether that was reached; until then it stands at the beginning.
  [[nodiscard]] bool returned() const { return returned_; }
  /// Stops, watches and what was looked at, of a debugger that this one is to stand for.
  void take_over(const Debugging& before);

  // Somebody else (gdb) moves the same run: debugging_guest.cpp.
  /// In force with the next motion, beside the stops here.
  void set_guest_places(std::vector<debugger::Place> places);
  void move_for_guest(const debugger::Motion& motion);
  [[nodiscard]] bool moves_for_guest() const { return guest_; }
  /// The end of its motion, once.
  [[nodiscard]] std::optional<debugger::Stop> take_guest_stop();
  /// What is shown of it, and of its places.
  void show_guest(const debugger::GdbView& gdb, const std::vector<debugger::Place>& places);

 private:
  Rerun& rerun_;
  const model::History& history_;
  DebugPrograms programs_;
  debugger::SourceTree sources_;
  DebugBreaks breaks_;
  debugger::View view_;
  Stack stack_;  ///< of the environment that is looked at

  enum class Doing { Nothing, Follow, Move, LineStep, LineBack, Continue, ToPlace, Measure, Return };
  Doing doing_ = Doing::Nothing;
  std::optional<LineStep> line_step_;
  BackKind back_kind_ = BackKind::Over;
  debugger::Environment stepping_ = debugger::kKernel;
  debugger::Instant looked_behind_ = 0;
  bool back_ = false;
  bool at_event_ = false;    ///< stands in the code that writes an event, because somebody went to the event
  debugger::Motion motion_;  ///< the last one, to be begun again when its stop does not count, or more has happened
  std::uint64_t passed_ = 0;
  bool growing_ = false;
  std::optional<debugger::Stop> at_end_;          ///< of what is known, while more is waited for
  std::optional<model::EventNumber> event_stop_;  ///< the event that a stop of events is at
  int event_break_ = 0;
  std::optional<model::EventNumber> following_;  ///< asked for while it moved
  std::optional<model::DebugMove> next_;         ///< the same
  std::optional<model::Incident> incident_;      ///< to be shown when it stands there
  std::optional<model::EventNumber> reached_;
  std::vector<std::string> watches_;
  std::optional<model::DebugMemory> memory_;
  std::map<std::string, std::vector<std::string>, std::less<>> texts_;  ///< of files that were shown, as compiled
  std::optional<Standing> standing_;
  Standing returning_;
  bool returned_ = false;

  bool guest_ = false;  ///< it moves for somebody else
  std::vector<debugger::Place> guest_places_, guest_shown_;
  std::map<debugger::Place, std::uint64_t> guest_hits_;
  std::optional<debugger::Stop> guest_stop_;
  bool guest_stale_ = false;  ///< it stands where it is not shown yet
  std::chrono::steady_clock::time_point guest_stood_{}, guest_since_{};
  std::string guest_status_;

  void start(const debugger::Motion& motion, Doing doing);
  void on_stop(debugger::Stop stop);
  void back_by_line();
  void go_on();
  void find_event_stop();
  [[nodiscard]] bool counts(const debugger::Stop& stop);
  void say(const debugger::Stop& stop);
  void stand(std::string status);
  [[nodiscard]] std::vector<debugger::Place> all_places() const;
  [[nodiscard]] bool is_guests(const std::optional<debugger::Place>& place) const;
  void list_breaks();
  [[nodiscard]] bool guest_passes(debugger::Stop& stop);
  void guest_stands(const debugger::Stop& stop, const std::string& text);
  void show_guest_stop(bool at_once);
  void show();
  void choose_frame();
  void show_code();
  void show_source();
  void show_memory();
  void know_text(const std::string& file, debugger::Symbols& symbols);
  void on_measured(const debugger::Stop& stop);
  void on_return(const debugger::Stop& stop);
};

}  // namespace exo::session
