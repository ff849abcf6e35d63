// Which frames a page was, and when, from the trace of a small kernel.
#include "explorer/session/backings.hpp"

#include <gtest/gtest.h>

#include "tests/host/model/mini_kernel.hpp"

namespace exo::test {
namespace {

using model::EventNumber;
using session::Backing;
using session::backings_of;

constexpr std::uint32_t kPage = 0x10010, kOther = 0x10020;
constexpr EventNumber kStill = Backing{}.to;

class Backings : public ::testing::Test {
 protected:
  Backings() { kernel.boot(); }

  [[nodiscard]] std::vector<Backing> of(std::uint32_t env, std::uint32_t page) {
    model::History history;
    history.append(kernel.trace);
    return backings_of(history, env, page);
  }
  /// The event that was written last.
  [[nodiscard]] EventNumber now() const { return kernel.trace.size(); }
  /// The last event of this kind so far.
  [[nodiscard]] EventNumber last(abi::Event event) const {
    EventNumber number = now();
    while (number > 0 && abi::Event(kernel.trace[number - 1].event) != event) --number;
    return number;
  }

  MiniKernel kernel;
};

TEST_F(Backings, AFrameIsThePageFromWhenItWasTakenUntilItIsAnothers) {
  const std::uint32_t owner = kernel.create("owner"), heir = kernel.create("heir");
  const std::uint32_t frame = kernel.allocate(owner);
  const EventNumber taken = now();
  kernel.bind(owner, kPage, frame, true);
  EXPECT_EQ(of(owner, kPage), (std::vector<Backing>{{abi::pfn_of_frame(frame), taken, kStill}}));
  EXPECT_TRUE(of(owner, kOther).empty());
  EXPECT_TRUE(of(heir, kPage).empty());
  kernel.abort(kernel.revoke(owner, frame, 0, 10));
  const EventNumber gone = last(abi::Event::FrameFreed);
  ASSERT_GT(gone, taken);
  EXPECT_EQ(of(owner, kPage), (std::vector<Backing>{{abi::pfn_of_frame(frame), taken, gone}}));
}

TEST_F(Backings, AnotherFrameAtThePageEndsTheFirst) {
  const std::uint32_t env = kernel.create("mover");
  const std::uint32_t first = kernel.allocate(env);
  const EventNumber taken = now();
  const std::uint32_t second = kernel.allocate(env);
  const EventNumber also = now();
  kernel.bind(env, kPage, first, true);
  kernel.bind(env, kOther, second, true);
  kernel.unbind(env, kPage);
  kernel.bind(env, kPage, second, true);
  const EventNumber moved = last(abi::Event::Bound);
  EXPECT_EQ(of(env, kPage), (std::vector<Backing>{{abi::pfn_of_frame(first), taken, moved},
                                                  {abi::pfn_of_frame(second), also, kStill}}));
  // Back again: two times of the same frame.
  kernel.unbind(env, kPage);
  kernel.bind(env, kPage, first, true);
  const auto all = of(env, kPage);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[1].to, last(abi::Event::Bound));
  EXPECT_EQ(all[2], (Backing{abi::pfn_of_frame(first), taken, kStill}));
}

TEST_F(Backings, AFrameIsOnesUntilItIsAnothers) {
  const std::uint32_t one = kernel.create("one"), other = kernel.create("other");
  const std::uint32_t frame = kernel.allocate(one), pfn = abi::pfn_of_frame(frame);
  const EventNumber taken = now();
  (void)kernel.allocate(other);
  kernel.transfer(frame, other);
  const EventNumber moved = last(abi::Event::FrameTransferred);
  model::History history;
  history.append(kernel.trace);
  EXPECT_EQ(session::owned_around(history, pfn, taken + 1), (Backing{pfn, taken, moved}));
  EXPECT_EQ(session::owned_around(history, pfn, now()), (Backing{pfn, moved, kStill}));
  EXPECT_EQ(session::owned_around(history, 1, now()), (Backing{1, 0, kStill})) << "the kernel's own";
}

TEST_F(Backings, ToBindThePageAgainChangesNothing) {
  const std::uint32_t env = kernel.create("one");
  const std::uint32_t frame = kernel.allocate(env);
  kernel.bind(env, kPage, frame, true);
  kernel.unbind(env, kPage);
  kernel.bind(env, kPage, frame, false);
  EXPECT_EQ(of(env, kPage).size(), 1u);
}

}  // namespace
}  // namespace exo::test
