// Somebody else (gdb) moves the same run: its motions go through here, so that there is one cursor, and the stops of
// both stop both.
//
// gdb steps a hundred times to go over one line. What stands is shown when it has stood for a moment.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/session/debugging.hpp"

namespace exo::session {

using debugger::Environment;
using debugger::Motion;
using debugger::Place;
using debugger::Stop;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kStands{30};  ///< then it is shown
constexpr std::chrono::milliseconds kOften{200};  ///< and at the latest then

bool is_code(const Place& place) { return place.kind == Place::Kind::Execute; }
bool is_within(const Motion& motion, std::uint32_t pc) {
  return std::ranges::any_of(motion.leave, [&](const auto& range) { return pc >= range.first && pc < range.end; });
}

const char* word_of(Place::Kind kind) {
  switch (kind) {
    case Place::Kind::Execute:
      return "";
    case Place::Kind::Write:
      return "write ";
    case Place::Kind::Read:
      return "read ";
    case Place::Kind::Access:
      return "access ";
  }
  return "";
}

}  // namespace

std::vector<Place> Debugging::all_places() const {
  std::vector<Place> out = breaks_.places();
  out.insert(out.end(), guest_places_.begin(), guest_places_.end());
  return out;
}

bool Debugging::is_guests(const std::optional<Place>& place) const {
  return place && std::ranges::find(guest_places_, *place) != guest_places_.end();
}

void Debugging::set_guest_places(std::vector<Place> places) { guest_places_ = std::move(places); }

void Debugging::show_guest(const debugger::GdbView& gdb, const std::vector<Place>& places) {
  view_.gdb = gdb;
  if (!gdb.connected) guest_places_.clear();
  if (guest_shown_ == places) return;
  guest_shown_ = places;
  list_breaks();
}

void Debugging::list_breaks() {
  view_.breaks = breaks_.views();
  int number = 0;
  for (const Place& place : guest_shown_) {
    debugger::BreakView one;
    one.number = --number;
    one.gdb = true;
    one.env = place.env;
    if (!is_code(place)) {
      one.where = fmt::format("{}0x{:08x}, {} bytes", word_of(place.kind), place.address, place.bytes);
    } else {
      one.where = fmt::format("0x{:08x}", place.address);
      const Environment whose = place.address >= debugger::kKernelAddresses ? debugger::kKernel : place.env;
      debugger::Symbols* symbols = whose == debugger::kAnyone ? nullptr : programs_.of(rerun_, whose);
      if (const auto at = symbols != nullptr ? symbols->line_at(place.address) : std::nullopt) {
        one.file = symbols->files()[at->file].name;
        one.line = at->line;
        one.where = fmt::format("{}:{}", one.file.substr(one.file.rfind('/') + 1), one.line);
      }
    }
    if (const auto found = guest_hits_.find(place); found != guest_hits_.end()) one.hits = found->second;
    view_.breaks.push_back(std::move(one));
  }
}

void Debugging::move_for_guest(const Motion& asked) {
  Motion motion = asked;
  back_ = motion.direction == debugger::Direction::Back;
  guest_ = true;
  guest_stop_.reset();
  passed_ = 0;
  event_stop_.reset();
  view_.failed = false;
  view_.status = motion.kind == Motion::Kind::Continue ? "gdb lets it run" : "gdb steps";
  const bool goes_on = motion.kind == Motion::Kind::Continue;
  // Places that nobody reaches in this motion are not worth a pass over the run.
  auto places = all_places();
  if (goes_on || std::ranges::any_of(places, [](const Place& one) { return !is_code(one); }))
    rerun_.set_places(std::move(places));
  if (goes_on) find_event_stop();
  for (const Place& place : breaks_.places())
    if (!motion.leave.empty() && is_code(place) && motion.arrive.size() < Motion::kMostRanges &&
        (place.env == motion.env || place.env == debugger::kAnyone))
      motion.arrive.push_back(place);
  start(motion, goes_on ? Doing::Continue : Doing::Move);
}

std::optional<Stop> Debugging::take_guest_stop() { return std::exchange(guest_stop_, std::nullopt); }

// A step of gdb's that came to one of the window's stops: true when that does not count and it goes on.
bool Debugging::guest_passes(Stop& stop) {
  if (!guest_ || stop.why != Stop::Why::Arrived || motion_.arrive.empty()) return false;
  const auto registers = rerun_.registers(motion_.env);
  if (!registers) return false;
  const auto here = [&](const Place& place) {
    return is_code(place) && place.address == registers->pc &&
           (place.env == motion_.env || place.env == debugger::kAnyone);
  };
  const auto places = breaks_.places();
  const auto ours = std::ranges::find_if(places, here);
  if (ours == places.end()) return false;
  Stop reached = stop;
  reached.why = Stop::Why::Place;
  reached.place = *ours;
  const bool theirs = std::ranges::any_of(guest_places_, here);
  if (counts(reached)) {
    stop = reached;
    return false;
  }
  return !theirs && is_within(motion_, registers->pc);
}

// In words, for gdb's console: why it stops where gdb has no stop.
void Debugging::guest_stands(const Stop& stop, const std::string& text) {
  guest_ = false;
  guest_stop_ = stop;
  view_.moving = false;
  if (is_guests(stop.place)) {
    ++guest_hits_[*stop.place];
    guest_status_ = text;
  } else {
    guest_status_ = text.empty() ? "gdb went here" : text;
    if (stop.why == Stop::Why::Place || (stop.why == Stop::Why::Arrived && !text.empty()))
      guest_stop_->text = fmt::format("In the window: {}.", text);
    if (stop.why == Stop::Why::Interrupted) guest_status_ = "gdb's motion was interrupted";
  }
  const auto now = Clock::now();
  if (!guest_stale_) guest_since_ = now;
  guest_stood_ = now;
  guest_stale_ = true;
}

void Debugging::show_guest_stop(bool at_once) {
  if (!guest_stale_ || view_.moving || rerun_.moving()) return;
  const auto now = Clock::now();
  if (!at_once && now - guest_stood_ < kStands && now - guest_since_ < kOften) return;
  guest_stale_ = false;
  reached_ = rerun_.event();
  const bool failed = view_.failed;
  stand(guest_status_);
  view_.failed = failed;
}

}  // namespace exo::session
