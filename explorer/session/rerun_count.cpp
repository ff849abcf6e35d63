// Counting instructions: a pass over the run in a machine that does nothing else.
#include <algorithm>

#include "explorer/common/error.hpp"
#include "explorer/session/rerun.hpp"

namespace exo::session {
namespace {

constexpr std::chrono::milliseconds kTurn{50};

}  // namespace

std::uint64_t Rerun::count(model::EventNumber from, model::EventNumber to, const std::function<bool()>& interrupted,
                           const std::function<void(const connection::ProbeCount&)>& take) {
  const auto wait = [&](auto done) {
    while (!done())
      if (interrupted()) throw MachineError("interrupted before everything was counted");
  };
  wait([&] { return scouted(kTurn); });
  const auto first = instant_of(from), last = instant_of(std::min<model::EventNumber>(to, known_));
  const Machine machine = start([&](connection::ProbeShared& probe) {
    probe.profiling = 1;
    probe.hits_from = first.value_or(0);
    probe.hits_to = last.value_or(0);
    probe.hold_instruction = probe.hits_to;
  });
  wait([&] { return machine->held(kTurn); });
  const connection::ProbeShared& probe = machine->probe();
  for (const connection::ProbeCount& one : probe.count)
    if (one.used != 0) take(one);
  return probe.uncounted;
}

}  // namespace exo::session
