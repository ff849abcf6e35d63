// Two runs compared: totals against the fold's own counts, the first difference, moments that belong together, and the
// lists of what differs.
#include "explorer/model/compare_report.hpp"
#include "explorer/model/compare_states.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

using model::Measure;

struct Runs {
  model::History first, second;
  model::Comparison comparison;
  Runs(const MiniKernel& a, const MiniKernel& b) {
    first.append(a.trace);
    second.append(b.trace);
    int calls = 0;
    do comparison.update(first, second, 500);
    while (!comparison.complete() && ++calls < 1000);
    EXPECT_TRUE(comparison.complete());
  }
  [[nodiscard]] model::CompareReport report() const { return model::report_of(comparison, first, second, true); }
};

MiniKernel three() {
  MiniKernel kernel(7);
  kernel.boot();
  kernel.create("arbiter");
  kernel.create("polite");
  kernel.create("stubborn", 2);
  kernel.switch_to(2);
  kernel.allocate(2);
  kernel.allocate(2);
  kernel.wait(5'000);
  kernel.switch_to(3);
  kernel.allocate(3);
  kernel.wait(2'000);
  return kernel;
}

TEST(Compare, TheSameRunIsTheSame) {
  MiniKernel kernel(3);
  kernel.boot();
  while (kernel.trace.size() < 3'000) kernel.random_move();
  const Runs runs(kernel, kernel);
  const auto report = runs.report();
  EXPECT_TRUE(report.same());
  for (const auto& group : report.groups)
    for (const auto& row : group.measures) EXPECT_FALSE(row.differs()) << group.name << " " << row.title;
  for (model::EventNumber at = 0; at <= runs.first.size(); at += 97) {
    const auto& state = runs.first.state_at(at);
    EXPECT_EQ(model::differences(state, state, model::match_environments(state, state)).size(), 0u);
    EXPECT_EQ(model::counterpart(runs.first, runs.second, at, {}, true), at);
  }
}

TEST(Compare, TotalsAreThoseOfTheFold) {
  for (const std::uint64_t seed : {1, 5, 9}) {
    MiniKernel kernel(seed);
    kernel.boot();
    while (kernel.trace.size() < 4'000) kernel.random_move();
    const Runs runs(kernel, kernel);
    const auto& state = runs.first.newest();
    const auto people = runs.comparison.tally(0).participants(state);
    std::uint64_t events = 0;
    for (const auto& one : people) {
      events += one[Measure::Events];
      if (one.env == 0 || !one.alive) continue;
      const auto& env = state.envs[one.env];
      EXPECT_EQ(one[Measure::Frames], env.frames) << one.name;
      EXPECT_EQ(one[Measure::Refills], env.refills) << one.name;
      EXPECT_EQ(one[Measure::Misses], env.misses) << one.name;
      EXPECT_EQ(one[Measure::Refused], env.syscalls_refused) << one.name;
      EXPECT_EQ(one[Measure::Ran], model::processor_time(state, one.env)) << one.name;
    }
    EXPECT_EQ(events, runs.first.size());
    std::uint64_t returned = 0, aborted = 0;
    for (const auto& request : runs.first.requests()) {
      returned += request.outcome == model::Outcome::Returned;
      aborted += request.outcome == model::Outcome::Aborted;
    }
    const auto all = model::Tally::sum(people);
    EXPECT_EQ(all[Measure::Returned], returned);
    EXPECT_EQ(all[Measure::Aborted], aborted);
  }
}

TEST(Compare, TheFirstDifferenceIsFoundAndNamed) {
  MiniKernel one = three(), other = one;
  one.allocate(3);
  other.allocate(2);
  const Runs runs(one, other);
  const auto report = runs.report();
  EXPECT_EQ(report.difference.first, three().trace.size() + 1);
  const auto words = model::difference_at(report.difference, runs.first, runs.second);
  EXPECT_NE(words.sentences[0].find("stubborn took frame"), std::string::npos) << words.sentences[0];
  EXPECT_NE(words.sentences[1].find("polite took frame"), std::string::npos) << words.sentences[1];
  const auto &a = runs.first.newest(), &b = runs.second.newest();
  const auto differences = model::differences(a, b, model::match_environments(a, b));
  ASSERT_EQ(differences.frames.size(), 1u);
  EXPECT_EQ(differences.environments.size(), 2u);
  const auto said = model::words_of(differences.frames[0], a, b);
  EXPECT_EQ(said.first, "of stubborn");
  EXPECT_EQ(said.second, "of polite");
}

TEST(Compare, LaterIsAShiftAndNoDifference) {
  MiniKernel one = three(), other = one;
  one.allocate(3);
  other.wait(700);
  other.allocate(3);
  const Runs runs(one, other);
  const auto report = runs.report();
  EXPECT_EQ(report.difference.first, 0u);
  EXPECT_EQ(report.shift, three().trace.size() + 1);
  EXPECT_FALSE(report.same());
}

TEST(Compare, WhereOneRunEndsOnlyCountsWhenBothAreOver) {
  MiniKernel one = three(), other = one;
  one.allocate(3);
  const Runs runs(one, other);
  EXPECT_EQ(runs.comparison.first_difference(false).first, 0u);
  EXPECT_EQ(runs.comparison.first_difference(true).first, other.trace.size() + 1);
}

TEST(Compare, EnvironmentsAreMatchedByName) {
  MiniKernel one(1), other(1);
  for (MiniKernel* kernel : {&one, &other}) {
    kernel->boot();
    kernel->create("arbiter");
  }
  one.create("polite");
  one.create("saver");
  other.create("saver");
  other.create("slow");
  const Runs runs(one, other);
  const auto match = model::match_environments(runs.first.newest(), runs.second.newest());
  EXPECT_EQ(match.second_of[3], 2);
  EXPECT_EQ(match.first_of[2], 3);
  EXPECT_EQ(match.second_of[2], model::kNobody);
  EXPECT_EQ(match.first_of[3], model::kNobody);
  const auto report = runs.report();
  for (const auto& group : report.groups) {
    if (group.name == "polite") {
      EXPECT_EQ(group.there, (std::array<bool, 2>{true, false}));
    }
    if (group.name == "saver") {
      EXPECT_EQ(group.there, (std::array<bool, 2>{true, true}));
    }
    if (group.name == "slow") {
      EXPECT_EQ(group.there, (std::array<bool, 2>{false, true}));
    }
  }
}

TEST(Compare, MomentsBelongTogetherByTimeOrFromAnAnchor) {
  MiniKernel one = three(), other(7);
  other.boot();
  other.wait(10'000);
  other.create("arbiter");
  const Runs runs(one, other);
  for (model::EventNumber at = 0; at <= runs.first.size(); ++at) {
    const auto there = model::counterpart(runs.first, runs.second, at, {}, false);
    if (at == 0) {
      EXPECT_EQ(there, 0u);
      continue;
    }
    EXPECT_LE(runs.second.ticks(there), runs.first.ticks(at));
    if (there < runs.second.size()) {
      EXPECT_GT(runs.second.ticks(there + 1), runs.first.ticks(at));
    }
  }
  const model::Anchor anchor{3, 2};
  EXPECT_EQ(model::counterpart(runs.first, runs.second, 3, anchor, false), 2u);
  EXPECT_EQ(model::counterpart(runs.first, runs.second, 5, anchor, true), 4u);
}

TEST(Compare, ARunThatStartsAgainBeginsAnew) {
  MiniKernel kernel = three();
  model::History first, again;
  first.append(kernel.trace);
  again.append(std::span(kernel.trace).first(10));
  model::Comparison comparison;
  comparison.update(first, first, 10'000);
  EXPECT_EQ(comparison.tally(1).number(), first.size());
  comparison.update(first, again, 10'000);
  EXPECT_EQ(comparison.tally(1).number(), 10u);
  EXPECT_EQ(comparison.first_difference(false).first, 0u);
}

TEST(Compare, NamesThatComeAgainAreNumberedAndCountedApart) {
  MiniKernel kernel(2);
  kernel.boot();
  kernel.create("arbiter");
  const auto env = kernel.create("worker");
  kernel.kill(env);
  kernel.create("worker");
  const Runs runs(kernel, kernel);
  const auto people = runs.comparison.tally(0).participants(runs.first.newest());
  ASSERT_EQ(people.size(), 4u);
  EXPECT_EQ(people[2].name, "worker");
  EXPECT_FALSE(people[2].alive);
  EXPECT_EQ(people[3].name, "worker (2)");
}

}  // namespace
}  // namespace exo::test
