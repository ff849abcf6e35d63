// Where a run reaches its places: one pass over all of it, in a machine of its own, writes that down, and where the
// events lie.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/common/error.hpp"
#include "explorer/session/rerun.hpp"
#include "explorer/session/rerun_memory.hpp"
#include "explorer/session/rerun_plan.hpp"

namespace exo::session {

using connection::kProbeHits;
using connection::kProbePlaces;
using connection::ProbePlace;
using connection::ProbeShared;
using debugger::Direction;
using debugger::Instant;
using debugger::Place;
using debugger::Stop;

namespace {

constexpr std::size_t kMostHits = 16'000'000;

bool is_data(const Place& place) { return place.kind != Place::Kind::Execute; }

std::uint32_t kinds_of(Place::Kind kind) {
  switch (kind) {
    case Place::Kind::Execute:
      return ProbePlace::kExecute;
    case Place::Kind::Write:
      return ProbePlace::kWrite;
    case Place::Kind::Read:
      return ProbePlace::kRead;
    case Place::Kind::Access:
      break;
  }
  return ProbePlace::kRead | ProbePlace::kWrite;
}

}  // namespace

ProbePlace Rerun::probe_place(const Place& place) {
  const std::uint32_t env = place.env == debugger::kAnyone ? connection::kProbeAnyone : place.env;
  const std::uint32_t bytes = is_data(place) ? std::max<std::uint32_t>(place.bytes, 1) : 4;
  return {kinds_of(place.kind), env, place.address, place.address + (bytes - 1)};
}

void Rerun::set_places(std::vector<Place> places) {
  std::ranges::sort(places);
  const auto repeated = std::ranges::unique(places);
  places.erase(repeated.begin(), repeated.end());
  if (!moving()) places_ = std::move(places);
}

// A page may be reached by other ways than its owner's: data is looked for under its physical address, too.
void Rerun::scan() {
  scanned_ = places_;
  hits_.clear();
  hit_places_.clear();
  hits_read_ = 0;
  std::vector<ProbePlace> wanted;
  for (std::uint32_t i = 0; i < places_.size() && wanted.size() + 2 <= kProbePlaces; ++i) {
    wanted.push_back(probe_place(places_[i]));
    hit_places_.push_back(i);
    if (!is_data(places_[i]) || places_[i].env == debugger::kAnyone) continue;
    const auto physical = physical_of(state(), places_[i].env, places_[i].address);
    if (!physical) continue;
    ProbePlace behind = wanted.back();
    behind.kinds |= ProbePlace::kPhysical;
    behind.last = *physical + (behind.last - behind.first);
    behind.first = *physical;
    behind.env = connection::kProbeAnyone;
    wanted.push_back(behind);
    hit_places_.push_back(i);
  }
  scout_ = start([&](ProbeShared& probe) {
    std::ranges::copy(wanted, probe.places);
    probe.place_count = std::uint32_t(wanted.size());
    probe.hold_instruction = connection::kProbeNever;
    probe.hold_event = known_;
  });
}

void Rerun::take_hits() {
  const ProbeShared& probe = scout_->probe();
  for (; hits_read_ < probe.hits; ++hits_read_) {
    const connection::ProbeHit& hit = probe.hit[hits_read_ % kProbeHits];
    if (hit.place < hit_places_.size() && hits_.size() < kMostHits)
      hits_.push_back({hit.instruction, hit_places_[hit.place], hit.address});
  }
}

// True when nothing is left to be found out for the motion.
bool Rerun::scouted(std::chrono::microseconds wait) {
  if (!scout_) {
    learn();
    if (!times_.empty() && scanned_ == places_) return true;
    scan();
  }
  if (!scout_->held(wait)) return false;
  take_hits();
  const ProbeShared& probe = scout_->probe();
  if (probe.events < known_) {  // it was held because there are many hits
    scout_->release();
    return false;
  }
  same_run(scout_->memory(), history_, known_);
  times_.resize(known_);
  const model::EventNumber first = known_ > connection::kProbeEvents ? known_ - connection::kProbeEvents : 0;
  for (model::EventNumber i = first; i < known_; ++i) times_[i] = probe.event_instant[i % connection::kProbeEvents];
  scout_.reset();
  return true;
}

std::optional<Stop> Rerun::plan_continue() {
  const bool forward = motion_.direction == Direction::Forward;
  const auto position = [&](const Hit& hit) { return hit.instant + (forward && is_data(places_[hit.place]) ? 1 : 0); };
  const Hit* found = nullptr;
  if (forward) {
    const auto at = std::ranges::find_if(hits_.begin() + first_hit(instant_ == 0 ? 0 : instant_ - 1), hits_.end(),
                                         [&](const Hit& hit) { return position(hit) > instant_; });
    if (at != hits_.end()) found = &*at;
  } else if (const auto count = first_hit(instant_); count != 0) {
    found = &hits_[std::size_t(count) - 1];
  }
  if (found == nullptr)
    return forward ? seek(std::max(end(), instant_), {Stop::Why::End, 0, {}, 0, {}})
                   : seek(0, {Stop::Why::Beginning, 0, {}, 0, {}});
  const Place& place = places_[found->place];
  return seek(position(*found), {Stop::Why::Place, 0, place, is_data(place) ? found->data : 0, {}});
}

/// Index of the first hit at or after an instant.
std::ptrdiff_t Rerun::first_hit(Instant instant) const {
  return std::ranges::lower_bound(hits_, instant, {}, &Hit::instant) - hits_.begin();
}

std::optional<Stop> Rerun::touched(Instant from, Instant to) const {
  for (std::size_t i = std::size_t(first_hit(from)); i < hits_.size() && hits_[i].instant < to; ++i) {
    const Place& place = places_[hits_[i].place];
    if (is_data(place)) return Stop{Stop::Why::Place, 0, place, hits_[i].data, {}};
  }
  return std::nullopt;
}

}  // namespace exo::session
