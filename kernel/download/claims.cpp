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

bool merge(Claim& claim, Field& there, const Field& field) {
  if (((there.value ^ field.value) & there.mask & field.mask) != 0) return false;
  claim.bits += ones(field.mask & ~there.mask);
  there.mask |= field.mask;
  there.value |= field.value;
  return true;
}

}  // namespace

// A field can reach into a second word. Room for both is made at once.
bool add(Claim& claim, const Comparison& comparison) {
  if (!well_formed(comparison)) return false;
  const uint32_t word = (comparison.offset + 2u) / 4, byte = (comparison.offset + 2u) % 4;
  const uint64_t mask = placed(comparison.mask, comparison.bytes, byte);
  const uint64_t value = placed(comparison.value, comparison.bytes, byte);
  const Field first = {word, uint32_t(mask), uint32_t(value)};
  const Field second = {word + 1, uint32_t(mask >> 32), uint32_t(value >> 32)};

  uint32_t end = claim.count;  // of those up to the second word
  while (end != 0 && claim.field[end - 1].word > second.word) --end;
  const bool has_second = end != 0 && claim.field[end - 1].word == second.word;
  const uint32_t at = end - has_second;
  const bool has_first = at != 0 && claim.field[at - 1].word == first.word;
  const uint32_t new_first = !has_first && first.mask != 0, new_second = !has_second && second.mask != 0;
  if (claim.count + new_first + new_second > kMostFields) return false;
  if (const uint32_t by = new_first + new_second; by != 0)
    for (uint32_t i = claim.count; i != end; --i) claim.field[i - 1 + by] = claim.field[i - 1];
  if (has_second && new_first != 0) claim.field[at + 1] = claim.field[at];
  const uint32_t second_at = at + new_first;
  if (new_first != 0) claim.field[at] = {first.word, 0, 0};
  if (new_second != 0) claim.field[second_at] = {second.word, 0, 0};
  claim.count += new_first + new_second;
  return (first.mask == 0 || merge(claim, claim.field[second_at - 1], first)) &&
         (second.mask == 0 || merge(claim, claim.field[second_at], second));
}

Relation relation(const Claim& a, const Claim& b) {
  uint32_t only_a = 0, only_b = 0;  // bits that one compares and the other does not
  const Field *one = a.field, *other = b.field;
  const Field *const one_end = one + a.count, *const other_end = other + b.count;
  while (one != one_end && other != other_end) {
    if (one->word < other->word) {
      only_a |= one++->mask;
    } else if (one->word > other->word) {
      only_b |= other++->mask;
    } else {
      if (((one->value ^ other->value) & one->mask & other->mask) != 0) return Relation::Disjoint;
      only_a |= one->mask & ~other->mask;
      only_b |= other->mask & ~one->mask;
      ++one, ++other;
    }
  }
  if (one != one_end) only_a = 1;
  if (other != other_end) only_b = 1;
  if (only_a != 0) return only_b != 0 ? Relation::Crossing : Relation::Within;
  return only_b != 0 ? Relation::Around : Relation::Same;
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
