// Environments as gdb knows them. Each is a process with one thread, because each is an address space with a program of
// its own at the same addresses; gdb gives a process its own symbols and breakpoints. The number of the process is the
// environment's; the kernel, whose number would mean "any" there, comes after all of them.
// A client that knows no processes gets the environments as threads.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "explorer/debugger/target.hpp"

namespace exo::remote {

inline constexpr std::uint32_t kKernelProcess = 64;  ///< abi::kMaxEnvironments: no environment has it

[[nodiscard]] std::uint32_t process_of(debugger::Environment env);
[[nodiscard]] debugger::Environment environment_of(std::uint32_t process);

/// One, any or all of the environments, as a packet names them.
struct ThreadId {
  enum class Which : std::uint8_t { One, Any, All };
  Which which = Which::Any;
  debugger::Environment env = debugger::kKernel;  ///< of One

  [[nodiscard]] bool covers(debugger::Environment other) const { return which != Which::One || env == other; }
};

/// "p2.2", "p2.-1", "p2", "p-1.-1", "0", "-1", "2" off the front of the text.
[[nodiscard]] std::optional<ThreadId> take_thread(std::string_view& text);
/// "p2.2", or "2" for a client without processes.
[[nodiscard]] std::string thread_text(debugger::Environment env, bool processes);

}  // namespace exo::remote
