#include "explorer/session/rerun_registers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstring>

#include "kernel/abi/saved_registers.hpp"

namespace exo::session {
namespace {

// The number after `name` (and blanks, "=", "0x"), from `at` on, which moves behind it.
bool number_after(std::string_view text, std::string_view name, std::size_t& at, std::uint32_t& out) {
  std::size_t found = text.find(name, at);
  if (found == std::string_view::npos) return false;
  found += name.size();
  while (found < text.size() && (text[found] == ' ' || text[found] == '=')) ++found;
  if (text.substr(found, 2) == "0x") found += 2;
  std::uint64_t value = 0;  // some builds print 64 bits
  const auto result = std::from_chars(text.data() + found, text.data() + text.size(), value, 16);
  if (result.ec != std::errc()) return false;
  out = std::uint32_t(value);
  at = std::size_t(result.ptr - text.data());
  return true;
}

// QEMU tells of the unit only while it may be used. Of registers in pairs it shows the even one, with both as one
// number of 64 bits.
void parse_floating(std::string_view text, std::size_t at, debugger::Registers& out) {
  if (!number_after(text, "CP1 FCR0", at, out.floating_implementation) ||
      !number_after(text, "FCR31", at, out.floating_control))
    return;
  for (std::size_t i = 0; i < out.floating.size(); ++i) {
    std::size_t there = text.find(fmt::format("f{}: w:", i), at);
    if (there == std::string_view::npos) {
      if (i % 2 == 0) return;
      continue;
    }
    there = text.find(" d:", there);
    if (there == std::string_view::npos) return;
    std::uint64_t both = 0;
    const auto result = std::from_chars(text.data() + there + 3, text.data() + text.size(), both, 16);
    if (result.ec != std::errc()) return;
    at = std::size_t(result.ptr - text.data());
    out.floating[i] = std::uint32_t(both);
    if (i + 1 < out.floating.size()) out.floating[i + 1] = std::uint32_t(both >> 32);
  }
  out.has_floating = true;
}

}  // namespace

std::optional<debugger::Registers> parse_registers(std::string_view text) {
  static constexpr const char* kNames[] = {" r0", " at", " v0", " v1", " a0", " a1", " a2", " a3", " t0", " t1", " t2",
                                           " t3", " t4", " t5", " t6", " t7", " s0", " s1", " s2", " s3", " s4", " s5",
                                           " s6", " s7", " t8", " t9", " k0", " k1", " gp", " sp", " s8", " ra"};
  debugger::Registers out;
  std::size_t at = 0;
  if (!number_after(text, "pc=", at, out.pc) || !number_after(text, "HI=", at, out.hi) ||
      !number_after(text, "LO=", at, out.lo))
    return std::nullopt;
  for (std::size_t i = 0; i < 32; ++i)
    if (!number_after(text, kNames[i], at, out.general[i])) return std::nullopt;
  if (!number_after(text, "CP0 Status", at, out.status) || !number_after(text, "Cause", at, out.cause) ||
      !number_after(text, "EPC", at, out.exception_pc))
    return std::nullopt;
  parse_floating(text, at, out);
  return out;
}

SavedRegisters saved_registers(std::span<const std::byte> ram, std::uint32_t env) {
  const std::size_t base = abi::kEnvironmentsPhysical + std::size_t(env) * abi::kEnvironmentBytes;
  const auto word = [&](std::uint32_t offset) {
    std::uint32_t value = 0;
    std::memcpy(&value, ram.data() + base + offset, sizeof value);
    return value;
  };
  SavedRegisters out;
  debugger::Registers& registers = out.registers;
  registers.entry_hi = word(abi::kSavedEntryHi);
  if (const std::uint32_t resume = word(abi::kSavedResumePc); resume != 0) {
    registers.pc = resume;
    registers.general[debugger::kStackPointer] = word(abi::kSavedResumeSp);
    return out;
  }
  for (std::uint32_t i = 1; i < 32; ++i) registers.general[i] = word(abi::kSavedFrame + 4 * i);
  registers.lo = word(abi::kSavedFrame + abi::kFrameLo);
  registers.hi = word(abi::kSavedFrame + abi::kFrameHi);
  registers.pc = word(abi::kSavedFrame + abi::kFramePc);
  registers.cause = word(abi::kSavedFrame + abi::kFrameCause);
  registers.bad_address = word(abi::kSavedFrame + abi::kFrameBadAddress);
  registers.status = word(abi::kSavedFrame + abi::kFrameStatus);
  registers.exception_pc = registers.pc;
  out.all = true;
  return out;
}

}  // namespace exo::session
