// What the two schedulers promise, whichever this is linked with: shares by tickets, nobody forgotten, nobody who left.
#include "libos/stride/schedule.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace exo::libos {
namespace {

/// Of a client's slices in a thousand: stride is exact, a lottery is not.
constexpr double kMostError = EXO_SCHEDULE_ERROR;

// The schedulers are of one program each, so this is one test: it can't begin anew.
TEST(Schedule, SharesByTicketsUntilNobodyIsLeft) {
  EXPECT_EQ(schedule::next(), schedule::kNobody);
  constexpr std::array<std::uint32_t, 3> kTickets = {3, 2, 1};
  for (const std::uint32_t tickets : kTickets) schedule::join(tickets);

  const auto run = [](int slices) {
    std::array<int, 3> had{};
    for (int i = 0; i < slices; ++i) {
      const std::uint32_t client = schedule::next();
      if (client >= had.size()) return had;
      ++had[client];
      schedule::charge(client, 4);
    }
    return had;
  };
  auto had = run(6000);
  for (std::size_t client = 0; client < had.size(); ++client)
    EXPECT_NEAR(had[client], 1000.0 * kTickets[client], 1000 * kMostError) << "client " << client;

  schedule::leave(0);
  had = run(3000);
  EXPECT_EQ(had[0], 0);
  EXPECT_NEAR(had[1], 2000, 1000 * kMostError + 1);
  schedule::leave(2);
  EXPECT_EQ(run(10)[1], 10);
  schedule::leave(1);
  EXPECT_EQ(schedule::next(), schedule::kNobody);
}

}  // namespace
}  // namespace exo::libos
