#include "kernel/download/stack.hpp"

namespace exo::kernel::download::stack {
namespace {

/// The slots that `bytes` bytes from `place` on lie in; 0 bytes lie in none of interest.
struct Slots {
  uint32_t first, last;
  uint8_t first_bytes, last_bytes;  ///< as bits; all of those between

  constexpr Slots(uint32_t place, uint32_t bytes)
      : first(place / 8),
        last((place + bytes - 1) / 8),
        first_bytes(uint8_t(0xff << place % 8)),
        last_bytes(uint8_t(0xff >> (7 - (place + bytes - 1) % 8))) {
    if (first == last) first_bytes = last_bytes = first_bytes & last_bytes;
  }
  [[nodiscard]] constexpr uint8_t bytes_of(uint32_t slot) const {
    return slot == first ? first_bytes : slot == last ? last_bytes : 0xff;
  }
};

}  // namespace

void use(State& state, uint32_t slot) {
  while (state.lowest_slot > slot) {
    Value& value = state.slots[--state.lowest_slot];
    value.kind = Kind::Unset;
    value.written = 0;  // nobody looks at the rest of it
  }
}

bool written(const State& state, uint32_t place, uint32_t bytes) {
  const Slots slots(place, bytes);
  if (slots.first < state.lowest_slot) return false;
  for (uint32_t slot = slots.first; slot <= slots.last; ++slot)
    if ((slots.bytes_of(slot) & ~state.slots[slot].written) != 0) return false;
  return true;
}

bool holds_pointer(const State& state, uint32_t place, uint32_t bytes) {
  const Slots slots(place, bytes);
  for (const Value* slot = &state.slots[slots.first]; slot <= &state.slots[slots.last]; ++slot)
    if (is_pointer(slot->kind)) return true;
  return false;
}

Value load(const State& state, uint32_t place, uint32_t bytes) {
  const uint32_t within = place % 8;
  const Value& slot = state.slots[place / 8];
  if (bytes == 8 && within == 0) {
    Value value = slot;
    value.written = 0;
    return value;
  }
  if (within + bytes > 8) return number_value(anything_of(bytes));
  return number_value(truncate(shift_right(slot.number, within * 8), bytes * 8));
}

void store(State& state, uint32_t place, uint32_t bytes, const Value& value) {
  const uint32_t within = place % 8;
  if (within + bytes > 8) return spoil(state, place, bytes, true);
  use(state, place / 8);
  Value& slot = state.slots[place / 8];
  if (bytes == 8) {
    slot = value;
    slot.written = 0xff;
    return;
  }
  const uint8_t kept = is_pointer(slot.kind) ? 0 : slot.written;
  const uint64_t mask = (kAllBits >> (64 - bytes * 8)) << (within * 8);
  // Only bits are followed: of a part of a slot an interval says little.
  const uint64_t rest = (kept == 0 ? kAllBits : slot.number.unknown) & ~mask;
  const uint64_t unknown = rest | ((value.number.unknown << (within * 8)) & mask);
  const uint64_t bits = (kept == 0 ? 0 : slot.number.bits & ~mask) | ((value.number.bits << (within * 8)) & mask);
  slot = number_value({bits, bits | unknown, unknown, bits});
  slot.written = uint8_t(kept | Slots(place, bytes).first_bytes);
}

void spoil(State& state, uint32_t place, uint32_t bytes, bool all) {
  const Slots slots(place, bytes);
  use(state, slots.first);
  for (uint32_t slot = slots.first; slot <= slots.last; ++slot) {
    Value& value = state.slots[slot];
    // What is left of a pointer can't be read.
    uint8_t kept = is_pointer(value.kind) ? 0 : value.written;
    if (all) kept = uint8_t(kept | slots.bytes_of(slot));
    value = number_value(kAnything);
    value.written = kept;
  }
}

}  // namespace exo::kernel::download::stack
