// Claims and their tree: relations are what comparing every packet says; the compiled tree, run by a small processor of
// the test's own, finds the most specific claim; and no walk is longer than the compiler says.
#include "kernel/download/tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "kernel/download/tree_compiler.hpp"
#include "tests/host/kernel/claims.hpp"
#include "tests/host/kernel/tree_processor.hpp"

namespace exo::tests {

namespace {
using kernel::download::Progress;
using kernel::download::Tree;
using kernel::download::TreeBuilder;
using kernel::download::TreeCompiler;

Claim claim_of(const std::vector<Comparison>& comparisons) {
  Claim claim;
  begin(claim);
  for (const Comparison& comparison : comparisons) EXPECT_TRUE(add(claim, comparison));
  return claim;
}

constexpr std::uint32_t kCode = 0x8034'5a78;  ///< where the code thinks it is

class Compiled {
 public:
  Compiled() : tree_(std::make_unique<Tree>()), compiler_(std::make_unique<TreeCompiler>()) {}

  [[nodiscard]] bool build(const Claim* claims) {
    TreeBuilder builder;
    builder.start(*tree_, claims);
    Progress progress;
    while ((progress = builder.step()) == Progress::More) {
    }
    if (progress == Progress::Refused) return false;
    words_.assign(kernel::download::kMostTreeWords, 0xffff'ffff);
    compiler_->start(*tree_, words_.data(), static_cast<std::uint32_t>(words_.size()), kCode);
    while ((progress = compiler_->step()) == Progress::More) {
    }
    return progress == Progress::Done;
  }
  [[nodiscard]] Walked run(Packet packet) const {
    const auto bytes = static_cast<std::uint32_t>(packet.size());
    packet.resize(abi::kMostPacketBytes + 2, 0xa5);
    return run_tree(words_, static_cast<std::uint32_t>(compiler_->code() - words_.data()), kCode, packet, bytes);
  }
  [[nodiscard]] bool has_table() const {
    constexpr std::uint32_t kJumpToT1 = 0x0120'0008;
    return std::ranges::find(words_, kJumpToT1) != words_.end();
  }
  [[nodiscard]] const Tree& tree() const { return *tree_; }
  [[nodiscard]] const TreeCompiler& compiler() const { return *compiler_; }

 private:
  std::unique_ptr<Tree> tree_;
  std::unique_ptr<TreeCompiler> compiler_;
  std::vector<std::uint32_t> words_;
};

/// TCP to a port of a host, the claim of the papers.
std::vector<Comparison> tcp(std::uint32_t host, std::uint32_t port) {
  return {{12, 2, 0, 0xffff, 0x0800, 0},
          {14, 1, 0, 0xff, 0x45, 0},
          {23, 1, 0, 0xff, 6, 0},
          {30, 4, 0, 0xffff'ffff, host, 0},
          {36, 2, 0, 0xffff, port, 0}};
}

TEST(Claims, AreKeptAsWords) {
  const Claim claim =
      claim_of({{12, 4, 0, 0xffff'ff00, 0x0800'4500, 0}, {0, 1, 0, 0xf0, 0x20, 0}, {14, 1, 0, 0xff, 0x45, 0}});
  ASSERT_EQ(claim.count, 3u);
  EXPECT_EQ(claim.field[0].word, 0u);
  EXPECT_EQ(claim.field[0].mask, 0x00f0'0000u);
  EXPECT_EQ(claim.field[1].word, 3u);
  EXPECT_EQ(claim.field[1].value, 0x0008'0000u);
  EXPECT_EQ(claim.field[2].word, 4u);
  EXPECT_EQ(claim.field[2].mask, 0xffu);
  const Comparison shown = kernel::download::shown(claim.field[1]);
  EXPECT_EQ(shown.offset, 12u);
  EXPECT_EQ(shown.bytes, 2u);
  EXPECT_EQ(shown.mask, 0xffffu);
  EXPECT_EQ(shown.value, 0x0800u);
}

TEST(Claims, WhatMeansNothingIsRefused) {
  const Comparison bad[] = {{0, 3, 0, 1, 1, 0},     {0, 0, 0, 1, 1, 0},     {0, 8, 0, 1, 1, 0},
                            {0, 1, 1, 1, 1, 0},     {0, 1, 0, 1, 1, 1},     {0, 1, 0, 0, 0, 0},
                            {0, 1, 0, 0x100, 0, 0}, {0, 1, 0, 1, 2, 0},     {1514, 1, 0, 1, 1, 0},
                            {1511, 4, 0, 1, 1, 0},  {65535, 4, 0, 1, 1, 0}, {0, 2, 0, 0x1'0000, 0, 0}};
  for (const Comparison& comparison : bad) {
    Claim claim;
    begin(claim);
    EXPECT_FALSE(add(claim, comparison)) << comparison.offset << " " << int{comparison.bytes};
  }
  Claim claim = claim_of({{20, 4, 0, 0xff00'ff00, 0x1200'3400, 0}});
  EXPECT_FALSE(add(claim, {20, 1, 0, 0x01, 0x01, 0}));
}

// On packets of up to 3 bytes whose bytes are 0 to 3 every packet can be tried; longer ones add nothing.
TEST(Claims, RelationsAreThoseOfTheirPackets) {
  std::vector<Packet> packets;
  for (std::uint32_t code = 0; code < 64; ++code)
    for (std::uint32_t bytes = 0; bytes <= 3; ++bytes) {
      const Packet whole = {std::uint8_t(code & 3), std::uint8_t(code >> 2 & 3), std::uint8_t(code >> 4)};
      packets.emplace_back(whole.begin(), whole.begin() + bytes);
    }
  Random random(4);
  std::uint32_t seen[5] = {};
  for (int round = 0; round < 20'000; ++round) {
    Claim claims[2];
    for (Claim& claim : claims) {
      do {
        begin(claim);
        for (std::uint32_t i = below(random, 4); i != 0; --i) {
          const std::uint32_t bytes = 1 + below(random, 2), offset = below(random, 4 - bytes);
          const std::uint32_t mask = std::uint32_t(random()) & (bytes == 1 ? 3 : 0x303);
          if (!add(claim, {std::uint16_t(offset), std::uint8_t(bytes), 0, mask, std::uint32_t(random()) & mask, 0})) {
            claim.count = kNoClaim;
            break;
          }
        }
      } while (claim.count == kNoClaim);
    }
    bool both = false, only[2] = {false, false};
    for (const Packet& packet : packets) {
      const auto bytes = static_cast<std::uint32_t>(packet.size());
      const bool one = matches(claims[0], packet.data(), bytes), other = matches(claims[1], packet.data(), bytes);
      both |= one && other;
      only[0] |= one && !other;
      only[1] |= other && !one;
    }
    const Relation expected = !both                ? Relation::Disjoint
                              : only[0] && only[1] ? Relation::Crossing
                              : only[0]            ? Relation::Around
                              : only[1]            ? Relation::Within
                                                   : Relation::Same;
    ASSERT_EQ(relation(claims[0], claims[1]), expected) << "round " << round;
    ++seen[std::uint32_t(expected)];
    ASSERT_TRUE(expected != Relation::Within || before(claims[0], claims[1]));
    ASSERT_FALSE(expected == Relation::Same && (before(claims[0], claims[1]) || before(claims[1], claims[0])));
  }
  for (const std::uint32_t count : seen) EXPECT_GT(count, 100u);
}

TEST(Tree, FindsTheMostSpecificClaim) {
  std::uint32_t found = 0, none = 0, nodes = 0, tables = 0, refused = 0;
  for (std::uint32_t seed = 1; seed <= 3000; ++seed) {
    Random random(seed);
    const Fields fields(random, seed % 3 == 0 ? 1514 : 60);
    ClaimSet claims;
    std::vector<std::vector<Comparison>> taken;
    const std::uint32_t offers = 1 + below(random, seed % 10 == 0 ? 127 : 20);
    for (std::uint32_t number = 1; number <= offers; ++number) {
      const std::vector<Comparison> offered = fields.some(random);
      if (claims.offer(number, offered)) taken.push_back(offered);
    }
    Compiled compiled;
    if (!compiled.build(claims.data())) {
      ++refused;
      continue;
    }
    nodes += compiled.tree().nodes;
    tables += compiled.has_table() ? 1 : 0;
    for (std::uint32_t i = 0; i < 60; ++i) {
      const std::uint32_t bytes = i % 4 == 0 ? below(random, 80) : 14 + below(random, 1501);
      const auto like =
          taken.empty() || i % 5 == 0 ? fields.some(random) : taken[below(random, std::uint32_t(taken.size()))];
      const Packet packet = packet_like(random, like, bytes);
      const std::uint32_t expected = claims.narrowest(packet);
      const Walked run = compiled.run(packet);
      ASSERT_EQ(run.result, expected) << "seed " << seed << " packet " << i;
      ASSERT_LE(run.instructions, compiled.compiler().longest()) << "seed " << seed << " packet " << i;
      ++(expected == 0 ? none : found);
    }
  }
  EXPECT_GT(found, 20'000u);
  EXPECT_GT(none, 20'000u);
  EXPECT_LT(refused, 100u);
  EXPECT_GT(nodes, 10'000u);
  EXPECT_GT(tables, 500u);
}

TEST(Tree, EveryPacketCanBeClaimed) {
  ClaimSet claims;
  ASSERT_TRUE(claims.offer(5, {}));
  ASSERT_TRUE(claims.offer(9, tcp(0x0a00'0002, 80)));
  Compiled compiled;
  ASSERT_TRUE(compiled.build(claims.data()));
  Random random(1);
  EXPECT_EQ(compiled.run(packet_like(random, tcp(0x0a00'0002, 80), 54)).result, 9u);
  EXPECT_EQ(compiled.run(packet_like(random, tcp(0x0a00'0002, 81), 54)).result, 5u);
  EXPECT_EQ(compiled.run(packet_like(random, tcp(0x0a00'0002, 80), 37)).result, 5u);
  EXPECT_EQ(compiled.run({}).result, 5u);
  claims.clear();
  ASSERT_TRUE(compiled.build(claims.data()));
  EXPECT_EQ(compiled.run({}).result, 0u);
}

using NthClaim = std::vector<Comparison> (*)(std::uint32_t n);

/// Instructions for the claim that takes longest, of the first `claims`.
std::uint32_t most_for(const char* what, std::uint32_t claims, NthClaim nth) {
  ClaimSet set;
  for (std::uint32_t n = 1; n <= claims; ++n) EXPECT_TRUE(set.offer(n, nth(n)));
  Compiled compiled;
  EXPECT_TRUE(compiled.build(set.data()));
  Random random(1);
  std::uint32_t most = 0, sum = 0;
  for (std::uint32_t n = 1; n <= claims; ++n) {
    const Walked run = compiled.run(packet_like(random, nth(n), 54));
    EXPECT_EQ(run.result, n);
    most = std::max(most, run.instructions);
    sum += run.instructions;
  }
  EXPECT_LE(most, compiled.compiler().longest());
  std::printf("%3u claims, %s: at most %u instructions, %.1f on average; %u words\n", claims, what, most,
              double(sum) / claims, compiled.compiler().words());
  return most;
}

// The goal of 40 instructions has the call in it: a jump and its delay slot.
TEST(Tree, IsQuickHoweverManyClaimsThereAre) {
  const NthClaim port = [](std::uint32_t n) { return tcp(0x0a00'0002, 1024 + 1111 * n % 50'000); };
  EXPECT_LE(most_for("ports", 1, port), 21u);
  EXPECT_LE(most_for("ports", 10, port), 28u);
  EXPECT_LE(most_for("ports", 100, port), 28u);
  const NthClaim near = [](std::uint32_t n) { return tcp(0x0a00'0002, 8000 + n); };
  EXPECT_LE(most_for("ports near each other", 100, near), 28u);
  const NthClaim random = [](std::uint32_t n) { return tcp(0x0a00'0002, n * 2'654'435'761u >> 11 & 0xffff); };
  EXPECT_LE(most_for("ports anywhere", 100, random), 34u);
  const NthClaim host = [](std::uint32_t n) { return tcp(0x0a00'0002 + n, 1024 + 1111 * n % 50'000); };
  EXPECT_LE(most_for("hosts and ports", 10, host), 28u);
  EXPECT_LE(most_for("hosts and ports", 100, host), 28u);
  // No few bits that lie together tell these apart: the values are searched by halves.
  const NthClaim spread = [](std::uint32_t n) {
    std::uint32_t address = 0;
    for (std::uint32_t bit = 0; bit < 7; ++bit) address |= (n >> bit & 1) << (4 * bit + 2);
    return tcp(address, 80);
  };
  EXPECT_LE(most_for("hosts that differ in distant bits", 100, spread), 56u);
}

// A claim may be as long as sixteen words, and no longer.
TEST(Claims, ReachIntoSoManyWords) {
  Claim claim;
  begin(claim);
  for (std::uint16_t i = 0; i < 8; ++i) EXPECT_TRUE(add(claim, {std::uint16_t(100 - 9 * i), 4, 0, 0xffff'ffff, i, 0}));
  const std::uint32_t words = claim.count;
  for (std::uint16_t i = 0; words + i < 16; ++i) EXPECT_TRUE(add(claim, {std::uint16_t(200 + 4 * i), 1, 0, 1, 1, 0}));
  EXPECT_EQ(claim.count, 16u);
  EXPECT_FALSE(add(claim, {2, 1, 0, 1, 1, 0}));
  for (std::uint32_t i = 1; i < claim.count; ++i) EXPECT_LT(claim.field[i - 1].word, claim.field[i].word);
}

// What would take too long is refused, and nothing breaks: a packet that agrees with each of many claims almost to
// their ends.
TEST(Tree, RefusesWhatIsTooLong) {
  ClaimSet claims;
  for (std::uint32_t n = 1; n < abi::kMaxDownloads; ++n) {
    std::vector<Comparison> comparisons = {{2, 4, 0, n << 8 | 1, 0, 0}};
    for (std::uint16_t i = 1; i < 8; ++i)
      comparisons.push_back({std::uint16_t(2 + 4 * i), 4, 0, 0xffff'ffff, i == 7 ? n : 7, 0});
    ASSERT_TRUE(claims.offer(n, comparisons)) << n;
  }
  Compiled compiled;
  EXPECT_FALSE(compiled.build(claims.data()));
  EXPECT_GT(compiled.compiler().longest(), kernel::download::kLongestWalk);
}

// As is what has no room.
TEST(Tree, RefusesWhatIsTooLarge) {
  ClaimSet claims;
  for (std::uint32_t n = 1; n < abi::kMaxDownloads; ++n) {
    std::vector<Comparison> comparisons;
    for (std::uint16_t i = 0; i < 16; ++i)
      comparisons.push_back({std::uint16_t(2 + 4 * i), 4, 0, 0xffff'ffff, i == 0 ? n : 7, 0});
    ASSERT_TRUE(claims.offer(n, comparisons)) << n;
  }
  Compiled compiled;
  EXPECT_FALSE(compiled.build(claims.data()));
}

}  // namespace

}  // namespace exo::tests
