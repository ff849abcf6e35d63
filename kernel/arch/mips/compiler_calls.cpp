// What compiled code calls: the kernel's helpers, the division of 64-bit numbers, and the look at the clock.
#include "kernel/arch/mips/draft.hpp"

namespace exo::kernel::mips {

using namespace abi::bpf;

/// r1 to r3 become the three arguments; r6 to r9 are in registers that a callee keeps. The result has 32 bits.
void compile_call(Draft& draft) {
  draft.emit(move(kA1, pair_of(2).low));
  draft.call(draft.source().helpers[draft.immediate()], move(kA2, pair_of(3).low));
  draft.clear_upper(false);
}

// Frames, from the stack pointer up: o32's home for a callee's arguments, ra, the saved registers, ra once more (link),
// and the program's own stack, at whose end r10 points. All functions of a program have frames of the same size.
namespace {
/// Stores or loads: `word` is one of ra at the frame's first place.
void registers_of_frame(download::Body& body, uint32_t word) {
  word += body.helpers ? kHome : 0;
  if (body.calls) body.out.emit(word), word += 4;
  word += (uint32_t(kS0) - uint32_t(kRa)) << 16;
  for (uint32_t left = body.saved; left != 0; left >>= 1, word += 1u << 16)
    if ((left & 1) != 0) body.out.emit(word), word += 4;
  body.link = word & 0xffff;
}
}  // namespace

void open_frame(download::Body& body) {
  body.out.emit(addiu(kSp, kSp, 0u - body.frame));
  registers_of_frame(body, sw(kRa, 0, kSp));
}

void restore_registers(download::Body& body) { registers_of_frame(body, lw(kRa, 0, kSp)); }

/// A function within the program finds the registers as they are, and a frame of its own; it may change them all, as
/// its caller's r6 to r9 come back from there.
void begin_local_call(Draft& draft) {
  open_frame(draft.body());
  draft.emit(bal(kToBeMended));
  draft.emit(kNop);
}

void end_local_call(Draft& draft) {
  restore_registers(draft.body());
  draft.emit(addiu(kSp, kSp, draft.frame()));
  draft.pin();
}

/// exo_divide (divide.S): t6:t7 by t8:t9 gives the quotient in t6:t7 and the rest in t8:t9; no other register is
/// changed but at, hi, lo.
void compile_division64(Draft& draft) {
  const Pair d = draft.destination();
  draft.emit(move(kT6, d.low));
  draft.emit(move(kT7, draft.narrow() ? kZero : d.high));
  uint32_t last = 0;
  if (draft.from_register()) {
    const Pair s = draft.value(draft.instruction().source());
    draft.emit(move(kT8, s.low));
    last = move(kT9, draft.narrow() ? kZero : s.high);
  } else {
    draft.load_constant(kT8, draft.immediate());
    last = addiu(kT9, kZero, draft.instruction().immediate < 0 ? 0xffff : 0);
  }
  draft.call(draft.signed_division() ? draft.source().divide_signed : draft.source().divide, last);
  const bool rest = draft.operation() == kMod;
  draft.emit(move(d.low, rest ? kT8 : kT6));
  if (!draft.upper_unused() && !draft.narrow()) draft.emit(move(d.high, rest ? kT9 : kT7));
}

/// The alarm is the moment at which something is due. exo_download_look keeps every register that a program may use.
void compile_look(Draft& draft) {
  const uint32_t alarm = draft.source().alarm, look = draft.source().look;
  draft.emit(lui(kT6, (alarm + 0x8000) >> 16));
  draft.emit(lw(kT6, alarm, kT6));
  draft.emit(mfc0_count(kT7));
  draft.emit(subu(kT6, kT7, kT6));
  const uint32_t over = draft.body().out.at();
  draft.emit(bltz(kT6));
  draft.emit(kNop);  // delay slot
  draft.call(look, kNop);
  draft.body().out.lead_here(over);
}

}  // namespace exo::kernel::mips
