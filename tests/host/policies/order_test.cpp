// The orders in which the program of libos/vm touches its pages.
#include "libos/vm/order.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace exo::libos::vm {
namespace {
std::set<std::uint32_t> resident;
}

namespace page_table {
/// A page table with those pages in it.
Entry* find(std::uint32_t page) {
  static Entry entry{};
  return resident.contains(page) ? &entry : nullptr;
}
}  // namespace page_table

namespace {

std::vector<std::uint32_t> round_of(TouchOrder& order, std::uint32_t pages) {
  std::vector<std::uint32_t> touched;
  order.begin(pages);
  for (std::uint32_t turn = 0; turn < pages; ++turn) touched.push_back(order.page(turn));
  return touched;
}

TEST(TouchOrder, GoesInACircleUnlessItIsToldOtherwise) {
  const std::vector<std::uint32_t> circle = {0, 1, 2, 3, 4};
  for (const std::uint32_t which : {0u, 7u, 0xffff'ffffu}) {
    TouchOrder order{Order(which)};
    EXPECT_EQ(round_of(order, 5), circle);
    EXPECT_EQ(round_of(order, 5), circle);
  }
}

TEST(TouchOrder, TakesWhatIsInFramesFirst) {
  TouchOrder order(Order::InFramesFirst);
  resident = {region_page(1), region_page(4)};
  EXPECT_EQ(round_of(order, 6), (std::vector<std::uint32_t>{1, 4, 0, 2, 3, 5}));
  EXPECT_EQ(order.resident(), 2u);
  resident.clear();
  EXPECT_EQ(round_of(order, 3), (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(order.resident(), 0u);
}

TEST(TouchOrder, ANomadStaysAndMovesOn) {
  TouchOrder order(Order::Nomad);
  const auto first = round_of(order, 24), second = round_of(order, 24);
  const std::set<std::uint32_t> near(first.begin(), first.end());
  EXPECT_LT(near.size(), 10u) << "a round is spent among neighbours";
  EXPECT_FALSE(near.contains(second.back())) << "and then it is elsewhere";
  for (const std::uint32_t page : second) EXPECT_LT(page, 24u);
}

}  // namespace
}  // namespace exo::libos::vm
