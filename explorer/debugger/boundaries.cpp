#include "explorer/debugger/boundaries.hpp"

#include <fmt/format.h>

#include <array>

#include "kernel/abi/environment_page.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::debugger {
namespace {

constexpr std::string_view kCalls[] = {
#define SYSCALL(number, name, count, arguments, text) #name,
#include "kernel/abi/syscalls.def"
#undef SYSCALL
};
constexpr std::string_view kUpcalls[] = {
#define UPCALL(number, name, synchronous, arguments, text) #name,
#include "kernel/abi/upcalls.def"
#undef UPCALL
};

/// Loads and stores (MIPS32, volume II: opcodes 0x20 to 0x3f but for prefetches and the like).
bool is_access(std::uint32_t instruction) {
  const std::uint32_t opcode = instruction >> 26;
  return opcode >= 0x20 && opcode != 0x2f && opcode != 0x33;
}

}  // namespace

std::optional<std::uint32_t> read_word(const StackSource& source, Environment env, std::uint32_t address) {
  std::uint32_t word = 0;
  if ((address & 3) != 0 || !source.read || !source.read(env, address, {reinterpret_cast<std::byte*>(&word), 4}))
    return std::nullopt;
  return word;
}

std::string name_of_call(std::optional<std::uint32_t> number) {
  if (number && *number < std::size(kCalls)) return fmt::format("system call {}", kCalls[*number]);
  return number && *number >= abi::kOwnCalls ? fmt::format("system call {} of its own", *number) : "system call";
}

std::string call_of_function(std::string_view function) {
  constexpr std::string_view kScope = "exo::kernel::syscalls::";
  if (!function.starts_with(kScope)) return "";
  function.remove_prefix(kScope.size());
  for (const std::string_view call : kCalls)
    if (function == call) return fmt::format("system call {}", call);
  return "";
}

std::string name_of_cause(std::uint32_t cause) {
  switch (const std::uint32_t code = abi::cause_code(cause); code) {
    case 0:
      return "timer interrupt";
    case 1:
      return "store to a page bound for reading";
    case 2:
      return "TLB miss on a load";
    case 3:
      return "TLB miss on a store";
    case 4:
    case 5:
      return "address error";
    case 8:
      return "system call";
    case 9:
      return "breakpoint instruction";
    case 10:
      return "reserved instruction";
    case 11:
      return "coprocessor that it has not";
    case 12:
      return "overflow";
    case 13:
      return "trap instruction";
    default:
      return fmt::format("exception {}", code);
  }
}

std::string name_of_upcall(std::string_view entry, Environment env, std::uint32_t pc, const StackSource& source) {
  const std::uint32_t page = abi::kEnvironmentPageAddress;
  if (entry == "exo_interrupt_entry") {
    const auto kind = read_word(source, env, page + offsetof(abi::EnvironmentPage, interrupt.kind));
    return kind && *kind < std::size(kUpcalls) ? fmt::format("upcall {}", kUpcalls[*kind]) : "upcall";
  }
  if (entry != "exo_exception_entry" && entry != "exo_fault_entry") return "upcall, on its way back";
  const auto cause = read_word(source, env, page + offsetof(abi::EnvironmentPage, exception.cause));
  if (cause && *cause != 0 && *cause < 0x1000'0000) {
    const std::uint32_t code = abi::cause_code(*cause);
    return code == 2 || code == 3 ? "upcall Miss" : fmt::format("upcall Exception ({})", name_of_cause(*cause));
  }
  // The handler has copied the cause and cleared it.
  const auto instruction = read_word(source, env, pc);
  return instruction && is_access(*instruction) ? "upcall Miss" : "upcall Exception";
}

}  // namespace exo::debugger
