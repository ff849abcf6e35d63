// The kernel and sixty-three environments, every frame owned, thirty requests under way: all of it fits, and the cost
// of drawing is said (it is never asserted: machines differ).
#include <chrono>
#include <iostream>

#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

class Crowded : public UiTest {
 protected:
  Crowded() {
    const Crowd crowd;
    feed(crowd.kernel, history);
    cursor = history.size();
    playing = false;
  }
};

TEST_F(Crowded, AllIsShownAndTheCostIsSaid) {
  ASSERT_TRUE(history.broken_invariants().empty()) << history.broken_invariants()[0].text;
  for (int panel = 0; panel < int(views::panels().size()); ++panel) {
    shell.ui.shell.panel = panel;
    for (int i = 0; i < 4; ++i) draw();
    constexpr int kRounds = 60;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kRounds; ++i) draw();
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
    std::cout << views::panels()[std::size_t(panel)].name << ": " << spent.count() / kRounds << " ms a frame, "
              << vertices() << " vertices\n";
  }
  shell.ui.shell.panel = 0;
  draw();
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env) {
    const views::Box card = mark("env " + std::to_string(env));
    EXPECT_GT(card.width(), 20);
    EXPECT_GE(card.min.x, 0);
    EXPECT_LT(card.max.y, mark("kernel").min.y + 1) << "cards end above the kernel line";
  }
}

TEST_F(Crowded, ItIsAsFullAsTheMachineCanBe) {
  const model::State& state = history.newest();
  std::uint32_t envs = 0, owned = 0, demanded = 0, asked = 0, requested = 0;
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env) envs += state.envs[env].state != abi::EnvState::Free;
  for (const model::FrameState& frame : state.frames) owned += frame.owner != 0;
  for (const model::RequestState& request : state.requests) {
    if (request.id == 0 || request.outcome != model::Outcome::Pending) continue;
    ++(request.demanded ? demanded : request.delivered != model::kNever ? asked : requested);
    EXPECT_TRUE(request.fires == model::kNever || request.fires > state.now) << request.id << " is overdue";
  }
  EXPECT_EQ(envs + 1, abi::kMaxEnvironments) << "the kernel is one of them";
  EXPECT_EQ(owned, abi::kFrameCount);
  EXPECT_EQ(demanded, Crowd::kDemanded);
  EXPECT_EQ(asked, Crowd::kAsked - Crowd::kDemanded);
  EXPECT_EQ(requested, Crowd::kUnderWay - Crowd::kAsked);
}

TEST_F(Crowded, WalkingThroughItStaysSound) {
  shell.ui.range.follow = true;
  for (cursor = 0; cursor < history.size(); cursor += 257) {
    shell.ui.shell.panel = int(cursor / 257) % 4;
    draw();
  }
}

TEST(Hostile, RandomRecordsAreDrawnWithoutHarm) {
  // The panels must take whatever the fold makes of nonsense.
  class Any : public UiTest {
   public:
    using UiTest::cursor;
    using UiTest::draw;
    using UiTest::history;
    using UiTest::shell;
    void TestBody() override {}
  } any;
  std::mt19937 random(11);
  std::vector<abi::TraceRecord> records(6'000);
  std::uint32_t sequence = 0, time = 0;
  for (auto& record : records) {
    time += std::uint32_t(random() % 500);
    record = {time, sequence++, std::uint16_t(random() % 100), std::uint16_t(random() % 70), std::uint32_t(random()),
              {}};
    for (auto& word : record.arguments) word = std::uint32_t(random() % 3 == 0 ? random() : random() % 70);
  }
  any.history.append(records);
  for (any.cursor = 0; any.cursor <= any.history.size(); any.cursor += 97) {
    any.shell.ui.shell.panel = int(any.cursor / 97) % 4;
    any.shell.ui.selection = {views::Selection::Kind(random() % 8), random() % 5000};
    any.draw();
  }
}

}  // namespace
}  // namespace exo::test
