// What is asked for becomes motions; what is shown is in debugging_view.cpp.
#include "explorer/session/debugging.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/common/error.hpp"
#include "explorer/session/debug_values.hpp"
#include "explorer/session/incident_stack.hpp"
#include "explorer/session/rerun_plan.hpp"

namespace exo::session {

using debugger::Direction;
using debugger::Motion;
using debugger::Stop;
using model::DebugMove;

namespace {

constexpr debugger::Instant kDeepest = 4'000'000;  // instructions that are looked through for a line before this one

const char* where_to(DebugMove::Kind kind, bool back) {
  switch (kind) {
    case DebugMove::Kind::Continue:
      return back ? "going back to the stop before" : "going on to the next stop";
    case DebugMove::Kind::LastWrite:
      return "looking for the last write";
    default:
      return back ? "stepping back" : "stepping";
  }
}

}  // namespace

Debugging::Debugging(Rerun& rerun, const model::History& history)
    : rerun_(rerun), history_(history), programs_(rerun.programs_read()), sources_(debugger::SourceTree::find()) {
  view_.there = true;
}

void Debugging::start(const Motion& motion, Doing doing) {
  doing_ = doing;
  motion_ = motion;
  view_.moving = true;
  rerun_.move(motion);
}

void Debugging::apply(const DebugMove& move) {
  if (view_.moving) {
    if (doing_ == Doing::Follow || doing_ == Doing::Measure) next_ = move;
    return;
  }
  show_guest_stop(true);
  if (rerun_.machine_pid() < 0 && view_.stops != 0) {  // it was lost: first back to where it stood
    next_ = move;
    Motion here;
    here.kind = Motion::Kind::Until;
    here.until = rerun_.instant();
    return start(here, Doing::Follow);
  }
  view_.status = where_to(move.kind, move.back);
  view_.failed = false;
  stepping_ = view_.env;
  back_ = move.back;
  Motion motion;
  motion.direction = move.back ? Direction::Back : Direction::Forward;
  motion.env = view_.env;
  switch (move.kind) {
    case DebugMove::Kind::LineInto:
    case DebugMove::Kind::LineOver:
    case DebugMove::Kind::Out: {
      const bool into = move.kind == DebugMove::Kind::LineInto, out = move.kind == DebugMove::Kind::Out;
      if (move.back) {
        back_kind_ = at_event_ && !into && !out ? BackKind::OutOfEvent
                     : into                     ? BackKind::Into
                     : out                      ? BackKind::Out
                                                : BackKind::Over;
        looked_behind_ = 0;
        return back_by_line();
      }
      line_step_.emplace(into  ? LineStep::Kind::Into
                         : out ? LineStep::Kind::Out
                               : LineStep::Kind::Over,
                         stepping_, at_event_);
      if (const auto first = line_step_->next(rerun_, programs_)) return start(*first, Doing::LineStep);
      return stand(out ? "there is no caller" : "this environment has no registers now: it waits to be entered");
    }
    case DebugMove::Kind::Instruction:
      motion.kind = Motion::Kind::Instruction;
      return start(motion, Doing::Move);
    case DebugMove::Kind::Anyone:
      motion.kind = Motion::Kind::Instruction;
      motion.env = debugger::kAnyone;
      return start(motion, Doing::Move);
    case DebugMove::Kind::NextRun:
      // From anywhere else, its next instruction is where it runs again; while it runs, it must have been away.
      motion.kind = Motion::Kind::Instruction;
      return start(motion, Doing::Move);
    case DebugMove::Kind::Continue:
      return go_on();
    case DebugMove::Kind::To: {
      debugger::BreakView about;
      rerun_.set_places(DebugBreaks::code_places(move.place, debugger::kAnyone, rerun_, programs_, about));
      motion.kind = Motion::Kind::Continue;
      return start(motion, Doing::ToPlace);
    }
    case DebugMove::Kind::LastWrite: {
      const DataPlace data = data_at(move.place, stack_, view_.frame, rerun_, programs_);
      rerun_.set_places({{debugger::Place::Kind::Write, data.env, data.address, data.bytes}});
      back_ = true;
      motion.direction = Direction::Back;
      motion.kind = Motion::Kind::Continue;
      return start(motion, Doing::ToPlace);
    }
  }
}

void Debugging::apply(const model::DebugInterrupt&) {
  if (at_end_) {
    at_end_->why = Stop::Why::Interrupted;
    return more(false);
  }
  rerun_.interrupt();
}

void Debugging::apply(const model::DebugBreak& stop) {
  show_guest_stop(true);
  breaks_.toggle(stop, rerun_, programs_, [this](const std::string& expression, debugger::Environment) {
    return data_at(expression, stack_, view_.frame, rerun_, programs_);
  });
  list_breaks();
  // The text as it is now, so that the line can be followed when the file is edited.
  for (const Break& one : breaks_.all())
    if (!one.view.file.empty() && !texts_.contains(one.view.file) && !one.places.empty())
      if (debugger::Symbols* symbols = programs_.at(rerun_, one.places.front().env, one.places.front().address))
        know_text(one.view.file, *symbols);
}

void Debugging::apply(const model::DebugBreakEdit& edit) {
  breaks_.edit(edit);
  list_breaks();
}

void Debugging::apply(const model::DebugWatch& watch) {
  if (watch.remove)
    std::erase(watches_, watch.expression);
  else if (std::ranges::find(watches_, watch.expression) == watches_.end())
    watches_.push_back(watch.expression);
  show();
}

void Debugging::apply(const model::DebugLook& look) {
  if (view_.moving) return;
  at_event_ = false;
  view_.env = look.env;
  view_.frame = look.frame;
  show();
}

void Debugging::apply(const model::DebugMemory& memory) {
  if (view_.moving) return;
  memory_ = memory;
  show_memory();
}

void Debugging::complain(const std::string& what) {
  view_.status = what;
  view_.failed = true;
}

void Debugging::follow(model::EventNumber event) {
  if (at_end_) more(false);
  if (view_.moving) {
    following_ = event;
    return rerun_.interrupt();
  }
  if (view_.stops != 0 && rerun_.event() == event) return;
  doing_ = Doing::Follow;
  view_.moving = true;
  view_.status = fmt::format("executing the run again, to event {}", event);
  rerun_.move_to_event(event);
}

void Debugging::show(const model::Incident& incident) {
  incident_ = incident;
  if (!view_.moving && view_.stops != 0 && rerun_.event() == incident.event) {
    choose_frame();
    return stand(incident.text);
  }
  follow(incident.event);
}

// Who acts is entered from the kernel, which runs here; anybody else waits with its registers put away.
void Debugging::choose_frame() {
  const auto incident = *std::exchange(incident_, std::nullopt);
  const bool acts = incident.env == debugger::kKernel || incident.env == rerun_.acting();
  view_.env = acts ? rerun_.running() : incident.env;
  stack_ = stack_of(rerun_, view_.env, programs_);
  view_.frame = std::uint32_t(frame_of(incident, stack_.frames));
  at_event_ = false;  // this frame, and not the one that wrote the event
}

void Debugging::more(bool came) {
  const auto stop = std::exchange(at_end_, std::nullopt);
  if (!stop) return;
  if (!came) return say(*stop);
  if (doing_ == Doing::Continue) find_event_stop();
  const auto motion = motion_;
  start(motion, doing_);
}

void Debugging::pump(std::chrono::microseconds budget) {
  show_guest_stop(false);
  if (!view_.moving || at_end_) return;
  const auto until = std::chrono::steady_clock::now() + budget;
  while (view_.moving) {
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(until - std::chrono::steady_clock::now());
    const auto stop = rerun_.poll(std::max(left, std::chrono::microseconds{0}));
    if (stop) on_stop(*stop);
    if (at_end_ || (!stop && left.count() <= 0)) return;
  }
}

std::optional<model::EventNumber> Debugging::take_event() { return std::exchange(reached_, std::nullopt); }

void Debugging::on_stop(Stop stop) {
  if (following_) {
    const auto event = *std::exchange(following_, std::nullopt);
    if (std::exchange(guest_, false)) guest_stop_ = stop;
    view_.moving = false;
    view_.stops = 0;
    return follow(event);
  }
  if (doing_ == Doing::Follow) {
    if (stop.why == Stop::Why::Lost) next_.reset();
    say(stop);
    reached_.reset();  // the cursor is there already
    if (const auto move = std::exchange(next_, std::nullopt)) apply(*move);
    return;
  }
  if (doing_ == Doing::Measure) return on_measured(stop);
  if (doing_ == Doing::Return) return on_return(stop);
  if (stop.why == Stop::Why::Lost || stop.why == Stop::Why::Interrupted) return say(stop);
  const bool forward = motion_.direction == Direction::Forward && motion_.kind != Motion::Kind::Until;
  if (stop.why == Stop::Why::End && growing_ && forward && !event_stop_) {
    at_end_ = stop;
    view_.status = "the machine runs on";
    return;
  }
  switch (doing_) {
    case Doing::LineStep:
      if (stop.why != Stop::Why::Arrived) return say(stop);
      if (const auto more = line_step_->next(rerun_, programs_)) return start(*more, Doing::LineStep);
      return say(stop);
    case Doing::LineBack:
      return back_by_line();
    case Doing::Continue: {
      const bool event_first =
          event_stop_ &&
          (stop.why != Stop::Why::Place || (back_ ? rerun_.event() < *event_stop_ : rerun_.event() >= *event_stop_));
      if (event_first && rerun_.event() != *event_stop_) {
        doing_ = Doing::Move;
        return rerun_.move_to_event(*event_stop_);
      }
      if (stop.why == Stop::Why::Place && !counts(stop)) {
        ++passed_;
        return start(motion_, Doing::Continue);
      }
      return say(stop);
    }
    default:
      if (guest_passes(stop)) return start(motion_, doing_);
      return say(stop);
  }
}

void Debugging::back_by_line() {
  const auto registers = rerun_.registers(stepping_);
  const std::vector<Rerun::Step> steps = rerun_.recent(std::size_t(kDeepest));
  // Of an environment that does not run, what it did last is where it stands.
  const std::uint32_t pc = registers ? registers->pc : 0;
  const LineBack found = line_back(back_kind_, steps, stepping_, pc, rerun_, programs_);
  if (found.goal) {
    Motion motion;
    motion.kind = Motion::Kind::Until;
    motion.until = *found.goal;
    return start(motion, Doing::Move);
  }
  if (!found.deeper || looked_behind_ >= kDeepest) {
    view_.moving = false;
    return stand("there is no line before this one in what this environment did");
  }
  looked_behind_ = std::max<debugger::Instant>(looked_behind_ * 8, 200'000);
  doing_ = Doing::LineBack;
  view_.moving = true;
  rerun_.look_behind(looked_behind_);
}

void Debugging::find_event_stop() {
  event_stop_.reset();
  const model::NamesNow names(history_.newest());
  for (const Break& one : breaks_.all()) {
    if (!one.events || !one.view.enabled) continue;
    for (model::EventNumber number = rerun_.event() + (back_ ? 0 : 1); number >= 1 && number <= history_.size();
         number += back_ ? model::EventNumber(-1) : 1) {
      if (back_ && number >= rerun_.event()) continue;
      if (event_stop_ && (back_ ? number <= *event_stop_ : number >= *event_stop_)) break;
      const model::Event event = history_.event(number);
      if (!one.events->may_match(std::uint16_t(event.id))) continue;
      if (!one.events->matches(event, one.events->has_words() ? history_.state_at(number - 1) : history_.newest(),
                               names))
        continue;
      event_stop_ = number;
      event_break_ = one.view.number;
      break;
    }
  }
}

// Whether any of the stops at this place is to be stopped at: its condition holds, and it was passed often enough.
bool Debugging::counts(const Stop& stop) {
  bool stops = is_guests(stop.place);
  for (Break& one : breaks_.all()) {
    if (guest_ && motion_.env != debugger::kAnyone && stop.place && stop.place->env != motion_.env) continue;
    if (!one.view.enabled || !stop.place || std::ranges::find(one.places, *stop.place) == one.places.end()) continue;
    one.view.problem.clear();
    if (one.condition && !holds(*one.condition, rerun_.running(), rerun_, programs_, one.view.problem)) continue;
    if (!back_ && one.view.passed < one.view.ignore) {
      ++one.view.passed;
      continue;
    }
    ++one.view.hits;
    stops = true;
  }
  return stops;
}

void Debugging::go_on() {
  rerun_.set_places(all_places());
  passed_ = 0;
  find_event_stop();
  Motion motion;
  motion.direction = back_ ? Direction::Back : Direction::Forward;
  motion.kind = Motion::Kind::Continue;
  start(motion, Doing::Continue);
}

void Debugging::programs_changed() {
  programs_.forget();
  breaks_.resolve(rerun_, programs_);
}

}  // namespace exo::session
