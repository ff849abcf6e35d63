// What is read later, found backwards: registers, so that paths that differ in others only meet; and at the end, with
// the facts of all paths, upper halves, so that nothing is computed for nobody.
#include "kernel/download/costs.hpp"
#include "kernel/download/structure.hpp"
#include "kernel/download/verifier.hpp"

namespace exo::kernel::download {
namespace {

using namespace abi::bpf;

/// In as many sweeps over the program it is done, or everything counts as read: only programs that jump back from loop
/// to loop take more than a few.
constexpr uint32_t kMostSweeps = 24;

constexpr uint16_t bit(uint32_t number) { return uint16_t(1u << number); }
constexpr uint16_t operand_of(const Instruction& it) {
  return (it.opcode & kSourceRegister) != 0 ? bit(it.source()) : uint16_t{0};
}

/// Registers whose values matter before an instruction: what becomes an address, is compared, or given to the kernel.
/// Of a function's result it is not known what its caller does with it.
uint16_t matters_before(const Instruction& it, uint16_t after, bool has_functions) {
  const uint32_t destination = bit(it.destination()), others = after & ~destination;
  switch (class_of(it.opcode)) {
    case kClassLd:
      return uint16_t(others);
    case kClassLdx:
      return uint16_t(others | bit(it.source()));
    case kClassSt:
      return uint16_t(after | destination);
    case kClassStx:  // what is kept in the stack may come back as an address
      return uint16_t(after | destination | (it.destination() == kFramePointer ? bit(it.source()) : 0));
    case kClassAlu:
    case kClassAlu64:
      if ((after & destination) == 0 || operation_of(it.opcode) == kEnd) return after;
      return uint16_t((operation_of(it.opcode) == kMov ? others : after) | operand_of(it));
    default:
      if (is_conditional(it.opcode)) return uint16_t(after | destination | operand_of(it));
      if (is_call(it.opcode)) return uint16_t((after & ~registers_of(it).writes) | registers_of(it).reads);
      return is_exit(it.opcode) ? uint16_t{has_functions} : after;
  }
}

}  // namespace

uint32_t Verifier::live_after(uint32_t at) const {
  const Instruction& it = program_[at];
  if (is_exit(it.opcode)) return 0;
  if (is_always(it.opcode)) return memory_->live[jump_target(it, at)];
  const uint32_t after = memory_->live[at + width_of(it)];
  return is_jump(it) ? after | memory_->live[jump_target(it, at)] : after;
}

/// To the program's last instruction again, if anything has changed.
bool Verifier::next_sweep() {
  const bool again = changed_ && ++sweeps_ != kMostSweeps;
  changed_ = false;
  cursor_ = count_;
  return again;
}

Progress Verifier::liveness() {
  const uint32_t at = --cursor_;
  if (sweeps_ == 0 && check_function(at) == Progress::Refused) return Progress::Refused;
  const Registers registers = registers_of(program_[at]);
  const uint32_t after = live_after(at);
  const uint32_t read = (after & ~uint32_t{registers.writes} & 0xffff) | registers.reads;
  const uint32_t before = read | uint32_t{matters_before(program_[at], uint16_t(after >> 16), calls_)} << 16;
  if (before != memory_->live[at]) {
    memory_->live[at] = before;
    changed_ = true;
  }
  if (cursor_ != 0 || next_sweep()) return Progress::More;
  all_live_ = sweeps_ == kMostSweeps;
  begin_paths();
  return Progress::More;
}

/// Upper halves that are read from this instruction on.
uint16_t Verifier::upper_before(const Instruction& it, uint8_t facts, uint16_t after) const {
  const uint16_t destination = bit(it.destination()), operand = operand_of(it);
  const uint16_t others = uint16_t(after & ~registers_of(it).writes);
  const uint8_t operation = operation_of(it.opcode);
  const bool is_narrow = (facts & kNarrow) != 0;
  switch (class_of(it.opcode)) {
    case kClassAlu:
    case kClassAlu64:
      if (operation == kEnd)  // be64 reads both halves, and whatever is narrow about it
        return uint16_t(others | (it.immediate == 64 ? destination : 0));
      // What is narrow leaves the upper half of a register that it also reads.
      if (is_narrow) return operation == kMov ? others : after;
      if (class_of(it.opcode) == kClassAlu) return others;
      switch (operation) {
        case kMov:
          return uint16_t(others | ((after & destination) != 0 && it.offset == 0 ? operand : 0));
        case kAdd:
        case kSub:
        case kMul:
        case kAnd:
        case kOr:
        case kXor:
        case kNeg:
          return (after & destination) != 0 ? uint16_t(after | operand) : after;
        default:
          return uint16_t(others | destination | operand);
      }
    case kClassStx:
      return size_of(it.opcode) == 8 && !is_narrow ? uint16_t(after | bit(it.source())) : after;
    case kClassJmp:
      if (is_local_call(it)) return uint16_t(others | registers_of(it).reads);
      if (is_exit(it.opcode))
        return rules_.has_context() && !calls_ ? 0 : 1;  // who calls it looks at the lower half only
      if (is_conditional(it.opcode) && !is_narrow) return uint16_t(after | destination | operand);
      return others;
    default:
      return others;
  }
}

/// In the first sweep what is left of the registers' liveness is cleared, in the last the facts are written.
Progress Verifier::upper() {
  if (phase_ == Phase::ClearUpper) {
    memory_->live[--cursor_] = 0;
    if (cursor_ != 0) return Progress::More;
    phase_ = Phase::Upper;
    cursor_ = count_;
    return Progress::More;
  }
  const uint32_t at = --cursor_;
  const Instruction& it = program_[at];
  const bool reached = (facts_[at] & kReached) != 0;
  if (reached) {
    const uint16_t after = uint16_t(live_after(at));
    const uint16_t before = upper_before(it, facts_[at], after);
    if (before != memory_->live[at]) {
      memory_->live[at] = before;
      changed_ = true;
    }
    const uint16_t writes = registers_of(it).writes;
    const bool unused = writes != 0 && (writes & after) == 0 && sweeps_ + 1 < kMostSweeps;
    facts_[at] = uint8_t((facts_[at] & ~kUpperUnused) | (unused ? kUpperUnused : 0));
  }
  if (cursor_ != 0 || next_sweep()) return Progress::More;
  phase_ = Phase::Over;
  return Progress::Done;
}

}  // namespace exo::kernel::download
