// One machine of a fuzz run: boots the warden and its fuzzers (libos/fuzzer) with a seed, adds commands of the host's
// own from the same seed, audits regularly, and at the end kills everything. The oracle: the kernel never panics or
// hangs, every audit agrees with the trace, no invariant is broken, no record is malformed, no check of the warden
// fails, and everything comes back. Deterministic: the same seed and count give the same trace.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "explorer/connection/guest_images.hpp"
#include "explorer/session/session.hpp"

namespace exo::session {

inline constexpr std::uint32_t kCallsPerAudit = 10'000;

struct FuzzPlan {
  std::uint32_t seed = 1;
  std::uint64_t calls = 0;  ///< rounded up to whole audits
  std::string trace_path;   ///< where the recording of a failure goes
  bool keep = false;        ///< record there even when nothing is found
};

struct Finding {
  model::EventNumber event = 0;
  std::string text;
};

struct FuzzResult {
  std::uint64_t calls = 0, events = 0, audits = 0, checked = 0, refused = 0, environments = 0, aborts = 0;
  double guest_us = 0;
  std::uint64_t fingerprint = 0;  ///< of the whole trace
  std::vector<Finding> findings;  ///< empty: nothing was found
};

/// The scenario that such a machine runs: recordings carry it, and `exoscope verify` repeats it.
[[nodiscard]] std::string fuzz_scenario(const FuzzPlan& plan);

/// What in a history says that the kernel is wrong: a panic, audits, invariants, the trace itself. At most ten.
[[nodiscard]] std::vector<Finding> judge_kernel(const model::History& history);

/// The same, and what the warden says; in order of events.
[[nodiscard]] std::vector<Finding> judge_fuzzed(const model::History& history);

/// Runs it. `progress` is called with what was done so far; when it returns false the machine is ended and the result
/// is what there is. A finding ends it too, and leaves the recording. Throws InputError or MachineError.
[[nodiscard]] FuzzResult run_fuzz(std::shared_ptr<const connection::GuestImages> images, const FuzzPlan& plan,
                                  const std::function<bool(const FuzzResult&)>& progress);

}  // namespace exo::session
