// One decoded event of the trace. The raw record is hostile: decode() (decode.hpp) makes this out of it or reports why
// it can't.
#pragma once
#include <array>
#include <cstdint>

#include "kernel/abi/machine.hpp"
#include "kernel/abi/tables.hpp"

namespace exo::model {

/// Clock ticks since boot, unwrapped to 64 bits (6 ns each).
using Ticks = std::uint64_t;

/// Events are numbered from 1 in the order the kernel wrote them; "at event N" is the state after the first N events.
using EventNumber = std::uint64_t;

struct Event {
  Ticks ticks = 0;
  EventNumber number = 0;
  abi::Event id{};
  std::uint16_t env = 0;  ///< acting environment; 0 is the kernel
  std::uint32_t pc = 0;   ///< user instruction that caused it, or 0
  std::array<std::uint32_t, 4> args{};
};

constexpr double micros(Ticks ticks) { return double(ticks) * abi::kNanosecondsPerTick / 1000.0; }
constexpr std::uint64_t instructions(Ticks ticks) {
  return ticks * abi::kNanosecondsPerTick / abi::kNanosecondsPerInstruction;
}

}  // namespace exo::model
