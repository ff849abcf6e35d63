// Where a run's instructions went: every one of them counted, in a machine that executes the run again. Nothing is
// sampled, and two profiles of one run are the same.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "explorer/session/debug_programs.hpp"
#include "explorer/session/rerun.hpp"

namespace exo::session {

/// Instructions of one source line, executed for one environment.
struct ProfileRow {
  debugger::Environment env = debugger::kKernel;  ///< who had the processor; kKernel: nobody
  bool in_kernel = false;                         ///< the kernel's code, on its behalf
  std::string program;
  /// The function, then what was put in line within it; the last one has the line. "0x80100000": nobody knows.
  std::vector<std::string> functions;
  std::string file;
  std::uint32_t line = 0;
  std::uint64_t instructions = 0;
};

struct Profile {
  std::uint64_t instructions = 0;
  std::uint64_t unknown = 0;     ///< at addresses that found no room in the table
  std::vector<ProfileRow> rows;  ///< by environment, program, functions and line
};

/// Of everything after event `from` up to event `to`. Blocks for as long as the run takes again; `interrupted` is asked
/// now and then. Throws MachineError.
[[nodiscard]] Profile profile(Rerun& rerun, model::EventNumber from, model::EventNumber to,
                              const std::function<bool()>& interrupted);

}  // namespace exo::session
