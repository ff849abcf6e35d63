// Where a debugger stands, in words that mean something in another build of the programs, too: the n-th time that an
// environment comes to a line of a function.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "explorer/debugger/target.hpp"

namespace exo::session {

struct Standing {
  debugger::Environment env = debugger::kKernel;  ///< that has the processor
  std::string name;                               ///< its name
  bool in_kernel = false;                         ///< the code is the kernel's
  std::string function, file;
  std::uint32_t line = 0;
  std::vector<std::string> text;  ///< of the file as it was compiled; empty: not known
  std::uint64_t times = 0;        ///< that it has come there; 0: not (yet) counted
  debugger::Environment looked_at = debugger::kKernel;
  std::uint32_t frame = 0;  ///< looked at
};

}  // namespace exo::session
