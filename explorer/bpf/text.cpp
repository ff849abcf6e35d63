#include "explorer/bpf/text.hpp"

#include <fmt/format.h>

#include "explorer/bpf/operators.hpp"

namespace exo::bpf {
namespace {

using namespace abi::bpf;

constexpr std::string_view kNone = "no instruction";

std::string name(bool wide, std::uint32_t number) { return fmt::format("{}{}", wide ? 'r' : 'w', number); }

std::string operand(const Instruction& it, bool wide) {
  return (it.opcode & kSourceRegister) != 0 ? name(wide, it.source()) : std::to_string(it.immediate);
}

std::string address(std::uint32_t base, std::int16_t offset, std::string_view type) {
  return fmt::format("*({} *)(r{} {} {})", type, base, offset < 0 ? '-' : '+', offset < 0 ? -offset : offset);
}

std::string arithmetic(const Instruction& it) {
  const bool wide = class_of(it.opcode) == kClassAlu64, from_register = (it.opcode & kSourceRegister) != 0;
  const std::uint8_t operation = operation_of(it.opcode);
  const std::string to = name(wide, it.destination());
  if (operation == kNeg) return fmt::format("{} = -{}", to, to);
  if (operation == kEnd) {
    const std::string_view order = wide ? "bswap" : from_register ? "be" : "le";
    return fmt::format("r{} = {}{} r{}", it.destination(), order, it.immediate, it.destination());
  }
  if (operation == kMov && it.offset != 0) return fmt::format("{} = (s{}){}", to, it.offset, operand(it, wide));
  const bool with_sign = (operation == kDiv || operation == kMod) && it.offset != 0;
  for (const Operator& row : kArithmetic)
    if (row.operation == operation)
      return fmt::format("{} {}{} {}", to, with_sign ? "s" : "", row.sign, operand(it, wide));
  return std::string(kNone);
}

std::string jump(const Instruction& it, std::size_t at) {
  const bool wide = class_of(it.opcode) == kClassJmp;
  const std::uint8_t operation = operation_of(it.opcode);
  const auto target = [&](std::int64_t distance) { return std::int64_t(at) + 1 + distance; };
  if (operation == kJa)
    return wide ? fmt::format("goto {}", target(it.offset)) : fmt::format("gotol {}", target(it.immediate));
  if (operation == kExit) return "exit";
  if (operation == kCall) {
    if (it.source() == kCallLocal) return fmt::format("call to {}", target(it.immediate));
    for (const HelperName& helper : kHelperNames)
      if (helper.number == std::uint32_t(it.immediate)) return fmt::format("call {}", helper.name);
    return fmt::format("call {}", it.immediate);
  }
  for (const Operator& row : kConditions)
    if (row.operation == operation)
      return fmt::format("if {} {} {} goto {}", name(wide, it.destination()), row.sign, operand(it, wide),
                         target(it.offset));
  return std::string(kNone);
}

}  // namespace

std::string text(std::span<const Instruction> program, std::size_t at) {
  const Instruction& it = program[at];
  const std::uint32_t bits = size_of(it.opcode) * 8;
  switch (class_of(it.opcode)) {
    case kClassAlu:
    case kClassAlu64:
      return arithmetic(it);
    case kClassJmp:
    case kClassJmp32:
      return jump(it, at);
    case kClassLd:
      if (it.opcode == 0 && at != 0 && program[at - 1].opcode == kLoadConstant) return "";
      if (it.opcode != kLoadConstant || at + 1 == program.size()) return std::string(kNone);
      return fmt::format("r{} = {:#x} ll", it.destination(),
                         std::uint32_t(it.immediate) | std::uint64_t(std::uint32_t(program[at + 1].immediate)) << 32);
    case kClassLdx:
      if (mode_of(it.opcode) != kMem && mode_of(it.opcode) != kMemSigned) return std::string(kNone);
      return fmt::format(
          "r{} = {}", it.destination(),
          address(it.source(), it.offset, fmt::format("{}{}", mode_of(it.opcode) == kMem ? 'u' : 's', bits)));
    default: {
      if (mode_of(it.opcode) == kAtomic)
        return fmt::format("atomic {}", address(it.destination(), it.offset, fmt::format("u{}", bits)));
      if (mode_of(it.opcode) != kMem) return std::string(kNone);
      const std::string to = address(it.destination(), it.offset, fmt::format("u{}", bits));
      return class_of(it.opcode) == kClassSt ? fmt::format("{} = {}", to, it.immediate)
                                             : fmt::format("{} = r{}", to, it.source());
    }
  }
}

}  // namespace exo::bpf
