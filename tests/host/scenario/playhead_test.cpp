// The playhead: where the cursor is, and how far a pace lets it go. Wall time is given, never measured.
#include "explorer/session/playhead.hpp"

#include <gtest/gtest.h>

#include "tests/host/scenario/records.hpp"

namespace exo::session {
namespace {

using model::SetPace;
using std::chrono::milliseconds;

class PlayheadTest : public testing::Test {
 protected:
  model::History history_;
  Playhead playhead_;
  Playhead::Clock::time_point now_{};

  void SetUp() override {
    test::Records records;
    for (int i = 0; i < 100; ++i) records.add(abi::Event::SliceGranted, 0, 1, 2);  // 10 us apart
    history_.append(records.all());
  }
  void play(const SetPace& pace) {
    playhead_.seek(0, history_);
    playhead_.set_pace(pace, history_, now_);
    playhead_.play(history_, now_);
  }
  model::EventNumber after(milliseconds time) {
    now_ += time;
    playhead_.advance(playhead_.allowance(history_, now_), history_);
    return playhead_.cursor();
  }
};

TEST_F(PlayheadTest, SeeksWithinTheHistory) {
  playhead_.seek(40, history_);
  EXPECT_EQ(playhead_.cursor(), 40u);
  EXPECT_FALSE(playhead_.following());
  playhead_.seek(1000, history_);
  EXPECT_EQ(playhead_.cursor(), 100u);
  EXPECT_TRUE(playhead_.following());
}

TEST_F(PlayheadTest, EventsASecond) {
  play({SetPace::Unit::Events, 20});
  EXPECT_EQ(after(milliseconds(49)), 0u);
  EXPECT_EQ(after(milliseconds(1)), 1u);
  EXPECT_EQ(after(milliseconds(100)), 3u);
}

TEST_F(PlayheadTest, MicrosASecond) {
  play({SetPace::Unit::Micros, 100});
  EXPECT_EQ(after(milliseconds(90)), 0u) << "9 us: before the first event";
  EXPECT_EQ(after(milliseconds(20)), 1u);
  EXPECT_EQ(after(milliseconds(200)), 3u);
}

TEST_F(PlayheadTest, ADelayIsNotCaughtUp) {
  play({SetPace::Unit::Events, 20});
  EXPECT_LE(after(milliseconds(60'000)), 5u);
}

TEST_F(PlayheadTest, FullSpeedIsTheEnd) {
  play({SetPace::Unit::Full, 0});
  EXPECT_EQ(after(milliseconds(1)), 100u);
}

TEST_F(PlayheadTest, APaceThatIsNoneIsSlow) {
  play({SetPace::Unit::Events, -3});
  EXPECT_EQ(playhead_.pace().per_second, 1);
}

}  // namespace
}  // namespace exo::session
