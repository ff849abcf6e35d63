// What to pass to a system call: mostly what its row in syscalls.def says it wants, often from a former life, sometimes
// nonsense. The kinds come from the argument names of the row, so a new call is fuzzed by its own row.
#pragma once
#include "kernel/abi/capability.hpp"
#include "libos/base/syscall.hpp"
#include "libos/fuzzer/random.hpp"

namespace exo::fuzzer {

using libos::Capability;

enum class Argument : uint8_t {
  None,
  Junk,
  FrameCapability,
  EnvironmentCapability,
  AnyCapability,
  Authority,
  SliceCapability,
  EntryCapability,
  DeviceCapability,
  Asked,
  EntryPc,
  Out,
  Frame,
  Environment,
  PageAndFlags,
  Page,
  Count,
  Pc,
  Address,
  Rights,
  Pair,
  Micros,
  Request,
  Position,
  Kind,
};

struct Shape {
  Argument arguments[4];
};
extern const Shape kShapes[abi::kSyscalls];

/// Where new capabilities are put and old ones taken from: living, stale and overwritten ones side by side.
inline constexpr uint32_t kPoolSlots = 48;
extern Capability pool[kPoolSlots];
extern Capability granted;  ///< the share of authority that the warden gave it
extern Random random;
extern uint32_t last_request;  ///< the last request heard of

/// Virtual memory that the fuzzer plays with.
inline constexpr uint32_t kPlayAddress = 0x2000'0000;
inline constexpr uint32_t kPlayPages = 48;

uint32_t choose(Argument argument);
uint32_t any_address();
/// A pool slot that names a frame (or an environment), or any slot when none is found soon.
Capability* pool_slot(abi::ResourceKind kind);

}  // namespace exo::fuzzer
