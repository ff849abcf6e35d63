// Re-executes a recording: boots its scenario with the commands that it says were taken, and compares the two traces
// record by record, bit for bit.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

namespace exo::session {

struct Verification {
  std::uint64_t compared = 0;  ///< records that are the same
  bool same = false;
  std::string difference;  ///< one line; empty when same
  std::string warning;     ///< about the recording (a missing end)
};

/// Throws InputError (not a recording, made by another build, has a gap) or MachineError. `interrupted` is asked
/// between pieces of work; when it says so the machine is ended and MachineError is thrown.
[[nodiscard]] Verification verify(const std::string& path, const std::function<bool()>& interrupted);

}  // namespace exo::session
