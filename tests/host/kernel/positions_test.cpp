// The slice vector's arithmetic against the plainest way to say the same: a walk over the positions.
#include "kernel/core/positions.hpp"

#include <gtest/gtest.h>

#include <random>

namespace exo::kernel::slices {
namespace {

std::uint32_t walked_first_after(std::uint64_t positions, std::uint32_t position) {
  do position = (position + 1) % 64;
  while ((positions >> position & 1) == 0);
  return position;
}

std::uint32_t walked_last(std::uint64_t positions) {
  std::uint32_t position = 63;
  while ((positions >> position & 1) == 0) --position;
  return position;
}

TEST(Positions, OneAlone) {
  for (std::uint32_t only = 0; only < 64; ++only) {
    EXPECT_EQ(last_of_set(bit(only)), only);
    for (std::uint32_t from = 0; from < 64; ++from) EXPECT_EQ(first_after(bit(only), from), only);
  }
}

TEST(Positions, AllOfThem) {
  for (std::uint32_t from = 0; from < 64; ++from) EXPECT_EQ(first_after(~std::uint64_t{0}, from), (from + 1) % 64);
  EXPECT_EQ(last_of_set(~std::uint64_t{0}), 63u);
}

TEST(Positions, AnySetIsWalkedInTheSameOrder) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 20'000; ++round) {
    // Thin sets and full ones alike.
    const std::uint64_t set =
        (random() & random() & (round % 2 == 0 ? random() : ~std::uint64_t{0})) | bit(random() % 64);
    const auto from = std::uint32_t(random() % 64);
    ASSERT_EQ(first_after(set, from), walked_first_after(set, from)) << set << " after " << from;
    ASSERT_EQ(last_of_set(set), walked_last(set)) << set;
  }
}

/// A round visits every position of the set once, as the kernel does: taking out what it has visited.
TEST(Positions, ARoundVisitsEachOnce) {
  std::mt19937_64 random(8);
  for (int round = 0; round < 500; ++round) {
    const std::uint64_t set = random() | 1;
    std::uint32_t position = std::uint32_t(random() % 64);
    std::uint64_t visited = 0;
    for (std::uint64_t left = set; left != 0; left &= ~bit(position)) {
      position = first_after(left, position);
      ASSERT_EQ(visited & bit(position), 0u);
      visited |= bit(position);
    }
    ASSERT_EQ(visited, set);
  }
}

}  // namespace
}  // namespace exo::kernel::slices
