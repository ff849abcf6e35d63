#include "kernel/download/structure.hpp"

#include "kernel/download/helper_rows.hpp"

namespace exo::kernel::download {
namespace {

using namespace abi::bpf;

constexpr Finding kFine = {Verdict::Accepted, 0, 0};

/// One instruction on the bench. Every check says what is wrong in `finding` and answers false.
struct Check {
  const Instruction& it;
  uint32_t at;
  Finding finding = kFine;

  bool refuse(Verdict verdict, uint32_t detail) {
    finding = {verdict, at, detail};
    return false;
  }
  bool no_opcode() { return refuse(Verdict::BadOpcode, it.opcode); }
  bool no_source() { return it.source() == 0 || refuse(Verdict::BadField, it.source()); }
  bool no_destination() { return it.destination() == 0 || refuse(Verdict::BadField, it.destination()); }
  bool no_offset() { return it.offset == 0 || refuse(Verdict::BadField, uint32_t(it.offset)); }
  bool no_immediate() { return it.immediate == 0 || refuse(Verdict::BadField, uint32_t(it.immediate)); }
  bool registers() {
    if (it.destination() >= kRegisters) return refuse(Verdict::BadRegister, it.destination());
    return it.source() < kRegisters || refuse(Verdict::BadRegister, it.source());
  }
  bool written() { return it.destination() != kFramePointer || refuse(Verdict::WritesFramePointer, 0); }
  /// The second operand is a register, or the immediate: the other one's field says nothing.
  bool operand() { return (it.opcode & kSourceRegister) != 0 ? no_immediate() : no_source(); }

