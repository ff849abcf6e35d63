// The index over the trace against the plain way: walking over all of it.
#include <gtest/gtest.h>

#include <random>

#include "explorer/views/trace_index.hpp"
#include "explorer/views/why.hpp"
#include "tests/ui/scenes.hpp"

namespace exo::test {
namespace {

TEST(SetPyramid, UnionOfAnyRangeEqualsTheWalk) {
  std::mt19937 random(7);
  views::SetPyramid pyramid;
  std::vector<std::uint8_t> plain;
  for (int i = 0; i < 70'000; ++i) {
    const auto member = std::uint8_t(i % 5'000 < 4'000 ? 3 : random() % 64);
    pyramid.append(member);
    plain.push_back(member);
  }
  for (int round = 0; round < 3'000; ++round) {
    std::size_t a = random() % plain.size(), b = random() % (plain.size() + 1);
    if (round % 2 == 0) b = std::min(plain.size(), a + random() % 200);
    if (a > b) std::swap(a, b);
    std::uint64_t expected = 0;
    for (std::size_t i = a; i < b; ++i) expected |= std::uint64_t{1} << plain[i];
    ASSERT_EQ(pyramid.of(a, b), expected) << a << " to " << b;
  }
}

TEST(SetPyramid, SmallOnesToo) {
  views::SetPyramid pyramid;
  for (std::uint8_t size = 0; size < 200; ++size) {
    for (std::size_t first = 0; first <= size; ++first) {
      const std::uint64_t set = pyramid.of(first, size);
      ASSERT_EQ(set != 0, first < size);
    }
    pyramid.append(std::uint8_t(size % 64));
  }
}

TEST(TraceIndex, KnowsActorsRunsAndCapabilities) {
  const Lesson scene;
  model::History history;
  feed(scene.kernel, history);
  views::TraceIndex index;
  while (index.scanned() < history.size()) index.update(history, 17);
  std::size_t switches = 0, minted = 0;
  for (model::EventNumber n = 1; n <= history.size(); ++n) {
    const model::Event event = history.event(n);
    ASSERT_EQ(index.actor(n), event.env);
    ASSERT_EQ(index.actors(n, n), std::uint64_t{1} << event.env);
    switches += event.id == abi::Event::Switched;
    minted += event.id == abi::Event::CapabilityMinted;
  }
  ASSERT_EQ(index.runs().size(), switches);
  EXPECT_EQ(index.capabilities().size(), minted);
  for (const auto& run : index.runs()) EXPECT_EQ(index.runs()[std::size_t(index.run_at(run.from))].event, run.event);
  EXPECT_EQ(index.run_at(0), -1);
}

TEST(TraceIndex, BeginsAnewWhenTheHistoryDoes) {
  const Lesson scene;
  model::History first, second;
  feed(scene.kernel, first);
  views::TraceIndex index;
  index.update(first, 1'000'000);
  ASSERT_EQ(index.scanned(), first.size());
  index.update(second, 1'000'000);
  EXPECT_EQ(index.scanned(), 0u);
}

TEST(WhyChain, StepByStepEqualsAskingAfresh) {
  const Lesson scene;
  model::History history;
  feed(scene.kernel, history);
  using Kind = views::Selection::Kind;
  for (const views::Selection selected :
       {views::Selection{Kind::Frame, scene.demanded}, views::Selection{Kind::Environment, scene.polite},
        views::Selection{Kind::Request, scene.second}, views::Selection{Kind::TlbEntry, 0}}) {
    views::WhyChain steps;
    for (model::EventNumber n = 1; n <= history.size(); ++n) {
      const model::State& state = history.state_at(n);
      views::WhyChain fresh;
      ASSERT_EQ(steps.of(selected, history, state), fresh.of(selected, history, state)) << "at event " << n;
    }
    EXPECT_FALSE(steps.of(selected, history, history.state_at(history.size())).empty());
  }
}

}  // namespace
}  // namespace exo::test
