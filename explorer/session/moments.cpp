#include "explorer/session/moments.hpp"

#include <algorithm>

namespace exo::session {

using debugger::Instant;

namespace {

constexpr std::size_t kMostCoarse = 32, kMostFine = 6;  // some 10 to 30 MB each
constexpr Instant kNearEnough = 400'000;                // some 10 ms, one by one

Instant instant_of(const connection::Replica& machine) { return machine.probe().instructions; }

}  // namespace

void Moments::keep(Machine machine) {
  if (machine) {
    next_ = instant_of(*machine);
    grid_.push_back(std::move(machine));
  }
  if (grid_.size() >= kMostCoarse) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < grid_.size(); i += 2) grid_[kept++] = std::move(grid_[i]);
    grid_.resize(kept);
    spacing_ *= 2;
  }
  next_ += spacing_;
}

void Moments::keep_near(Machine machine) {
  if (!machine) return;
  if (near_.size() >= kMostFine) near_.erase(std::ranges::min_element(near_, {}, &Near::used));
  near_.push_back({std::move(machine), ++uses_});
}

bool Moments::wants_near(Instant goal) const {
  return std::ranges::none_of(near_, [&](const Near& one) {
    const Instant at = instant_of(*one.machine);
    return at < goal && goal - at < kNearEnough;
  });
}

connection::Replica* Moments::before(Instant goal, Instant behind, bool brief) {
  connection::Replica* best = nullptr;
  const auto offer = [&](connection::Replica* machine, Instant between) {
    const Instant at = instant_of(*machine);
    if (at + between > goal || (best != nullptr && instant_of(*best) >= at)) return false;
    best = machine;
    return true;
  };
  for (const Machine& machine : grid_) offer(machine.get(), behind);
  Near* near = nullptr;
  for (Near& one : near_)
    if (offer(one.machine.get(), brief ? 0 : behind)) near = &one;
  if (near != nullptr && near->machine.get() == best) near->used = ++uses_;
  return best;
}

void Moments::each(const std::function<void(connection::Replica&)>& take) const {
  for (const Machine& machine : grid_) take(*machine);
  for (const Near& one : near_) take(*one.machine);
}

void Moments::clear() {
  grid_.clear();
  near_.clear();
  next_ = 0;
  spacing_ = kFirstSpacing;
}

}  // namespace exo::session
