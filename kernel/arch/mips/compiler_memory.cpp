// Loads and stores. Where nothing is known about an address, it is taken as the machine can take it: words in two
// parts, halfwords byte by byte.
#include "kernel/arch/mips/draft.hpp"

namespace exo::kernel::mips {

using namespace abi::bpf;

namespace {
struct Address {
  Register base;
  uint32_t offset;
  bool word_aligned, halfword_aligned;
};

/// The address of `bytes` bytes at a register and the instruction's offset. The stack lies on 8 bytes.
Address address_of(Draft& draft, uint32_t number, uint32_t bytes) {
  const bool stack = number == kFramePointer;
  const auto offset = uint32_t(int32_t(draft.instruction().offset));
  Address address{};
  address.word_aligned = draft.known(download::kWordAligned) || (stack && offset % 4 == 0);
  address.halfword_aligned =
      address.word_aligned || draft.known(download::kHalfwordAligned) || (stack && offset % 2 == 0);
  address.base = stack ? kSp : pair_of(number).low;
  address.offset = stack ? offset + draft.frame() : offset;
  if (fits_signed(address.offset) && fits_signed(address.offset + bytes - 1)) return address;
  draft.emit(addiu(kT8, address.base, address.offset));
  address.base = kT8;
  address.offset = 0;
  return address;
}

void load_word(Draft& draft, Register d, const Address& address, uint32_t more) {
  const uint32_t offset = address.offset + more;
  if (address.word_aligned) return draft.emit(lw(d, offset, address.base));
  const Register part = d == address.base ? kT6 : d;
  draft.emit(lwr(part, offset, address.base));
  draft.emit(lwl(part, offset + 3, address.base));
  draft.copy(d, part);
}

void load_halfword(Draft& draft, Register d, const Address& address, bool is_signed) {
  if (address.halfword_aligned)
    return draft.emit(is_signed ? lh(d, address.offset, address.base) : lhu(d, address.offset, address.base));
  draft.emit(is_signed ? lb(kT6, address.offset + 1, address.base) : lbu(kT6, address.offset + 1, address.base));
  draft.emit(lbu(d, address.offset, address.base));
  if (!is_signed) return draft.emit(ins(d, kT6, 8, 8));
  draft.emit(sll(kT6, kT6, 8));
  draft.emit(or_(d, d, kT6));
}

void store_word(Draft& draft, Register s, const Address& address, uint32_t more) {
  const uint32_t offset = address.offset + more;
  if (address.word_aligned) return draft.emit(sw(s, offset, address.base));
  draft.emit(swr(s, offset, address.base));
  draft.emit(swl(s, offset + 3, address.base));
}

void load_constant(Draft& draft) {
  const Pair d = draft.destination();
  draft.load_constant(d.low, draft.immediate());
  const auto upper = uint32_t((&draft.instruction())[1].immediate);
  if (upper == 0) return draft.clear_upper(false);
  if (!draft.upper_unused()) draft.load_constant(d.high, upper);
}
}  // namespace

void compile_load(Draft& draft) {
  const uint8_t opcode = draft.instruction().opcode;
  if (opcode == kLoadConstant) return load_constant(draft);
  const uint32_t bytes = size_of(opcode);
  const bool is_signed = mode_of(opcode) == kMemSigned;
  const Pair d = draft.destination();
  const Address address = address_of(draft, draft.instruction().source(), bytes);
  switch (bytes) {
    case 1:
      draft.emit(is_signed ? lb(d.low, address.offset, address.base) : lbu(d.low, address.offset, address.base));
      break;
    case 2:
      load_halfword(draft, d.low, address, is_signed);
      break;
    case 4:
      load_word(draft, d.low, address, 0);
      break;
    default:
      // The upper half first: the lower half may be the base.
      if (!draft.narrow() && !draft.upper_unused()) load_word(draft, d.high, address, 4);
      load_word(draft, d.low, address, 0);
      if (draft.narrow()) draft.clear_upper(false);
      return;
  }
  if (is_signed && !draft.narrow() && !draft.upper_unused()) return draft.emit(sra(d.high, d.low, 31));
  draft.clear_upper(false);
}

void compile_store(Draft& draft) {
  const uint8_t opcode = draft.instruction().opcode;
  const uint32_t bytes = size_of(opcode);
  const Address address = address_of(draft, draft.instruction().destination(), bytes);
  Pair s{};
  if (class_of(opcode) == kClassStx) {
    s = draft.value(draft.instruction().source());
    if (draft.narrow()) s.high = kZero;
  } else {
    s = {kZero, kZero};
    if (draft.immediate() != 0) draft.load_constant(s.low = kAt, draft.immediate());
    if (bytes == 8 && draft.instruction().immediate < 0) draft.load_constant(s.high = kT9, 0xffff'ffff);
  }
  switch (bytes) {
    case 1:
      return draft.emit(sb(s.low, address.offset, address.base));
    case 2:
      if (address.halfword_aligned) return draft.emit(sh(s.low, address.offset, address.base));
      draft.emit(sb(s.low, address.offset, address.base));
      draft.emit(srl(kT6, s.low, 8));
      return draft.emit(sb(kT6, address.offset + 1, address.base));
    case 4:
      return store_word(draft, s.low, address, 0);
    default:
      store_word(draft, s.low, address, 0);
      return store_word(draft, s.high, address, 4);
  }
}

}  // namespace exo::kernel::mips
