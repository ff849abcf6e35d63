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

TEST(SetPyramid, WhatIsForgottenIsEmptyAndTheRestStays) {
  std::mt19937 random(3);
  views::SetPyramid pyramid;
  std::vector<std::uint8_t> plain;
  std::size_t forgotten = 0;
  for (int part = 0; part < 12; ++part) {
    for (int i = 0; i < 30'000; ++i) {
      plain.push_back(std::uint8_t(random() % 64));
      pyramid.append(plain.back());
    }
    if (part % 3 == 2) pyramid.forget(forgotten += 4096 * (random() % 8));
    for (int round = 0; round < 300; ++round) {
      std::size_t a = random() % plain.size(), b = random() % 2 == 0 ? random() % plain.size() : a + random() % 90;
      if (a > b) std::swap(a, b);
      std::uint64_t expected = 0;
      for (std::size_t i = std::max(a, forgotten); i < std::min(b, plain.size()); ++i)
        expected |= std::uint64_t{1} << plain[i];
      ASSERT_EQ(pyramid.of(a, b), expected) << a << " to " << b << " of " << plain.size();
    }
  }
}

/// Random records, some of them nonsense, over a clock that stands still at times.
void feed_random(model::History& history, std::mt19937& random, std::size_t count) {
  std::vector<abi::TraceRecord> records(count);
  std::uint32_t sequence = std::uint32_t(history.size()), time = std::uint32_t(history.ticks(history.size()));
  for (auto& record : records) {
    time += random() % 4 == 0 ? 0 : std::uint32_t(random() % 300);
    record = {time, sequence++, std::uint16_t(random() % 130), std::uint16_t(random() % 66), 0, {}};
    for (auto& word : record.arguments) word = std::uint32_t(random() % 60);
  }
  history.append(records);
}

