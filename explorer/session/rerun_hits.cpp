// Where the events of a run lie, and where it reaches its places: machines of their own write that down. Where there
// are no stops, nobody searches; where the run is long, a stretch at a time, in the direction in which somebody goes.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/common/error.hpp"
#include "explorer/session/backings.hpp"
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
constexpr Instant kStretch = 16'000'000;  // instructions: some tenths of a second
constexpr Instant kNever = ~Instant{0};
constexpr std::size_t kMostBackings = 32;
constexpr Instant kBlock = 1'024;  // longer than any block of translated code (QEMU 7.2: 512 instructions)

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

bool Rerun::has_data() const { return std::ranges::any_of(places_, is_data); }

// A page may be reached by other ways than its owner's, and be another frame later: data is looked for in every frame
// that its page was, while it was that.
void Rerun::choose_wanted() {
  wanted_.clear();
  wanted_for_.clear();
  for (std::uint32_t i = 0; i < places_.size() && wanted_.size() < kProbePlaces; ++i) {
    wanted_.push_back(probe_place(places_[i]));
    wanted_for_.push_back({i, {}});
    if (!is_data(places_[i]) || places_[i].env == debugger::kAnyone) continue;
    for (auto& [physical, when] : memory_of(places_[i])) {
      if (wanted_.size() == kProbePlaces) break;
      ProbePlace behind = probe_place(places_[i]);
      behind.kinds |= ProbePlace::kPhysical;
      behind.last = physical + (behind.last - behind.first);
      behind.first = physical;
      behind.env = connection::kProbeAnyone;
      wanted_.push_back(behind);
      wanted_for_.push_back({i, std::move(when)});
    }
  }
}

std::map<std::uint32_t, std::vector<Rerun::Span>> Rerun::memory_of(const Place& place) const {
  std::map<std::uint32_t, std::vector<Span>> out;
  const std::uint32_t within = place.address & (abi::kPageSize - 1);
  const auto at = [&](model::EventNumber event) { return instant_of(event).value_or(kNever); };
  auto backings = place.address < abi::kUserEnd ? backings_of(history_, place.env, place.address >> abi::kPageShift)
                                                : std::vector<Backing>();
  if (backings.size() > kMostBackings) backings.erase(backings.begin(), backings.end() - kMostBackings);
  for (const Backing& one : backings) out[one.pfn << abi::kPageShift | within].push_back({at(one.from), at(one.to)});
  // The kernel's memory, environment pages and guaranteed mappings, which stay where they are.
  if (const auto now = physical_of(state(), place.env, place.address); now && !out.contains(*now)) {
    const Backing one = owned_around(history_, *now >> abi::kPageShift, event_);
    out[*now].push_back({at(one.from), at(one.to)});
  }
  return out;
}

/// Whether an instant lies in the stretch whose hits are known; if it does not, a new stretch begins there.
bool Rerun::knows(Instant instant) {
  instant = std::min(instant, end());
  if (searched_ == places_ && instant >= known_from_ && instant <= known_to_ && known_to_ != 0) return true;
  searched_ = places_;
  hits_.clear();
  known_from_ = known_to_ = instant;
  return false;
}

void Rerun::search_more(Direction direction) {
  if (direction == Direction::Forward)
    search(known_to_, std::min(known_to_ + kStretch, end()));
  else
    search(known_from_ - std::min(known_from_, kStretch), known_from_);
}

// The translated code of a kept machine knows nothing of the places, until the block at which it waits is through.
void Rerun::search(Instant from, Instant to) {
  choose_wanted();  // anew: a live run has bound more meanwhile
  search_from_ = from;
  search_to_ = to;
  hits_read_ = 0;
  found_.clear();
  stage_ = Stage::Scout;
  const auto want = [&](ProbeShared& probe) {
    std::ranges::copy(wanted_, probe.places);
    probe.place_count = std::uint32_t(wanted_.size());
    probe.hits_from = from;
    probe.hits_to = to;
    probe.hold_event = connection::kProbeNever;
    probe.hold_instruction = to;
    probe.stepping = 0;
    probe.flush = 1;
  };
  connection::Replica* kept = from == 0 ? nullptr : moments_.before(from, std::min(kBlock, from), false);
  searcher_ = kept != nullptr ? kept->split() : nullptr;
  if (!searcher_) {
    searcher_ = boot(want);
    return;
  }
  searcher_->one_by_one(false);
  searcher_->probe().logging = 0;
  want(searcher_->probe());
  searcher_->release();
}

