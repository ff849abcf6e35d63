// Claims on packets: what an environment says of the packets that are its own, in the one form in which claims can be
// compared with each other bit by bit.
//
// A packet lies 2 bytes past a word, so that its IP header is word aligned. A claim is kept as the words that it
// compares, as a little-endian load from the packet finds them, in rising order, no word twice and no mask empty. Then
// one claim lies within another exactly if it compares every bit that the other does, with the same result.
#pragma once
#include "kernel/abi/downloads.hpp"

namespace exo::kernel::download {

using abi::Comparison;

/// A word of the packet: word w is its bytes 4 w - 2 to 4 w + 1. Word 0 begins before the packet; the upper half is
/// its.
struct Field {
  uint32_t word;
  uint32_t mask, value;
};
inline constexpr uint32_t kMostFields = abi::kMostClaimWords;

struct Claim {
  uint32_t count;  ///< 0: every packet
  uint32_t bits;   ///< compared in all: of two claims on the same packet, the narrower has more
  Field field[kMostFields];
};
inline constexpr uint32_t kNoClaim = 0xffff'ffff;  ///< count of none

/// A claim on every packet.
inline void begin(Claim& claim) { claim.count = claim.bits = 0; }
/// Adds a comparison to a claim that had fewer than kMostComparisons. False: it is not well formed, or contradicts
/// another; the claim is worth nothing then.
bool add(Claim& claim, const Comparison& comparison);

/// Of the packets: none in common, the same ones, all of a's are b's, all of b's are a's, or some of each.
enum class Relation : uint8_t { Disjoint, Same, Within, Around, Crossing };
Relation relation(const Claim& a, const Claim& b);
/// An order in which a claim stands before all those that it lies within, and claims that begin alike stand together.
bool before(const Claim& a, const Claim& b);

bool matches(const Claim& claim, const uint8_t* packet, uint32_t bytes);

/// Bytes that a packet must have for the field to be compared.
uint32_t bytes_needed(uint32_t word, uint32_t mask);
/// The word as the packet has it, bytes past its end 0.
uint32_t word_of(const uint8_t* packet, uint32_t bytes, uint32_t word);
/// A field as people read it: the bytes that the mask selects, in network order. There may be 3 of them.
Comparison shown(const Field& field);

}  // namespace exo::kernel::download
