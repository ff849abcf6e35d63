// What gdb lets run, and what it is told when that stops.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "explorer/remote/conversation.hpp"
#include "explorer/remote/description.hpp"
#include "explorer/remote/text.hpp"

namespace exo::remote {

namespace {

using debugger::Direction;
using debugger::Motion;
using debugger::Place;
using debugger::Stop;

constexpr const char* kBadRequest = "E16";  // EINVAL, 22
constexpr std::uint8_t kHardwareBit = 1 << 1;
constexpr std::chrono::milliseconds kNear{150};
constexpr debugger::CodeRange kEverywhere{0, 0xffff'ffff};

bool is_step(const Motion& motion) {
  return motion.kind == Motion::Kind::Instruction || motion.kind == Motion::Kind::Leave;
}

/// One action of vCont.
struct Action {
  char what = 0;  ///< c, s or r, signals left out
  std::uint32_t begin = 0, end = 0;
  ThreadId thread{ThreadId::Which::All};
};

std::optional<Action> take_action(std::string_view& rest) {
  Action action;
  if (rest.empty()) return std::nullopt;
  action.what = rest.front();
  rest.remove_prefix(1);
  switch (action.what) {
    case 'c':
    case 's':
      break;
    case 'C':
    case 'S':  // a signal has no meaning for what has happened
      if (!take_word(rest)) return std::nullopt;
      action.what = action.what == 'C' ? 'c' : 's';
      break;
    case 'r': {
      const auto begin = take_word(rest);
      if (!begin || !take(rest, ",")) return std::nullopt;
      const auto end = take_word(rest);
      if (!end) return std::nullopt;
      action.begin = *begin;
      action.end = *end;
      break;
    }
    default:
      return std::nullopt;
  }
  if (take(rest, ":")) {
    const auto thread = take_thread(rest);
    if (!thread) return std::nullopt;
    action.thread = *thread;
  }
  return action;
}

}  // namespace

std::string Conversation::why_stopped(std::string_view) {
  if (threads().empty()) return "W00";
  show();
  general_ = {ThreadId::Which::One, chosen({})};
  return "T05thread:" + thread_text(general_.env, processes_) + ";";
}

std::string Conversation::actions(std::string_view) { return "vCont;c;C;s;S;r"; }

// Of the actions for an environment the first one counts. There is one processor: what is stepped decides when the run
// stops, however many others are allowed to run meanwhile. Breakpoints of those that gdb did not let run do not stop
// it: gdb believes that it knows their registers.
std::string Conversation::resume(std::string_view rest) {
  std::vector<Action> all;
  do {
    const auto action = take_action(rest);
    if (!action) return kBadRequest;
    all.push_back(*action);
  } while (take(rest, ";"));
  if (!rest.empty()) return kBadRequest;
  Running running;
  bool everybody = true;
  for (const auto& thread : threads()) {
    const auto action = std::ranges::find_if(all, [&](const Action& a) { return a.thread.covers(thread.env); });
    if (action == all.end()) {
      everybody = false;
      continue;
    }
    running.resumed.insert(thread.env);
    if (action->what == 'c' || is_step(running.motion)) continue;
    const bool range = action->what == 'r' && action->begin < action->end;
    running.motion = {range ? Motion::Kind::Leave : Motion::Kind::Instruction, Direction::Forward, thread.env};
    if (range) running.motion.leave = {{action->begin, action->end}};
  }
  if (running.resumed.empty()) return kBadRequest;
  if (everybody) running.resumed.clear();
  if (running.resumed.size() == 1) running.motion.env = *running.resumed.begin();
  return begin(std::move(running));
}

std::string Conversation::go_on(std::string_view rest) {
  if (!rest.empty()) return kBadRequest;  // to go on elsewhere would be to write the program counter
  return resume_plain(Motion::Kind::Continue, Direction::Forward);
}
std::string Conversation::go_on_signal(std::string_view) {
  return resume_plain(Motion::Kind::Continue, Direction::Forward);
}
std::string Conversation::step(std::string_view rest) {
  if (!rest.empty()) return kBadRequest;
  return resume_plain(Motion::Kind::Instruction, Direction::Forward);
}
std::string Conversation::step_signal(std::string_view) {
  return resume_plain(Motion::Kind::Instruction, Direction::Forward);
}
std::string Conversation::step_back(std::string_view) {
  return resume_plain(Motion::Kind::Instruction, Direction::Back);
}
std::string Conversation::go_back(std::string_view) { return resume_plain(Motion::Kind::Continue, Direction::Back); }

std::string Conversation::resume_plain(Motion::Kind kind, Direction direction) {
  Running running;
  running.motion = {kind, direction};
  if (continued_.which == ThreadId::Which::One) running.resumed.insert(continued_.env);
  if (kind == Motion::Kind::Instruction)
    running.motion.env = chosen(continued_.which == ThreadId::Which::One ? continued_ : general_);
  return begin(std::move(running));
}

std::string Conversation::begin(Running running) {
  if (is_step(running.motion)) running.resumed = {running.motion.env};
  if (stays_ && !goal_) goal_ = target_.instant();
  stays_ = false;
  if (moved_elsewhere() && !goal_) {
    goal_ = target_.instant();
    words_ += "The run was moved in the window meanwhile: this is where it stands now.\n";
  }
  if (goal_) {
    running.motion = {Motion::Kind::Until, *goal_ < target_.instant() ? Direction::Back : Direction::Forward,
                      debugger::kAnyone, *goal_};
    goal_.reset();
  } else {
    if (is_near(running)) {
      running.near_until = std::chrono::steady_clock::now() + kNear;
    } else {
      set_places(running);
    }
    arrive_at_places(running.motion);
  }
  interrupted_ = false;
  running_ = std::move(running);
  if (!running_->near_until) {
    target_.move(running_->motion);
  } else {
    Motion motion{Motion::Kind::Leave, Direction::Forward, *running_->resumed.begin(), 0, {kEverywhere}};
    arrive_at_places(motion);
    target_.move(motion);
  }
  return "";  // the answer is the stop
}

// To find out where places are reached costs the target a pass over the run: it is told of them only when a motion may
// stop there, and not again what it knows. A step stops at data alone.
void Conversation::set_places(const Running& running) {
  const bool code = running.motion.kind == Motion::Kind::Continue;
  std::vector<Place> places;
  for (const auto& [place, types] : places_)
    if (running.counts(place.env) && (code || place.kind != Place::Kind::Execute)) places.push_back(place);
  if (!code) {
    const auto is_code = [](const Place& place) { return place.kind == Place::Kind::Execute; };
    std::ranges::copy_if(known_places_, std::back_inserter(places), is_code);
    std::ranges::sort(places);
  }
  if (places == known_places_) return;
  known_places_ = places;
  target_.set_places(std::move(places));
}

// Within a step gdb lets one thread run to a place that it has just chosen, as a rule the end of a call. That is seldom
// far, and to look for it in the whole run would take longer than to go there.
bool Conversation::is_near(const Running& running) const {
  if (running.motion.kind != Motion::Kind::Continue || running.motion.direction != Direction::Forward) return false;
  if (running.resumed.size() != 1 || places_.size() > Motion::kMostRanges) return false;
  return std::ranges::all_of(places_, [](const auto& one) { return one.first.kind == Place::Kind::Execute; });
}

/// True when the run was stopped only because it is farther than was hoped. Else the stop is made the one asked for.
bool Conversation::goes_far(Stop& stop) {
  const bool near = running_->near_until.has_value();
  running_->near_until.reset();
  if (near && stop.why == Stop::Why::Arrived) {
    const Environment env = *running_->resumed.begin();
    const auto registers = target_.registers(env);
    for (const auto& [place, types] : places_)
      if (registers && place.address == registers->pc && running_->counts(place.env)) stop.place = place;
    if (stop.place) stop.why = Stop::Why::Place;
  }
  if (!near || stop.why != Stop::Why::Interrupted || interrupted_) return false;
  set_places(*running_);
  target_.move(running_->motion);
  return true;
}

// A step over a range of addresses also ends at a breakpoint within it.
void Conversation::arrive_at_places(Motion& motion) const {
  for (const debugger::CodeRange& range : motion.leave)
    for (const auto& [place, types] : places_)
      if (place.kind == Place::Kind::Execute && (place.env == motion.env || place.env == debugger::kAnyone) &&
          place.address >= range.first && place.address < range.end && motion.arrive.size() < Motion::kMostRanges)
        motion.arrive.push_back(place);
}

void Conversation::show() {
  instant_ = target_.instant();
  seen_.clear();
  for (const auto& thread : target_.threads())
    if (auto registers = target_.registers(thread.env)) seen_.emplace(thread.env, *registers);
}

// gdb has thrown away what it knew. The thread that it has chosen stays the chosen one.
std::string Conversation::look() {
  if (target_.moving()) return "it moves";
  show();
  return fmt::format("{}", process_of(chosen({})));
}

// A machine that was not needed so far has no registers, and one that was lost neither.
void Conversation::settle() {
  Running running;
  running.motion = {Motion::Kind::Until, Direction::Forward, debugger::kAnyone, target_.instant()};
  running.settles = true;
  running_ = std::move(running);
  target_.move(running_->motion);
}

void Conversation::stopped(const Stop& stop) {
  words_ += stop.text;
  if (!words_.empty() && words_.back() != '\n') words_ += '\n';
  if (stop.why == Stop::Why::Lost && !running_->again) {
    words_ += "The machine is started again, and goes there.\n";
    running_->again = true;
    return target_.move(running_->motion);
  }
  show();
  if (running_->settles) return running_.reset();
  if (!words_.empty()) send_words(std::exchange(words_, {}));
  const std::string text = stop_text(stop);
  running_.reset();
  send(text);
}

std::string Conversation::stop_text(const Stop& stop) {
  Environment env = target_.running();
  if (stop.place && stop.place->env != debugger::kAnyone) env = stop.place->env;
  if (stop.why == Stop::Why::Arrived && is_step(running_->motion)) env = running_->motion.env;
  // gdb expects to hear of one that it let run.
  if (!running_->counts(env)) env = *running_->resumed.begin();
  if (!is_known(env)) env = chosen({});
  general_ = {ThreadId::Which::One, env};

  // To go somewhere is no trap: gdb says that it stopped, and not why.
  std::string out = stop.why == Stop::Why::Interrupted             ? "T02"
                    : running_->motion.kind == Motion::Kind::Until ? "T00"
                                                                   : "T05";
  // One that somebody else set is none that gdb knows.
  if (stop.why == Stop::Why::Place && stop.place && places_.contains(*stop.place)) {
    switch (stop.place->kind) {
      case Place::Kind::Execute:
        if (const auto found = places_.find(*stop.place); tells_breakpoints_ && found != places_.end())
          out += (found->second & kHardwareBit) != 0 ? "hwbreak:;" : "swbreak:;";
        break;
      case Place::Kind::Write:
        out += fmt::format("watch:{:x};", stop.data);
        break;
      case Place::Kind::Read:
        out += fmt::format("rwatch:{:x};", stop.data);
        break;
      case Place::Kind::Access:
        out += fmt::format("awatch:{:x};", stop.data);
        break;
    }
  }
  if (running_->motion.kind != Motion::Kind::Until) {
    if (stop.why == Stop::Why::Beginning) out += "replaylog:begin;";
    if (stop.why == Stop::Why::End) out += "replaylog:end;";
  }
  out += "thread:" + thread_text(env, processes_) + ";";
  const auto registers = registers_of(env);
  for (const std::size_t number : {kRegisterPc, debugger::kStackPointer})
    if (registers) out += fmt::format("{:02x}:{};", number, register_text(number, registers, instant_));
  return out;
}

}  // namespace exo::remote
