// The code of capabilities, as the kernel computes it, against the published vectors of SipHash-2-4 (J.-P. Aumasson and
// D. J. Bernstein, reference implementation, vectors_sip64: key 00 01 .. 0f, message 00 01 .. n-1).
#include "kernel/core/siphash.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace {

using exo::kernel::siphash24;
using exo::kernel::SipKey;

std::uint64_t of_length(std::uint32_t bytes) {
  std::array<std::uint64_t, 8> words{};
  std::array<unsigned char, 64> message{};
  for (std::uint32_t i = 0; i < bytes; ++i) message[i] = static_cast<unsigned char>(i);
  std::memcpy(words.data(), message.data(), sizeof words);
  return siphash24(SipKey{0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull}, words.data(), bytes);
}

TEST(SipHash, PublishedVectors) {
  EXPECT_EQ(of_length(0), 0x726fdb47dd0e0e31ull);
  EXPECT_EQ(of_length(1), 0x74f839c593dc67fdull);
  EXPECT_EQ(of_length(7), 0xab0200f58b01d137ull);
  EXPECT_EQ(of_length(8), 0x93f5f5799a932462ull);
  EXPECT_EQ(of_length(12), 0x751e8fbc860ee5fbull);  // the length of a capability
  EXPECT_EQ(of_length(15), 0xa129ca6149be45e5ull);  // the example of the paper
}

TEST(SipHash, EveryBitOfACapabilityMatters) {
  const SipKey key{1, 2};
  const std::uint64_t words[2] = {0x0123456789abcdefull, 0x42};
  const std::uint64_t code = siphash24(key, words, 12);
  for (int bit = 0; bit < 96; ++bit) {
    std::uint64_t other[2] = {words[0], words[1]};
    other[bit / 64] ^= 1ull << (bit % 64);
    EXPECT_NE(siphash24(key, other, 12), code) << "bit " << bit;
  }
}

TEST(SipHash, AnotherSecretIsAnotherCode) {
  const std::uint64_t words[2] = {1, 2};
  EXPECT_NE(siphash24(SipKey{1, 2}, words, 12), siphash24(SipKey{1, 3}, words, 12));
}

}  // namespace
