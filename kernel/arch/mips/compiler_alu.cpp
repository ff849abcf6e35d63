// Arithmetic in 32 bits: of 32-bit instructions, and of those in 64 bits whose upper halves don't matter.
#include "kernel/arch/mips/draft.hpp"

namespace exo::kernel::mips {

using namespace abi::bpf;

namespace {
/// With the immediate in the instruction itself. False: it does not fit, or there is no such instruction.
bool with_small_immediate(Draft& draft, uint8_t operation) {
  const Register d = draft.destination().low;
  const uint32_t immediate = draft.immediate();
  switch (operation) {
    case kAdd:
      if (!fits_signed(immediate)) return false;
      draft.emit(addiu(d, d, immediate));
      return true;
    case kSub:
      if (!fits_signed(0u - immediate)) return false;
      draft.emit(addiu(d, d, 0u - immediate));
      return true;
    case kOr:
      if (!fits_unsigned(immediate)) return false;
      draft.emit(ori(d, d, immediate));
      return true;
    case kAnd:
      if (!fits_unsigned(immediate)) return false;
      draft.emit(andi(d, d, immediate));
      return true;
    case kXor:
      if (!fits_unsigned(immediate)) return false;
      draft.emit(xori(d, d, immediate));
      return true;
    case kLsh:
      draft.emit(sll(d, d, immediate & 31));
      return true;
    case kRsh:
      draft.emit(srl(d, d, immediate & 31));
      return true;
    case kArsh:
      draft.emit(sra(d, d, immediate & 31));
      return true;
    default:
      return false;
  }
}

/// What dividing by 0 gives is not what the machine does (RFC 9669, 4.1): quotient 0, and the dividend is the rest.
void divide(Draft& draft, bool rest, bool is_signed, Register s) {
  const Register d = draft.destination().low;
  const bool may_be_zero = !draft.known(download::kDivisorNotZero) && (draft.from_register() || draft.immediate() == 0);
  draft.emit(is_signed ? div(d, s) : divu(d, s));
  if (!may_be_zero) return draft.emit(rest ? mfhi(d) : mflo(d));
  if (rest) {
    draft.emit(mfhi(kT6));
    return draft.emit(movn(d, kT6, s));
  }
  draft.emit(mflo(kT6));
  draft.emit(movz(kT6, kZero, s));
  draft.emit(move(d, kT6));
}
}  // namespace

void lower_half(Draft& draft, uint8_t operation, bool is_signed) {
  if (!draft.from_register() && with_small_immediate(draft, operation)) return;
  const Register d = draft.destination().low;
  const Register s = draft.operand(false).low;
  switch (operation) {
    case kAdd:
      return draft.emit(addu(d, d, s));
    case kSub:
      return draft.emit(subu(d, d, s));
    case kMul:
      return draft.emit(mul(d, d, s));
    case kOr:
      return draft.emit(or_(d, d, s));
    case kAnd:
      return draft.emit(and_(d, d, s));
    case kXor:
      return draft.emit(xor_(d, d, s));
    case kLsh:
      return draft.emit(sllv(d, d, s));
    case kRsh:
      return draft.emit(srlv(d, d, s));
    case kArsh:
      return draft.emit(srav(d, d, s));
    default:
      return divide(draft, operation == kMod, is_signed, s);
  }
}

/// mov, and movsx, whose offset is the number of bits that it starts from.
void compile_mov(Draft& draft, bool wide) {
  const Pair d = draft.destination();
  const bool upper = wide && !draft.upper_unused() && !draft.narrow();
  if (!draft.from_register()) {
    draft.load_constant(d.low, draft.immediate());
    if (!upper || draft.instruction().immediate >= 0) return draft.clear_upper(false);
    return draft.load_constant(d.high, 0xffff'ffff);
  }
  const uint32_t bits = uint32_t(draft.instruction().offset);
  if (draft.instruction().source() == kFramePointer) {
    draft.emit(addiu(d.low, kSp, draft.frame()));
    return draft.clear_upper(false);
  }
  const Pair s = pair_of(draft.instruction().source());
  if (bits == 8)
    draft.emit(seb(d.low, s.low));
  else if (bits == 16)
    draft.emit(seh(d.low, s.low));
  else
    draft.copy(d.low, s.low);
  if (!upper) return draft.clear_upper(false);
  if (bits != 0) return draft.emit(sra(d.high, d.low, 31));
  draft.copy(d.high, s.high);
}

namespace {
void exchange_bytes(Draft& draft, Register d, Register s) {
  draft.emit(wsbh(d, s));
  draft.emit(rotr(d, d, 16));
}
}  // namespace

/// The machine's memory is little-endian, so converting to that order only cuts off.
void compile_byte_order(Draft& draft, bool wide) {
  const Pair d = draft.destination();
  const bool exchange = wide || draft.from_register();
  if (draft.immediate() == 64 && draft.narrow()) {
    if (exchange) draft.emit(move(d.low, kZero));  // the only number whose halves are both below 2^32
    return draft.clear_upper(false);
  }
  switch (draft.immediate()) {
    case 16:
      if (exchange) draft.emit(wsbh(d.low, d.low));
      draft.emit(andi(d.low, d.low, 0xffff));
      return draft.clear_upper(false);
    case 32:
      if (exchange) exchange_bytes(draft, d.low, d.low);
      return draft.clear_upper(false);
    default:
      if (!exchange) return;
      if (!draft.upper_unused()) exchange_bytes(draft, kT6, d.low);
      exchange_bytes(draft, d.low, d.high);
      if (!draft.upper_unused()) draft.emit(move(d.high, kT6));
  }
}

void compile_arithmetic32(Draft& draft) {
  const Register d = draft.destination().low;
  switch (draft.operation()) {
    case kMov:
      return compile_mov(draft, false);
    case kEnd:
      return compile_byte_order(draft, false);
    case kNeg:
      draft.emit(subu(d, kZero, d));
      break;
    default:
      lower_half(draft, draft.operation(), draft.signed_division());
  }
  draft.clear_upper(true);
}

}  // namespace exo::kernel::mips