void Rerun::take_hits() {
  const ProbeShared& probe = searcher_->probe();
  for (; hits_read_ < probe.hits; ++hits_read_) {
    const connection::ProbeHit& hit = probe.hit[hits_read_ % kProbeHits];
    if (hit.place >= wanted_for_.size() || hits_.size() + found_.size() >= kMostHits) continue;
    const auto& [place, when] = wanted_for_[hit.place];
    const auto holds = [&](const Span& span) { return hit.instruction >= span.from && hit.instruction < span.to; };
    if (when.empty() || std::ranges::any_of(when, holds)) found_.push_back({hit.instruction, place, hit.address});
  }
}

// True when nobody is searching.
bool Rerun::searched(std::chrono::microseconds wait) {
  if (!searcher_) return true;
  if (!searcher_->held(wait)) return false;
  take_hits();
  if (searcher_->probe().instructions < search_to_) {  // it was held because there are many hits
    searcher_->release();
    return false;
  }
  searcher_.reset();
  hits_.insert(search_from_ == known_to_ ? hits_.end() : hits_.begin(), found_.begin(), found_.end());
  (search_from_ == known_to_ ? known_to_ : known_from_) = search_from_ == known_to_ ? search_to_ : search_from_;
  return true;
}

// True when it is known where the events lie, and nobody is searching. The scout waits behind the last event known,
// for more of them.
bool Rerun::scouted(std::chrono::microseconds wait) {
  if (!searched(wait)) return false;
  if (!scout_ || scout_->is_held()) learn();
  if (!times_.empty() && times_.size() == known_) return true;
  if (!scout_) {
    scout_ = boot([&](ProbeShared& probe) { probe.hold_instruction = moments_.next(); });
    scout_->probe().hold_event = known_;
  } else if (scout_->is_held()) {
    scout_->probe().hold_event = known_;
    scout_->release();
  }
  if (!scout_->held(wait)) return false;
  const ProbeShared& probe = scout_->probe();
  if (probe.events < known_) {
    moments_.keep(scout_->split());
    scout_->probe().hold_instruction = moments_.next();
    if (options_.commands.size() >= abi::kControlSlots) foretell(*scout_);
    return false;
  }
  same_run(scout_->memory(), history_, known_);
  const model::EventNumber kept = known_ > connection::kProbeEvents ? known_ - connection::kProbeEvents : 0;
  const model::EventNumber first = std::max<model::EventNumber>(kept, times_.size());
  times_.resize(known_);
  for (model::EventNumber i = first; i < known_; ++i) times_[i] = probe.event_instant[i % connection::kProbeEvents];
  return true;
}

std::optional<Stop> Rerun::plan_continue() {
  const bool forward = motion_.direction == Direction::Forward;
  (void)knows(instant_);
  const auto position = [&](const Hit& hit) { return hit.instant + (forward && is_data(places_[hit.place]) ? 1 : 0); };
  const Hit* found = nullptr;
  if (forward) {
    const auto at = std::ranges::find_if(hits_.begin() + first_hit(instant_ == 0 ? 0 : instant_ - 1), hits_.end(),
                                         [&](const Hit& hit) { return position(hit) > instant_; });
    if (at != hits_.end()) found = &*at;
  } else if (const auto count = first_hit(instant_); count != 0) {
    found = &hits_[std::size_t(count) - 1];
  }
  if (found == nullptr && !places_.empty() && (forward ? known_to_ < end() : known_from_ > 0)) {
    search_more(motion_.direction);
    return std::nullopt;
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

// From the beginning on. Behind the last event nothing is searched.
std::optional<Stop> Rerun::plan_nth() {
  const std::uint64_t nth = *nth_goal_;
  if (nth == 0 && instant_ >= end()) return stand({Stop::Why::Interrupted, 0, {}, 0, {}});
  (void)knows(0);
  const bool enough = nth == 0 ? known_to_ > instant_ : hits_.size() >= nth;
  if (!enough && known_to_ < end()) {
    search_more(Direction::Forward);
    return std::nullopt;
  }
  if (nth == 0) return stand({Stop::Why::Arrived, 0, {}, 0, {}});
  if (!enough) return stand({Stop::Why::End, 0, {}, 0, {}});
  return seek(hits_[nth - 1].instant, {Stop::Why::Arrived, 0, {}, 0, {}});
}

std::optional<Stop> Rerun::touched(Instant from, Instant to) const {
  for (std::size_t i = std::size_t(first_hit(from)); i < hits_.size() && hits_[i].instant < to; ++i) {
    const Place& place = places_[hits_[i].place];
    if (is_data(place)) return Stop{Stop::Why::Place, 0, place, hits_[i].data, {}};
  }
  return std::nullopt;
}

}  // namespace exo::session
