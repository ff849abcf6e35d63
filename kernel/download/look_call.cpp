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
  const uint32_t span = uint32_t(last - first) + most;
  if (writes) {
    stack::spoil(state, first, span, first == last && bytes.number.is_constant());
    return true;
  }
  if (!stack::written(state, first, span)) return refuse(Verdict::UninitialisedStack, uint32_t(first));
  return !stack::holds_pointer(state, first, span) || refuse(Verdict::PointerLeak, number);
}

bool Look::exit() {
  if (!readable(0)) return false;
  return !is_pointer(state.registers[0].kind) || refuse(Verdict::PointerLeak, 0);
}

}  // namespace exo::kernel::download
