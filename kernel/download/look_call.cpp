// Calls of the kernel, and the end.
#include "kernel/download/helper_rows.hpp"
#include "kernel/download/look.hpp"
#include "kernel/download/stack.hpp"

namespace exo::kernel::download {

bool Look::call() {
  const Helper* const helper = helper_of(uint32_t(it.immediate));
  if (helper == nullptr || (helper->kinds & 1u << uint32_t(rules.kind)) == 0)
    return refuse(Verdict::NoSuchHelper, uint32_t(it.immediate));
  uint32_t length = 0;
  for (uint32_t i = 0; i < 3; ++i) {
    if (helper->arguments[i] == Argument::None) continue;
    if (!readable(i + 1)) return false;
    if (helper->arguments[i] == Argument::Bytes) length = i + 1;
  }
  if (length != 0) {
    const Value& bytes = state.registers[length];
    if (bytes.kind != Kind::Number || bytes.number.most() > abi::kMostPacketBytes)
      return refuse(Verdict::BadArgument, length);
  }
  for (uint32_t i = 0; i < 3; ++i)
    if ((helper->arguments[i] == Argument::Read || helper->arguments[i] == Argument::Write) &&
        !memory_argument(i + 1, length, helper->arguments[i] == Argument::Write))
      return false;
  facts = kNarrow;
  for (uint32_t i = 1; i <= 5; ++i) state.registers[i] = pointer_value(Kind::Unset);
  state.registers[0] = number_value(anything_of(4));
  return true;
}

/// May the helper access as many bytes as the register `length` says?
bool Look::memory_argument(uint32_t number, uint32_t length, bool writes) {
  const Value& pointer = state.registers[number];
  const Value& bytes = state.registers[length];
  if (!is_pointer(pointer.kind)) return refuse(Verdict::BadArgument, number);
  // As many bytes as there are from a pointer to the packet's end are there from any pointer up to that one.
  if (pointer.kind == Kind::Packet && is_rest(bytes) && bytes.id == pointer.id && pointer.fixed <= bytes.fixed &&
      narrow(pointer) && pointer.number.least_signed() + pointer.fixed >= 0 && (!writes || rules.may_write_packet()))
    return true;
  const uint32_t most = uint32_t(bytes.number.most());
  int32_t first = 0, last = 0;
  if (!reach(number, 0, most, writes, first, last)) return false;
  if (pointer.kind == Kind::Context) return refuse(Verdict::BadArgument, number);
  if (pointer.kind != Kind::Stack || most == 0) return true;
  const uint32_t place = stack::place_of(state, pointer.id, first), span = uint32_t(last - first) + most;
  if (writes) {
    stack::spoil(state, place, span, first == last && bytes.number.is_constant());
    return true;
  }
  if (!stack::written(state, place, span)) return refuse(Verdict::UninitialisedStack, uint32_t(first));
  return !stack::holds_pointer(state, place, span) || refuse(Verdict::PointerLeak, number);
}

/// Of a function of the program. It finds its arguments in r1 to r5, and r6 to r9 again when it is back.
bool Look::call_local() {
  if (state.depth + 1 == abi::bpf::kMostFrames) return refuse(Verdict::LocalCall, state.depth);
  for (uint32_t i = 1; i <= 5; ++i) keep_place(state.registers[i]);
  if (state.lowest_slot < kKeptRegisters) return refuse(Verdict::LocalCall, state.depth);
  state.lowest_slot = uint16_t(state.lowest_slot - kKeptRegisters);
  for (uint32_t i = 0; i < kKeptRegisters; ++i) {
    state.slots[state.lowest_slot + i] = state.registers[6 + i];
    state.registers[6 + i].kind = Kind::Unset;
  }
  state.frames[state.depth++] = {uint16_t(state.at + 1), state.lowest_slot};
  state.registers[0].kind = Kind::Unset;
  state.registers[abi::bpf::kFramePointer] = pointer_value(Kind::Stack);
  state.registers[abi::bpf::kFramePointer].id = state.depth;
  return true;
}

/// The caller's stack ends where the callee's begins, so what the callee is to fill must be in it.
void Look::keep_place(const Value& pointer) {
  if (pointer.kind != Kind::Stack || pointer.id != state.depth || !narrow(pointer)) return;
  const int64_t least = pointer.number.least_signed();
  const int64_t room = 8 * int64_t(stack::end_of(state, state.depth) - stack::begin_of(state, state.depth));
  if (least < 0 && least >= -room) stack::use(state, stack::place_of(state, state.depth, int32_t(least)) / 8);
}

void Look::come_back() {
  const Frame& frame = state.frames[--state.depth];
  for (uint32_t i = 0; i < kKeptRegisters; ++i) state.registers[6 + i] = state.slots[frame.base + i];
  for (uint32_t i = 1; i <= 5; ++i) state.registers[i].kind = Kind::Unset;
  state.registers[abi::bpf::kFramePointer].id = state.depth;
  state.lowest_slot = uint16_t(frame.base + kKeptRegisters);
}

bool Look::exit() {
  if (state.depth != 0) return true;  // a function need not have a result
  if (!readable(0)) return false;
  return !is_pointer(state.registers[0].kind) || refuse(Verdict::PointerLeak, 0);
}

}  // namespace exo::kernel::download
