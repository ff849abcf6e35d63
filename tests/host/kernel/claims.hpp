// Random claims for tests, none of which cross, and packets that are likely to match some of them.
#pragma once
#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "kernel/download/claims.hpp"

namespace exo::tests {

using kernel::download::Claim;
using kernel::download::Comparison;
using kernel::download::kNoClaim;
using kernel::download::Relation;

using Random = std::mt19937;
using Packet = std::vector<std::uint8_t>;

inline std::uint32_t below(Random& random, std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); }

/// The claims of a tree, by number; those that would be the same as another one, or cross it, are left out.
class ClaimSet {
 public:
  ClaimSet() : claims_(abi::kMaxDownloads) { clear(); }

  void clear() {
    for (Claim& claim : claims_) claim.count = kNoClaim;
  }
  bool offer(std::uint32_t number, const std::vector<Comparison>& comparisons) {
    Claim claim;
    begin(claim);
    for (const Comparison& comparison : comparisons)
      if (!add(claim, comparison)) return false;
    for (const Claim& other : claims_) {
      if (other.count == kNoClaim) continue;
      const Relation how = relation(claim, other);
      if (how == Relation::Same || how == Relation::Crossing) return false;
    }
    claims_[number] = claim;
    return true;
  }
  [[nodiscard]] const Claim* data() const { return claims_.data(); }
  [[nodiscard]] const Claim& operator[](std::uint32_t number) const { return claims_[number]; }

  /// The most specific claim that the packet matches, found by looking at every one.
  [[nodiscard]] std::uint32_t narrowest(const Packet& packet) const {
    std::uint32_t best = 0, most = 0;
    for (std::uint32_t number = 1; number < abi::kMaxDownloads; ++number) {
      const Claim& claim = claims_[number];
      if (claim.count == kNoClaim || !matches(claim, packet.data(), static_cast<std::uint32_t>(packet.size())))
        continue;
      if (best != 0 && claim.bits <= most) continue;
      best = number;
      most = claim.bits;
    }
    return best;
  }

 private:
  std::vector<Claim> claims_;
};

/// Comparisons over few places, masks and values, so that claims share a lot and lie within each other.
class Fields {
 public:
  Fields(Random& random, std::uint32_t end) {
    for (std::uint32_t i = 2 + below(random, 7); i != 0; --i) {
      const std::uint32_t bytes = 1u << below(random, 3);
      Comparison field = {static_cast<std::uint16_t>(below(random, end - bytes + 1)),
                          static_cast<std::uint8_t>(bytes),
                          0,
                          0xffff'ffffu >> (32 - 8 * bytes),
                          0,
                          0};
      if (below(random, 3) == 0) field.mask &= static_cast<std::uint32_t>(random()) | 1u;
      if (below(random, 5) == 0) field.mask &= 0xffff'ff00u << below(random, 12);
      if (field.mask == 0) field.mask = 1;
      fields_.push_back(field);
      values_.push_back({});
      for (std::uint32_t v = 1 + below(random, 40); v != 0; --v)
        values_.back().push_back(static_cast<std::uint32_t>(random()) & field.mask);
    }
  }
  std::vector<Comparison> some(Random& random) const {
    std::vector<Comparison> chosen;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (below(random, 4) == 0) continue;
      chosen.push_back(fields_[i]);
      chosen.back().value = values_[i][below(random, static_cast<std::uint32_t>(values_[i].size()))];
    }
    std::shuffle(chosen.begin(), chosen.end(), random);
    return chosen;
  }

 private:
  std::vector<Comparison> fields_;
  std::vector<std::vector<std::uint32_t>> values_;
};

inline void put(Packet& packet, const Comparison& comparison) {
  for (std::uint32_t i = 0; i < comparison.bytes; ++i) {
    const std::uint32_t down = 8 * (comparison.bytes - 1 - i);
    if (comparison.offset + i >= packet.size()) continue;
    std::uint8_t& byte = packet[comparison.offset + i];
    byte = static_cast<std::uint8_t>((byte & ~(comparison.mask >> down)) | (comparison.value >> down));
  }
}

/// A packet with random bytes that agrees with the comparisons as far as it is long enough.
inline Packet packet_like(Random& random, const std::vector<Comparison>& comparisons, std::uint32_t bytes) {
  Packet packet(bytes);
  for (std::uint8_t& byte : packet) byte = static_cast<std::uint8_t>(random());
  for (const Comparison& comparison : comparisons) put(packet, comparison);
  return packet;
}

}  // namespace exo::tests
