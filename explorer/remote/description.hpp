// The registers, as gdb is told of them: its own features of a MIPS processor, which it demands complete, and what the
// kernel publishes of coprocessor 0 beside them. What nobody knows is said to be unavailable, never invented.
#pragma once
#include <optional>
#include <string>

#include "explorer/debugger/target.hpp"

namespace exo::remote {

/// target.xml. Source: GDB manual, appendix G.5.10 ("MIPS Features").
[[nodiscard]] const std::string& target_description();

/// How many there are; their numbers begin at 0.
[[nodiscard]] std::size_t register_count();
inline constexpr std::size_t kRegisterPc = 37;

/// One register in hexadecimal digits; 'x' for each when it is not known. `number` < register_count().
[[nodiscard]] std::string register_text(std::size_t number, const std::optional<debugger::Registers>& registers,
                                        debugger::Instant instant);
/// All of them in order.
[[nodiscard]] std::string registers_text(const std::optional<debugger::Registers>& registers,
                                         debugger::Instant instant);

}  // namespace exo::remote
