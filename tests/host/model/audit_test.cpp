// The audit finds what is different, wherever it is, and nothing where nothing is.
#include "explorer/model/words.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

/// A machine with something in every table, and its audit.
MiniKernel busy_kernel() {
  MiniKernel kernel(3);
  kernel.boot();
  const auto arbiter = kernel.create("arbiter");
  kernel.switch_to(arbiter);
  const auto polite = kernel.create("polite", 2);
  const auto frame = kernel.allocate(polite), other = kernel.allocate(polite), save = kernel.allocate(polite);
  kernel.guard(frame, 5);
  kernel.bind(polite, 0x410, frame, true);
  kernel.bind(polite, 0x411, other, false);
  kernel.touch(polite, 0x410);
  kernel.save_location(polite, 2, other, save);
  kernel.ask(kernel.revoke(polite, other, 40, 50));
  return kernel;
}

model::AuditResult audited(const std::vector<abi::TraceRecord>& trace) {
  model::History history;
  history.append(trace);
  EXPECT_EQ(history.complaint_count(), 0u) << history.complaints()[0].text;
  EXPECT_EQ(history.audits().size(), 1u);
  return history.audits().empty() ? model::AuditResult{} : history.audits().back();
}

TEST(Audit, ShowsNoDifferenceForAnHonestKernel) {
  MiniKernel kernel = busy_kernel();
  kernel.audit();
  const auto result = audited(kernel.trace);
  EXPECT_EQ(result.difference_count, 0u) << result.differences[0];
  EXPECT_EQ(result.number, kernel.trace.size());
}

TEST(Audit, FindsEveryPlantedDifference) {
  MiniKernel kernel = busy_kernel();
  kernel.audit();
  int planted = 0;
  for (std::size_t i = 0; i < kernel.trace.size(); ++i) {
    const auto& row = model::row_of(kernel.trace[i].event);
    if (row.category != model::Category::audit) continue;
    for (std::size_t argument = 0; argument < 4; ++argument) {
      if (row.kinds[argument] == model::ArgumentKind::None) continue;
      // AuditSlice and AuditSave and the like have all their fields compared; one bit must be enough.
      for (const std::uint32_t bit : {1u, 2u}) {
        auto trace = kernel.trace;
        std::uint32_t& value = trace[i].arguments[argument];
        value ^= bit;
        if (!row.ranges[argument].holds(value)) continue;
        const auto result = audited(trace);
        EXPECT_GT(result.difference_count, 0u) << row.name << " " << row.names[argument] << " of record " << i;
        EXPECT_EQ(result.differences.size(), result.difference_count);
        ++planted;
      }
    }
  }
  EXPECT_GT(planted, 150);
}

TEST(Audit, FindsPackedFieldsOfAFrame) {
  MiniKernel kernel = busy_kernel();
  kernel.audit();
  for (const std::uint32_t bit : {1u << 0, 1u << 8, 1u << 16}) {
    auto trace = kernel.trace;
    for (auto& record : trace)
      if (record.event == std::uint16_t(abi::Event::AuditFrame)) {
        record.arguments[1] ^= bit;
        break;
      }
    EXPECT_EQ(audited(trace).difference_count, 1u);
  }
}

TEST(Audit, FindsWhatIsNotShown) {
  MiniKernel kernel = busy_kernel();
  kernel.audit();
  int left_out = 0;
  for (std::size_t i = 0; i < kernel.trace.size(); ++i) {
    const auto id = abi::Event(kernel.trace[i].event);
    if (model::row_of(id).category != model::Category::audit || id == abi::Event::AuditBegan ||
        id == abi::Event::AuditEnded)
      continue;
    auto trace = kernel.trace;
    trace.erase(trace.begin() + std::ptrdiff_t(i));
    for (std::size_t j = 0; j < trace.size(); ++j) trace[j].sequence = std::uint32_t(j);
    trace.back().arguments[0] -= 1;  // even if the kernel owns up to it
    const auto result = audited(trace);
    EXPECT_EQ(result.difference_count, 1u) << model::event_name(id);
    ++left_out;
  }
  EXPECT_GT(left_out, 20);
}

TEST(Audit, FindsWhatIsShownTwice) {
  MiniKernel kernel = busy_kernel();
  kernel.audit();
  auto trace = kernel.trace;
  const auto again = trace[trace.size() - 2];
  trace.insert(trace.end() - 1, again);
  for (std::size_t j = 0; j < trace.size(); ++j) trace[j].sequence = std::uint32_t(j);
  trace.back().arguments[0] += 1;
  EXPECT_EQ(audited(trace).difference_count, 1u);
}

TEST(Audit, NeverChangesACertainState) {
  MiniKernel kernel = busy_kernel();
  const std::size_t before = kernel.trace.size();
  kernel.audit();
  for (std::size_t i = before; i < kernel.trace.size(); ++i) kernel.trace[i].arguments[2] = 7;  // and lies
  model::History history;
  history.append(kernel.trace);
  auto now = std::make_unique<model::State>(history.newest()),
       then = std::make_unique<model::State>(history.state_at(before));
  then->number = now->number;
  then->now = now->now;
  EXPECT_EQ(fingerprint(*now), fingerprint(*then));
}

TEST(Audit, MakesAnUncertainStateCertain) {
  MiniKernel kernel(31);
  kernel.boot();
  while (kernel.trace.size() < 6'000) kernel.random_move();
  const std::size_t audit_at = kernel.trace.size();
  kernel.audit();
  kernel.audit();
  auto trace = kernel.trace;
  trace.erase(trace.begin() + 3'000, trace.begin() + 5'000);
  model::History history;
  history.append(trace);
  ASSERT_EQ(history.gaps().size(), 1u);
  EXPECT_EQ(history.gaps()[0].after, 3'000u);
  EXPECT_EQ(history.gaps()[0].lost, 2'000u);
  EXPECT_EQ(history.newest().dropped, 2'000u);
  EXPECT_FALSE(history.state_at(3'001).certain);
  EXPECT_TRUE(history.state_at(3'000).certain);
  EXPECT_FALSE(history.state_at(audit_at - 2'000).certain);
  ASSERT_EQ(history.audits().size(), 2u);
  EXPECT_TRUE(history.audits()[0].adopted);
  EXPECT_EQ(history.audits()[0].checked, 0u);
  EXPECT_TRUE(history.newest().certain);
  EXPECT_FALSE(history.audits()[1].adopted);
  EXPECT_EQ(history.audits()[1].difference_count, 0u) << history.audits()[1].differences[0];
  EXPECT_GT(history.audits()[1].checked, 8'000u);
  expect_counts_hold(history.newest());
  for (const auto& request : history.requests())
    if (request.outcome == model::Outcome::Pending) {
      EXPECT_EQ(history.newest().requests[request.id % 64].id, request.id);
    }
  // Going back into the adopted audit, and out of it again.
  for (const std::size_t moment : {audit_at - 2'000 + 10, audit_at - 1'990, trace.size() - 1})
    EXPECT_EQ(fingerprint(history.state_at(moment)), fingerprint(*fold_from_scratch(history, moment)));
}

TEST(Audit, InterruptedByAGapProvesNothing) {
  MiniKernel kernel = busy_kernel();
  kernel.audit();
  auto trace = kernel.trace;
  trace.erase(trace.end() - 5, trace.end() - 3);
  model::History history;
  history.append(trace);
  EXPECT_TRUE(history.audits().empty());
  EXPECT_FALSE(history.newest().certain);
}

}  // namespace
}  // namespace exo::test