TEST(TraceIndex, CountsOfAnyStretchEqualTheWalk) {
  std::mt19937 random(5);
  model::History history;
  views::TraceIndex index;
  for (int part = 0; part < 3; ++part) {
    feed_random(history, random, 30'000);
    while (index.scanned() < history.size()) index.update(history, 7'001);
  }
  const model::EventNumber size = history.size();
  for (int round = 0; round < 400; ++round) {
    model::EventNumber first = 1 + random() % size, last = random() % (size + 1);
    if (round % 2 == 0) last = std::min(size, first + random() % 300);
    if (first > last) std::swap(first, last);
    if (first == 0) first = 1;
    views::EventTotals plain;
    views::LaneCounts lanes{};
    for (model::EventNumber n = first; n <= last; ++n) {
      const abi::TraceRecord record = history.record(n);
      ++plain.events[record.event];
      ++plain.envs[record.environment % abi::kMaxEnvironments];
      if (views::lane_of(record.event) != views::Lane::None) ++lanes[std::size_t(views::lane_of(record.event))];
    }
    const views::EventTotals totals = index.totals(first, last);
    ASSERT_EQ(totals.events, plain.events);
    ASSERT_EQ(totals.envs, plain.envs);
    const views::LaneCounts upto = index.lanes_upto(last), before = index.lanes_upto(first - 1);
    for (std::size_t lane = 0; lane < views::kLanes; ++lane) ASSERT_EQ(upto[lane] - before[lane], lanes[lane]);
    const model::Ticks at = history.ticks(last) + random() % 3;
    ASSERT_EQ(index.at_time(at), history.at_time(at));
    const model::Ticks until = random() % (history.ticks(size) + 100);
    views::RunTimes ran{};
    for (std::size_t i = 0; i < index.runs().size(); ++i) {
      const auto run = index.runs()[i];
      const model::Ticks end = i + 1 < index.runs().size() ? index.runs()[i + 1].from : until;
      if (run.from < until) ran[run.env] += std::min(std::max(end, run.from), until) - run.from;
    }
    if (round % 20 == 0) {
      ASSERT_EQ(index.ran_until(until), ran);
    }
  }
}

TEST(TraceIndex, ForgetsWhatTheHistoryForgets) {
  std::mt19937 random(6);
  model::History history;
  views::TraceIndex index;
  for (int part = 0; part < 8; ++part) {
    feed_random(history, random, 40'000);
    history.keep_newest(100'000);
    while (index.scanned() < history.size()) index.update(history, 9'000);
  }
  const model::EventNumber forgotten = history.forgotten();
  ASSERT_GT(forgotten, 0u);
  for (int round = 0; round < 200; ++round) {
    model::EventNumber first = forgotten + 1 + random() % (history.size() - forgotten);
    const model::EventNumber last = std::min<model::EventNumber>(history.size(), first + random() % 20'000);
    std::uint64_t acted = 0;
    std::uint32_t faults = 0;
    for (model::EventNumber n = first; n <= last; ++n) {
      acted |= std::uint64_t{1} << (history.record(n).environment & 63);
      faults += history.record(n).event == std::uint16_t(abi::Event::TlbMissed);
    }
    ASSERT_EQ(index.actors(first, last), acted);
    ASSERT_EQ(index.totals(first, last).events[std::size_t(abi::Event::TlbMissed)], faults);
    const model::Ticks at = history.ticks(first) + 1;
    ASSERT_EQ(index.at_time(at), history.at_time(at));
    const std::ptrdiff_t run = index.run_at(at);
    ASSERT_GE(run, 0);
    EXPECT_LE(index.runs()[std::size_t(run)].from, at);
  }
  EXPECT_EQ(index.actors(1, forgotten), 0u);
  EXPECT_EQ(index.runs()[0].env, 0);
}

TEST(RequestSpans, FindsWhatIsUnderWay) {
  MiniKernel kernel;
  kernel.boot();
  const std::uint32_t env = kernel.create("one", 3);
  kernel.switch_to(env);
  model::History history;
  views::TraceIndex index;
  std::mt19937 random(9);
  std::vector<std::uint32_t> open;
  for (int i = 0; i < 300; ++i) {
    const std::uint32_t frame = kernel.allocate(env);
    const std::uint32_t id = kernel.revoke(env, frame, 40, 50);
    kernel.ask(id);
    open.push_back(id);
    kernel.wait(std::uint32_t(random() % 4'000));
    while (open.size() > random() % 6) {
      kernel.give_back(open.back());
      open.pop_back();
    }
    feed(kernel, history);
    index.update(history, 1'000'000);
    const model::Ticks from = random() % (history.ticks(history.size()) + 1), to = from + random() % 20'000;
    std::size_t all = 0;
    const auto found = index.requests().in(history, from, to, 1'000, all);
    std::size_t expected = 0;
    for (const model::RequestState& request : history.requests()) {
      model::Ticks end = request.done;
      for (const model::Ticks other : {request.fires, request.notified})
        if (other != model::kNever) end = std::max(end, other);
      expected += request.requested <= to && end >= from;
    }
    ASSERT_EQ(found.size(), expected);
    ASSERT_EQ(all, expected);
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

TEST(WhyCache, StepByStepEqualsAskingAfresh) {
  const Lesson scene;
  model::History history;
  feed(scene.kernel, history);
  using Kind = views::Selection::Kind;
  for (const views::Selection selected :
       {views::Selection{Kind::Frame, scene.demanded}, views::Selection{Kind::Environment, scene.polite},
        views::Selection{Kind::Request, scene.second}, views::Selection{Kind::TlbEntry, 0}}) {
    views::WhyCache steps;
    for (model::EventNumber n = 1; n <= history.size(); ++n) {
      const model::State& state = history.state_at(n);
      views::WhyCache fresh;
      const model::Because& one = steps.of(selected, history, state);
      const model::Because& other = fresh.of(selected, history, state);
      ASSERT_EQ(one.sentence, other.sentence) << "at event " << n;
      ASSERT_EQ(one.chain.size(), other.chain.size()) << "at event " << n;
    }
    EXPECT_FALSE(steps.of(selected, history, history.state_at(history.size())).sentence.empty());
  }
}

}  // namespace
}  // namespace exo::test
