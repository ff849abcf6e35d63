// The kernel's lists (bindings of a frame, bindings and frames of an environment) against the standard library's,
// through long random histories: several lists through one table, as the kernel keeps them.
#include "kernel/core/list.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <list>
#include <random>

namespace {

using exo::kernel::kNil;
using exo::kernel::LinkTable;

constexpr std::uint16_t kItems = 64;
constexpr std::size_t kLists = 5;

struct Lists {
  LinkTable<kItems> links;
  std::array<std::uint16_t, kLists> heads;
  std::array<std::list<std::uint16_t>, kLists> expected;

  Lists() { heads.fill(kNil); }

  void insert(std::size_t list, std::uint16_t item) {
    links.insert(heads[list], item);
    expected[list].push_front(item);
  }
  void remove(std::size_t list, std::uint16_t item) {
    links.remove(heads[list], item);
    expected[list].remove(item);
  }
  [[nodiscard]] std::list<std::uint16_t> walk(std::size_t list) const {
    std::list<std::uint16_t> found;
    for (std::uint16_t item = heads[list]; item != kNil && found.size() <= kItems; item = links.next(item))
      found.push_back(item);
    return found;
  }
};

TEST(List, AgreesWithTheLibrarysThroughRandomHistories) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    Lists lists;
    std::array<std::size_t, kItems> home;
    home.fill(kLists);  // in none
    for (int step = 0; step < 2'000; ++step) {
      const auto item = static_cast<std::uint16_t>(random() % kItems);
      if (home[item] == kLists) {
        home[item] = random() % kLists;
        lists.insert(home[item], item);
      } else {
        lists.remove(home[item], item);
        home[item] = kLists;
      }
      for (std::size_t list = 0; list < kLists; ++list)
        ASSERT_EQ(lists.walk(list), lists.expected[list]) << "seed " << seed << ", step " << step;
    }
  }
}

TEST(List, TakesOutFromAnywhere) {
  LinkTable<8> links;
  std::uint16_t head = kNil;
  for (std::uint16_t item = 0; item < 4; ++item) links.insert(head, item);  // 3 2 1 0
  links.remove(head, 1);
  links.remove(head, 3);
  EXPECT_EQ(head, 2);
  EXPECT_EQ(links.next(2), 0);
  links.remove(head, 0);
  links.remove(head, 2);
  EXPECT_EQ(head, kNil);
}

TEST(List, TheOneTakenLastComesFirst) {
  LinkTable<4> links;
  std::uint16_t head = kNil;
  links.insert(head, 2);
  links.insert(head, 0);
  EXPECT_EQ(head, 0);
  EXPECT_EQ(links.next(0), 2);
  EXPECT_EQ(links.next(2), kNil);
}

}  // namespace