  bool arithmetic();
  bool moves_sign();
  bool swap();
  bool jump(uint32_t count);
  bool constant(const Instruction* program, uint32_t count);
  bool access();
};

/// A move that extends the sign says from how many bits in `offset`.
bool Check::moves_sign() {
  const bool wide = class_of(it.opcode) == kClassAlu64;
  const bool known = it.offset == 8 || it.offset == 16 || (it.offset == 32 && wide);
  return ((it.opcode & kSourceRegister) != 0 && known) || no_offset();
}

bool Check::swap() {
  if (class_of(it.opcode) == kClassAlu64 && (it.opcode & kSourceRegister) != 0) return no_opcode();
  if (it.immediate != 16 && it.immediate != 32 && it.immediate != 64)
    return refuse(Verdict::BadField, uint32_t(it.immediate));
  return no_source() && no_offset();
}

bool Check::arithmetic() {
  const uint8_t operation = operation_of(it.opcode);
  if (operation > kEnd || (operation == kNeg && (it.opcode & kSourceRegister) != 0)) return no_opcode();
  if (!registers() || !written()) return false;
  if (operation == kEnd) return swap();
  if (operation == kNeg) return no_source() && no_offset() && no_immediate();
  if (operation == kDiv || operation == kMod) {
    if (it.offset != kSignedDivision && !no_offset()) return false;
    if ((it.opcode & kSourceRegister) == 0 && it.immediate == 0 && it.source() == 0)
      return refuse(Verdict::DivisionByZero, 0);
    return operand();
  }
  return (operation == kMov ? moves_sign() : no_offset()) && operand();
}

bool Check::jump(uint32_t count) {
  const uint8_t operation = operation_of(it.opcode);
  const bool narrow = class_of(it.opcode) == kClassJmp32, source = (it.opcode & kSourceRegister) != 0;
  if (operation > kJsle || ((operation == kCall || operation == kExit) && (narrow || source)) ||
      (operation == kJa && source))
    return no_opcode();
  if (operation == kExit) return no_destination() && no_source() && no_offset() && no_immediate();
  if (operation == kCall) {
    if (!no_destination() || !no_offset()) return false;
    if (it.source() == kCallLocal) {
      const uint32_t target = jump_target(it, at);
      return target < count || refuse(Verdict::BadTarget, target);
    }
    return it.source() == kCallHelper || refuse(Verdict::NoSuchHelper, uint32_t(it.immediate));
  }
  if (operation == kJa) {
    if (!no_destination() || !no_source() || !(narrow ? no_offset() : no_immediate())) return false;
  } else if (!registers() || !operand()) {
    return false;
  }
  const uint32_t target = jump_target(it, at);
  return target < count || refuse(Verdict::BadTarget, target);
}

bool Check::constant(const Instruction* program, uint32_t count) {
  if (it.opcode != kLoadConstant) {
    const uint8_t mode = mode_of(it.opcode);
    return (mode == kAbs || mode == kInd) && size_of(it.opcode) != 8 ? refuse(Verdict::OldPacketAccess, 0)
                                                                     : no_opcode();
  }
  if (it.destination() >= kRegisters) return refuse(Verdict::BadRegister, it.destination());
  if (it.source() != 0 && it.source() <= 6) return refuse(Verdict::MapReference, 0);
  if (!written() || !no_source() || !no_offset()) return false;
  if (at + 1 == count) return refuse(Verdict::RunsOff, 0);
  const Instruction& half = program[at + 1];
  if (half.opcode != 0) return refuse(Verdict::BadField, half.opcode);
  if (half.registers != 0) return refuse(Verdict::BadField, half.registers);
  return half.offset == 0 || refuse(Verdict::BadField, uint32_t(half.offset));
}

bool Check::access() {
  const uint8_t kind = class_of(it.opcode), mode = mode_of(it.opcode);
  if (kind == kClassStx && mode == kAtomic && size_of(it.opcode) >= 4) return refuse(Verdict::Atomic, 0);
  const bool extends = kind == kClassLdx && mode == kMemSigned && size_of(it.opcode) != 8;
  if (mode != kMem && !extends) return no_opcode();
  if (!registers()) return false;
  if (kind == kClassLdx && !written()) return false;
  return kind == kClassSt ? no_source() : no_immediate();
}

}  // namespace

Finding check_structure(const Instruction* program, uint32_t count, uint32_t at, uint8_t* facts) {
  Check check{program[at], at};
  const uint8_t opcode = program[at].opcode;
  if (is_alu_class(opcode)) {
    (void)check.arithmetic();
  } else if (is_jump_class(opcode)) {
    if (!check.jump(count)) return check.finding;
    if (is_jump(program[at])) facts[jump_target(program[at], at)] |= kJumpTarget;
    if (is_local_call(program[at])) facts[jump_target(program[at], at)] |= kJumpTarget;
  } else if (class_of(opcode) == kClassLd) {
    (void)check.constant(program, count);
  } else {
    (void)check.access();
  }
  return check.finding;
}

Registers registers_of(const Instruction& it) {
  const auto bit = [](uint32_t number) { return uint16_t(1u << number); };
  const auto with = [](uint16_t a, uint16_t b) { return uint16_t(a | b); };
  const uint16_t destination = bit(it.destination());
  const uint16_t operand = (it.opcode & kSourceRegister) != 0 ? bit(it.source()) : uint16_t{0};
  switch (class_of(it.opcode)) {
    case kClassLd:
      return {0, destination};
    case kClassLdx:
      return {bit(it.source()), destination};
    case kClassSt:
      return {destination, 0};
    case kClassStx:
      return {with(bit(it.source()), destination), 0};
    case kClassAlu:
    case kClassAlu64:
      if (operation_of(it.opcode) == kMov) return {operand, destination};
      if (operation_of(it.opcode) == kEnd) return {destination, destination};
      return {with(operand, destination), destination};
    default:
      if (is_exit(it.opcode)) return {bit(0), 0};
      if (is_local_call(it)) return {0x3e, 0x3f};
      if (is_call(it.opcode)) return {arguments_of(uint32_t(it.immediate)), 0x3f};  // r0 to r5
      if (is_always(it.opcode)) return {0, 0};
      return {with(operand, destination), 0};
  }
}

}  // namespace exo::kernel::download
