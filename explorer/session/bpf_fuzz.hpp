// Random programs against the kernel: what the verifier accepts must run as the interpreter says, leave everything else
// alone, and take no longer than was promised; and nothing, whatever its bytes, may shake the kernel.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "explorer/session/bpf_batch.hpp"

namespace exo::session {

struct BpfFuzzPlan {
  std::uint64_t seed = 1;  ///< of the first program; the next one's is one more
  std::uint64_t count = 0;
  bool bytes = false;  ///< random bytes and spoiled programs, in audited machines, not programs that are mostly right
};

struct BpfFinding {
  std::uint64_t seed = 0;
  std::string text;
  std::vector<std::string> program;  ///< its lines
};

struct BpfFuzzResult {
  std::uint64_t tried = 0, ran = 0, refused = 0, instructions = 0, machines = 0, audits = 0, checked = 0;
  std::uint64_t refused_as[64] = {};  ///< by verdict
  double closest = 0;                 ///< the largest part of what was promised that a run took
  std::vector<BpfFinding> findings;   ///< at most ten
  bool interrupted = false;
};

[[nodiscard]] TriedProgram random_tried(std::uint64_t seed, bool bytes);

/// `progress` is called after each machine and now and then; when it returns false, that is the end.
[[nodiscard]] BpfFuzzResult run_bpf_fuzz(std::shared_ptr<const connection::GuestImages> images, const BpfFuzzPlan& plan,
                                         const std::function<bool(const BpfFuzzResult&)>& progress);

}  // namespace exo::session
