// Loads and stores: what a pointer may reach, and what is found there.
#include "kernel/download/look.hpp"
#include "kernel/download/stack.hpp"

namespace exo::kernel::download {
namespace {

using namespace abi::bpf;

struct Bounds {
  int32_t from, to;
  bool writable;
};

Bounds bounds_of(const Value& pointer, const State& state, const Rules& rules) {
  switch (pointer.kind) {
    case Kind::Context:
      return {0, int32_t(sizeof(abi::DownloadContext)), false};
    case Kind::Packet:
      return {0, 0, rules.may_write_packet()};
    case Kind::Page0:
    case Kind::Page1:
      return {0, int32_t(abi::kPageSize), rules.page[pointer.kind == Kind::Page1].writable};
    case Kind::Stack:
      if (pointer.id > state.depth) return {0, 0, true};  // that function has returned
      return {-int32_t(8 * (stack::end_of(state, pointer.id) - stack::begin_of(state, pointer.id))), 0, true};
    case Kind::Memory:
      return {0, int32_t(rules.memory_bytes), true};
    default:
      return {0, 0, false};  // nothing is at the packet's end
  }
}

uint8_t alignment(const Value& pointer, int32_t offset) {
  const uint32_t place =
      uint32_t(pointer.number.bits) + uint32_t(pointer.fixed + offset) + (pointer.kind == Kind::Packet ? 2 : 0);
  const uint32_t unknown = uint32_t(pointer.number.unknown);
  uint8_t facts = 0;
  if (((place | unknown) & 1) == 0) facts |= kHalfwordAligned;
  if (((place | unknown) & 3) == 0) facts |= kWordAligned;
  return facts;
}

}  // namespace

bool Look::reach(uint32_t number, int32_t offset, uint32_t bytes, bool writes, int32_t& first, int32_t& last) {
  if (!readable(number)) return false;
  const Value& pointer = state.registers[number];
  if (!is_pointer(pointer.kind)) return refuse(Verdict::NotPointer, number);
  const Bounds bounds = bounds_of(pointer, state, rules);
  if (writes && !bounds.writable) return refuse(Verdict::ReadOnly, uint32_t(offset));
  const int32_t beside = pointer.fixed + offset;
  if (!narrow(pointer)) return refuse(Verdict::Unproven, uint32_t(beside));
  first = int32_t(pointer.number.least_signed()) + beside;
  last = int32_t(pointer.number.most_signed()) + beside;
  facts |= alignment(pointer, offset);
  if (pointer.kind == Kind::Packet) {
    if (last < 0 || first >= int32_t(abi::kMostPacketBytes))
      return refuse(Verdict::OutOfBounds, uint32_t(last < 0 ? last : first));
    return (first >= 0 && beside + int32_t(bytes) <= int32_t(pointer.range)) ||
           refuse(Verdict::Unproven, uint32_t(beside));
  }
  if (first + int32_t(bytes) > bounds.to || last < bounds.from)
    return refuse(Verdict::OutOfBounds, uint32_t(last < bounds.from ? last : first));
  if (first < bounds.from || last + int32_t(bytes) > bounds.to) return refuse(Verdict::Unproven, uint32_t(beside));
  if (pointer.kind == Kind::Stack && uint32_t(-first) > deepest_stack) deepest_stack = uint32_t(-first);
  return true;
}

bool Look::load() {
  const uint32_t bytes = size_of(it.opcode), source = it.source();
  int32_t first = 0, last = 0;
  if (!reach(source, it.offset, bytes, false, first, last)) return false;
  const Kind kind = state.registers[source].kind;
  if (kind == Kind::Context) {
    if (first != last) return refuse(Verdict::Unproven, uint32_t(first));
    if (!load_context(uint32_t(first), bytes)) return false;
  } else if (kind == Kind::Stack) {
    if (!load_stack(state.registers[source].id, first, last, bytes)) return false;
  } else {
    set(number_value(anything_of(bytes)));
  }
  Value& value = state.registers[it.destination()];
  if (mode_of(it.opcode) == kMemSigned) value = number_value(extend_sign(value.number, bytes * 8));
  if (narrow(value)) facts |= kNarrow;
  return true;
}

/// Its pointers are read whole.
bool Look::load_context(uint32_t offset, uint32_t bytes) {
  const uint32_t field = offset / 8;
  Value value = number_value(constant(0));
  if (field <= 1 && rules.has_packet()) value = pointer_value(field == 0 ? Kind::Packet : Kind::PacketEnd);
  if ((field == 2 || field == 3) && rules.page[field - 2].given)
    value = pointer_value(field == 2 ? Kind::Page0 : Kind::Page1);
  if (field == 4) value = number_value(anything_of(4));
  const uint32_t within = offset % 8;
  if (bytes == 8 && within == 0) {
    set(value);
    return true;
  }
  if (is_pointer(value.kind)) return refuse(Verdict::PointerLeak, it.destination());
  if (within + bytes > 8) {
    // Into the next field, too.
    const uint32_t next = field + 1;
    if ((next == 1 && rules.has_packet()) || ((next == 2 || next == 3) && rules.page[next - 2].given))
      return refuse(Verdict::PointerLeak, it.destination());
    set(number_value(anything_of(bytes)));
    return true;
  }
  set(number_value(truncate(shift_right(value.number, within * 8), bytes * 8)));
  return true;
}

bool Look::load_stack(uint32_t depth, int32_t first, int32_t last, uint32_t bytes) {
  const uint32_t place = stack::place_of(state, depth, first), span = uint32_t(last - first) + bytes;
  if (!stack::written(state, place, span)) return refuse(Verdict::UninitialisedStack, uint32_t(first));
  const bool whole = first == last && bytes == 8 && first % 8 == 0;
  if (!whole && stack::holds_pointer(state, place, span)) return refuse(Verdict::PointerLeak, it.destination());
  set(first == last ? stack::load(state, place, bytes) : number_value(anything_of(bytes)));
  return true;
}

bool Look::store() {
  if (class_of(it.opcode) == kClassSt) return store_value(number_value(constant(uint64_t(int64_t(it.immediate)))), 0);
  return readable(it.source()) && store_value(state.registers[it.source()], it.source());
}

bool Look::store_value(const Value& value, uint32_t source) {
  const uint32_t bytes = size_of(it.opcode), destination = it.destination();
  int32_t first = 0, last = 0;
  if (!reach(destination, it.offset, bytes, true, first, last)) return false;
  const Value& pointer = state.registers[destination];
  const bool on_stack = pointer.kind == Kind::Stack;
  const uint32_t place = on_stack ? stack::place_of(state, pointer.id, first) : 0;
  const bool whole_slot = on_stack && first == last && bytes == 8 && first % 8 == 0;
  if (is_pointer(value.kind) && !whole_slot) return refuse(Verdict::PointerLeak, source);
  if (on_stack && first == last) {
    stack::store(state, place, bytes, value);
  } else if (on_stack) {
    stack::spoil(state, place, uint32_t(last - first) + bytes, false);
  }
  if (narrow(value)) facts |= kNarrow;
  return true;
}

}  // namespace exo::kernel::download
