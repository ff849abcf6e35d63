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
  draft.emit(bltz(kT6, 4));
  draft.emit(lui(kT7, look >> 16));  // delay slot
  draft.emit(ori(kT7, kT7, look));
  draft.emit(jalr(kT7));
  draft.emit(kNop);  // delay slot
  draft.pin();
}

}  // namespace exo::kernel::mips
