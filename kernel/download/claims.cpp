#include "kernel/download/claims.hpp"

namespace exo::kernel::download {

namespace {

constexpr uint32_t swapped(uint32_t value) {
  return value << 24 | (value & 0xff00) << 8 | (value >> 8 & 0xff00) | value >> 24;
}
/// Bits of two words together, of which the lower one is the packet's first.
constexpr uint64_t placed(uint32_t network, uint32_t bytes, uint32_t byte_in_word) {
  return uint64_t{swapped(network << (8 * (4 - bytes)))} << (8 * byte_in_word);
}

uint32_t ones(uint32_t mask) {
  uint32_t count = 0;
  for (; mask != 0; mask &= mask - 1) ++count;
  return count;
}

bool well_formed(const Comparison& c) {
  if (c.bytes != 1 && c.bytes != 2 && c.bytes != 4) return false;
  if (c.reserved != 0 || c.reserved1 != 0) return false;
  if (c.offset + c.bytes > abi::kMostPacketBytes) return false;
  if (c.bytes < 4 && c.mask >> (8 * c.bytes) != 0) return false;
  return c.mask != 0 && (c.value & ~c.mask) == 0;
}

bool add_field(Claim& claim, const Field& field) {
  if (field.mask == 0) return true;
  uint32_t at = claim.count;
  while (at != 0 && claim.field[at - 1].word > field.word) --at;
  if (at != 0 && claim.field[at - 1].word == field.word) {
    Field& there = claim.field[at - 1];
    if (((there.value ^ field.value) & there.mask & field.mask) != 0) return false;
    claim.bits += ones(field.mask & ~there.mask);
    there.mask |= field.mask;
    there.value |= field.value;
    return true;
  }
  for (uint32_t i = claim.count; i != at; --i) claim.field[i] = claim.field[i - 1];
  claim.field[at] = field;
  claim.bits += ones(field.mask);
  ++claim.count;
  return true;
}

}  // namespace

bool add(Claim& claim, const Comparison& comparison) {
  if (!well_formed(comparison)) return false;
  const uint32_t word = (comparison.offset + 2u) / 4, byte = (comparison.offset + 2u) % 4;
  const uint64_t mask = placed(comparison.mask, comparison.bytes, byte);
  const uint64_t value = placed(comparison.value, comparison.bytes, byte);
  return add_field(claim, {word, uint32_t(mask), uint32_t(value)}) &&
         add_field(claim, {word + 1, uint32_t(mask >> 32), uint32_t(value >> 32)});
}

Relation relation(const Claim& a, const Claim& b) {
  bool a_compares_more = false, b_compares_more = false;
  uint32_t i = 0, j = 0;
  while (i < a.count && j < b.count) {
    const Field &one = a.field[i], &other = b.field[j];
    if (one.word != other.word) {
      (one.word < other.word ? a_compares_more : b_compares_more) = true;
      ++(one.word < other.word ? i : j);
      continue;
    }
    if (((one.value ^ other.value) & one.mask & other.mask) != 0) return Relation::Disjoint;
    if ((one.mask & ~other.mask) != 0) a_compares_more = true;
    if ((other.mask & ~one.mask) != 0) b_compares_more = true;
    ++i, ++j;
  }
  if (i < a.count) a_compares_more = true;
  if (j < b.count) b_compares_more = true;
  if (a_compares_more && b_compares_more) return Relation::Crossing;
  if (a_compares_more) return Relation::Within;
  return b_compares_more ? Relation::Around : Relation::Same;
}

bool before(const Claim& a, const Claim& b) {
  for (uint32_t i = 0;; ++i) {
    if (i == a.count) return false;
    if (i == b.count) return true;
    const Field &one = a.field[i], &other = b.field[i];
    if (one.word != other.word) return one.word < other.word;
    if (one.mask != other.mask) return one.mask > other.mask;  // who compares more bits has the greater mask
    if (one.value != other.value) return one.value < other.value;
  }
}

bool matches(const Claim& claim, const uint8_t* packet, uint32_t bytes) {
  for (uint32_t i = 0; i < claim.count; ++i) {
    const Field& field = claim.field[i];
    if (bytes < bytes_needed(field.word, field.mask)) return false;
    if ((word_of(packet, bytes, field.word) & field.mask) != field.value) return false;
  }
  return true;
}

uint32_t bytes_needed(uint32_t word, uint32_t mask) {
  const uint32_t in_word = mask >> 24 != 0 ? 4 : mask >> 16 != 0 ? 3 : mask >> 8 != 0 ? 2 : 1;
  return 4 * word + in_word - 2;
}

uint32_t word_of(const uint8_t* packet, uint32_t bytes, uint32_t word) {
  uint32_t value = 0;
  for (uint32_t i = word == 0 ? 2 : 0; i < 4; ++i) {
    const uint32_t at = 4 * word + i - 2;
    if (at < bytes) value |= uint32_t{packet[at]} << (8 * i);
  }
  return value;
}

Comparison shown(const Field& field) {
  uint32_t first = 0;
  while (first < 3 && (field.mask >> (8 * first) & 0xff) == 0) ++first;
  const uint32_t end = bytes_needed(field.word, field.mask), offset = 4 * field.word + first - 2;
  const uint32_t bytes = end - offset, down = 8 * (4 - bytes);
  return {uint16_t(offset),
          uint8_t(bytes),
          0,
          swapped(field.mask >> (8 * first)) >> down,
          swapped(field.value >> (8 * first)) >> down,
          0};
}

}  // namespace exo::kernel::download
