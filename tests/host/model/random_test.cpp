// Properties that must hold whatever happened: going back equals folding from scratch, counts equal their tables, and
// no record, however wild, breaks anything (run under ASan and UBSan).
#include "explorer/model/explain.hpp"
#include "explorer/model/filter.hpp"
#include "explorer/model/words.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

std::unique_ptr<model::History> plausible(std::uint64_t seed, std::size_t events) {
  MiniKernel kernel(seed);
  if (seed % 2 == 0) kernel.identifiers = 5;  // fewer than environments
  kernel.boot();
  while (kernel.trace.size() < events) kernel.random_move();
  kernel.audit();
  auto history = std::make_unique<model::History>();
  history->append(kernel.trace);
  return history;
}

void expect_any_moment_is_right(const model::History& history, std::uint64_t seed, int tries) {
  std::mt19937_64 random(seed);
  // Fold once, in order, comparing at chosen moments; History is asked in a random order, with steps back in between.
  std::vector<model::EventNumber> moments;
  for (int i = 0; i < tries; ++i) moments.push_back(random() % (history.size() + 1));
  for (const model::EventNumber moment : moments) {
    const auto expected = fold_from_scratch(history, moment);
    ASSERT_EQ(fingerprint(history.state_at(moment)), fingerprint(*expected)) << "event " << moment;
    if (moment == 0) continue;
    const std::string before = fingerprint(history.state_at(moment - 1));
    ASSERT_EQ(before, fingerprint(*fold_from_scratch(history, moment - 1)));
    ASSERT_EQ(fingerprint(history.state_at(moment)), fingerprint(*expected)) << "step forwards to " << moment;
  }
}

TEST(Random, PlausibleTraceIsCleanAndAuditedWithoutDifference) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto history = plausible(seed, 20'000);
    EXPECT_EQ(history->complaint_count(), 0u) << history->complaints()[0].text;
    EXPECT_EQ(history->broken_count(), 0u) << history->broken_invariants()[0].text;
    ASSERT_EQ(history->audits().size(), 1u);
    EXPECT_EQ(history->audits()[0].difference_count, 0u) << history->audits()[0].differences[0];
    EXPECT_GT(history->audits()[0].checked, 8000u);
    EXPECT_FALSE(history->audits()[0].adopted);
    expect_counts_hold(history->newest());
    // The run must have been worth looking at.
    for (const auto id :
         {abi::Event::Bound, abi::Event::Unbound, abi::Event::TlbRefilled, abi::Event::RevokeAborted,
          abi::Event::RevokeReturned, abi::Event::EnvGone, abi::Event::FrameTransferred, abi::Event::SaveLocationSet,
          abi::Event::GenerationMoved, abi::Event::Transferred, abi::Event::TransferredAsync, abi::Event::YieldedTo,
          abi::Event::IdentifierGiven, abi::Event::Protected, abi::Event::SliceTransferred, abi::Event::FpuGiven})
      EXPECT_GT(history->total(id), 0u) << model::event_name(id);
  }
}

TEST(Random, StateAtAnyMomentEqualsFoldFromScratch) {
  const auto history = plausible(7, 80'000);
  expect_any_moment_is_right(*history, 11, 12);
}

TEST(Random, StateAroundCheckpointsIsRight) {
  const auto history = plausible(8, 2 * model::History::kCheckpointEvents + 4'000);
  for (const model::EventNumber base : {model::History::kCheckpointEvents, 2 * model::History::kCheckpointEvents})
    for (model::EventNumber moment = base - 2; moment <= base + 2; ++moment)
      ASSERT_EQ(fingerprint(history->state_at(moment)), fingerprint(*fold_from_scratch(*history, moment)));
}

TEST(Random, AppendingInPiecesIsTheSameAsAtOnce) {
  MiniKernel kernel(9);
  kernel.boot();
  while (kernel.trace.size() < 5'000) kernel.random_move();
  model::History at_once, in_pieces;
  at_once.append(kernel.trace);
  for (std::size_t i = 0; i < kernel.trace.size();) {
    const std::size_t some = std::min<std::size_t>(1 + kernel.pick(700), kernel.trace.size() - i);
    in_pieces.append(std::span(kernel.trace).subspan(i, some));
    (void)in_pieces.state_at(kernel.pick(std::uint32_t(i + some)));
    i += some;
  }
  EXPECT_EQ(fingerprint(at_once.newest()), fingerprint(in_pieces.newest()));
}

TEST(Random, HostileRecordsNeverBreakAnything) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    model::History history;
    history.append(hostile_records(seed, 12'000));
    ASSERT_EQ(history.size(), 12'000u);
    EXPECT_GT(history.complaint_count(), 0u);
    EXPECT_LE(history.complaints().size(), model::History::kComplaintsKept);
    expect_any_moment_is_right(history, seed, 2);
    model::Ticks last = 0;
    for (model::EventNumber n = 1; n <= history.size(); ++n) {
      ASSERT_LE(last, history.ticks(n)) << "event " << n;
      last = history.ticks(n);
      if (n % 16 == 0) {
        ASSERT_FALSE(model::sentence(history.event(n), history.newest()).empty());
      }
    }
    model::FilterIndex index;
    index.set({.text = "frame", .categories = ~0u, .env = 3, .id = {}});
    while (!index.scan(history, 1000)) {
    }
    EXPECT_GT(index.size(), 0u);
    (void)model::why(history, {model::Look::Object::Frame, 5}, history.size());
  }
}

TEST(Random, HostileRecordsThroughCheckedArgumentsKeepCountsConsistent) {
  // Only records without a fault and without gaps: the state stays certain, and its counts must hold.
  for (std::uint64_t seed = 21; seed <= 26; ++seed) {
    auto state = std::make_unique<model::State>();
    model::EventNumber number = 0;
    for (const abi::TraceRecord& record : hostile_records(seed, 30'000))
      if (model::check(record) == model::Fault::None)
        ++number, model::reduce(*state, model::decode(record, number, number * 10));
    ASSERT_TRUE(state->certain);
    expect_counts_hold(*state);
  }
}

TEST(Random, TimeGoesForwardsOverManyTurnsOfTheCounter) {
  model::History history;
  std::vector<abi::TraceRecord> records;
  std::uint64_t time = 0;
  std::vector<model::Ticks> expected;
  std::mt19937_64 random(5);
  for (std::uint32_t i = 0; i < 2'000; ++i) {
    time += random() % 2'000'000'000;
    expected.push_back(time);
    records.push_back({std::uint32_t(time), i, std::uint16_t(abi::Event::Noted), 1, 0, {2, 0, 0, 0}});
  }
  history.append(records);
  EXPECT_EQ(history.complaint_count(), 0u);
  for (std::uint32_t i = 0; i < 2'000; ++i) ASSERT_EQ(history.ticks(i + 1), expected[i]);
  EXPECT_EQ(history.at_time(expected[999]), 1000u);
  EXPECT_EQ(history.at_time(expected[999] + 1), 1001u);
  EXPECT_EQ(history.at_time(0), 1u);
  EXPECT_EQ(history.at_time(expected.back() + 1), history.size() + 1);
}

}  // namespace
}  // namespace exo::test
