// What lies between two programs in one stack, by its name, and where the other side is found.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "explorer/debugger/unwind.hpp"

namespace exo::debugger {

// Of the library OSes' own part of the environment page (libos/base/upcall_layout.h; a test compares).
inline constexpr std::uint32_t kPageWaitingFor = 0x1f00, kPageWaitingPc = 0x1f04, kPageWaitingSp = 0x1f08;
inline constexpr std::uint32_t kStillWaitingBit = 256;

/// "system call bind"; "system call" when the number is none.
[[nodiscard]] std::string name_of_call(std::optional<std::uint32_t> number);
/// "exo::kernel::syscalls::bind" -> "system call bind"; empty: it is no system call.
[[nodiscard]] std::string call_of_function(std::string_view function);
/// What a Cause register says, for everything but system calls: "timer interrupt", "TLB miss on a load".
[[nodiscard]] std::string name_of_cause(std::uint32_t cause);

/// The upcall that has entered `env` at one of the base's entries: "upcall Revoke". `entry` is the name of the assembly
/// function, `pc` where the program was.
[[nodiscard]] std::string name_of_upcall(std::string_view entry, Environment env, std::uint32_t pc,
                                         const StackSource& source);

[[nodiscard]] std::optional<std::uint32_t> read_word(const StackSource& source, Environment env, std::uint32_t address);

}  // namespace exo::debugger
