// History as a container: numbers, times, gaps, complaints, memory.
#include <algorithm>
#include <stdexcept>

#include "explorer/model/words.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

abi::TraceRecord noted(std::uint32_t time, std::uint32_t sequence) {
  return {time, sequence, std::uint16_t(abi::Event::Noted), 1, 0x400000, {2, 3, 4, 0}};
}

TEST(History, IsEmptyAtFirst) {
  const model::History history;
  EXPECT_EQ(history.size(), 0u);
  EXPECT_EQ(history.ticks(0), 0u);
  EXPECT_EQ(history.at_time(5), 1u);
  EXPECT_EQ(history.state_at(7).number, 0u);
  EXPECT_TRUE(history.records_from(1).empty());
  EXPECT_THROW((void)history.event(1), std::out_of_range);
  EXPECT_THROW((void)history.record(0), std::out_of_range);
}

TEST(History, KeepsRecordsAsTheyCame) {
  model::History history;
  std::vector<abi::TraceRecord> records;
  for (std::uint32_t i = 0; i < 10'000; ++i) records.push_back(noted(100 * i, i));
  history.append(records);
  EXPECT_EQ(history.size(), 10'000u);
  EXPECT_EQ(std::memcmp(&records[4711], &*history.records_from(4712).begin(), sizeof records[0]), 0);
  const auto event = history.event(4712);
  EXPECT_EQ(event.number, 4712u);
  EXPECT_EQ(event.ticks, 471'100u);
  EXPECT_EQ(event.pc, 0x400000u);
  std::size_t seen = 0;
  for (model::EventNumber n = 1; n <= history.size();) {
    const auto some = history.records_from(n);
    ASSERT_FALSE(some.empty());
    seen += some.size();
    n += some.size();
  }
  EXPECT_EQ(seen, 10'000u);
  EXPECT_EQ(history.total(abi::Event::Noted), 10'000u);
  EXPECT_EQ(history.at_time(471'100), 4712u);
  EXPECT_EQ(history.at_time(471'001), 4712u);
}

TEST(History, OneWildTimeChangesNothingElse) {
  model::History history;
  const abi::TraceRecord records[] = {noted(1000, 0), noted(2000, 1), noted(0xf000'0000, 2), noted(3000, 3),
                                      noted(4000, 4)};
  history.append(records);
  EXPECT_EQ(history.complaint_count(), 1u);
  EXPECT_NE(history.complaints()[0].text.find("time goes backwards"), std::string::npos);
  EXPECT_EQ(history.complaints()[0].number, 3u);
  const model::Ticks expected[] = {1000, 2000, 2000, 3000, 4000};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(history.ticks(i + 1), expected[i]);
}

TEST(History, AClockThatJumpedBackIsFollowed) {
  model::History history;
  const abi::TraceRecord records[] = {noted(500'000, 0), noted(1000, 1), noted(1100, 2), noted(1300, 3)};
  history.append(records);
  const model::Ticks expected[] = {500'000, 500'000, 500'100, 500'300};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(history.ticks(i + 1), expected[i]);
  EXPECT_EQ(history.complaint_count(), 1u);
}

TEST(History, CountsGaps) {
  model::History history;
  const abi::TraceRecord records[] = {noted(1, 5), noted(2, 6), noted(3, 10), noted(4, 11), noted(5, 2), noted(6, 3)};
  history.append(records);
  ASSERT_EQ(history.gaps().size(), 3u);
  EXPECT_EQ(history.gaps()[0].after, 0u);
  EXPECT_EQ(history.gaps()[0].lost, 5u);
  EXPECT_EQ(history.gaps()[1].after, 2u);
  EXPECT_EQ(history.gaps()[1].lost, 3u);
  EXPECT_EQ(history.gaps()[2].lost, 0u) << "going backwards, nobody knows how many";
  EXPECT_EQ(history.newest().dropped, 8u);
  EXPECT_FALSE(history.newest().certain);
  EXPECT_EQ(history.complaint_count(), 1u);
  EXPECT_EQ(history.state_at(2).dropped, 5u);
  EXPECT_EQ(history.state_at(3).dropped, 8u);
  EXPECT_TRUE(history.state_at(0).certain);
}

TEST(History, SequenceMayWrap) {
  model::History history;
  const abi::TraceRecord records[] = {noted(1, 0xffff'fffe), noted(2, 0xffff'ffff), noted(3, 0)};
  history.append(records);
  EXPECT_EQ(history.gaps().size(), 1u) << "only the one before the first record";
}

TEST(History, SaysWhatIsWrongWithARecordAndGoesOn) {
  model::History history;
  abi::TraceRecord unknown = noted(1, 0), far_frame = noted(2, 1), far_env = noted(3, 2);
  unknown.event = 250;
  far_frame.event = std::uint16_t(abi::Event::FrameAllocated);
  far_frame.arguments[0] = 70'000;
  far_frame.arguments[2] = 1;
  far_env.environment = 64;
  const abi::TraceRecord records[] = {unknown, far_frame, far_env, noted(4, 3)};
  history.append(records);
  EXPECT_EQ(history.size(), 4u);
  ASSERT_EQ(history.complaints().size(), 3u);
  EXPECT_EQ(history.complaints()[0].text, "there is no event 250: kept, not applied");
  EXPECT_EQ(history.complaints()[1].text,
            "FrameAllocated has frame 70000 (0x11170), which is out of range: kept, not applied");
  EXPECT_NE(history.complaints()[2].text.find("environment 64"), std::string::npos);
  EXPECT_EQ(history.newest().number, 4u);
  EXPECT_EQ(history.newest().free_frames, 4096u);
}

TEST(History, ComplaintsOfTheSourceAreShownSafely) {
  model::History history;
  history.complain("head is \x1b[31m bad\n");
  EXPECT_EQ(history.complaints()[0].text, "head is \\x1b[31m bad\\n");
  for (int i = 0; i < 5'000; ++i) history.complain("again");
  EXPECT_EQ(history.complaints().size(), model::History::kComplaintsKept);
  EXPECT_EQ(history.complaint_count(), 5'001u);
}

TEST(History, RequestLogIsCompleteAndBounded) {
  MiniKernel kernel;
  kernel.boot();
  const auto env = kernel.create("polite");
  for (int i = 0; i < 200; ++i) {
    (void)kernel.allocate(env);
    kernel.give_back(kernel.revoke(env, abi::kAnyFrame, 0, 50));
  }
  model::History history;
  history.append(kernel.trace);
  ASSERT_EQ(history.requests().size(), 200u) << "more than the state's own table holds";
  for (std::uint32_t i = 0; i < 200; ++i) {
    EXPECT_EQ(history.requests()[i].id, i + 1);
    EXPECT_EQ(history.requests()[i].outcome, model::Outcome::Returned);
  }
  const auto sequence = kernel.sequence;
  const abi::TraceRecord lies[] = {
      {kernel.clock(), sequence, std::uint16_t(abi::Event::RevokeRequested), 1, 0, {0xffff'0000, env, 3, 50}},
      {kernel.clock(), sequence + 1, std::uint16_t(abi::Event::RevokeRequested), 1, 0, {7, env, 3, 50}},
      {kernel.clock(), sequence + 2, std::uint16_t(abi::Event::RevokeAborted), 1, 0, {900, env, 3, 50}}};
  history.append(lies);
  EXPECT_EQ(history.requests().size(), 200u);
  EXPECT_EQ(history.requests()[6].outcome, model::Outcome::Returned);
  EXPECT_EQ(history.complaint_count(), 3u);
}

TEST(History, MemoryStaysUnderFortyBytesAnEvent) {
  model::History history;
  std::vector<abi::TraceRecord> records;
  for (std::uint32_t i = 0; i < 300'000; ++i) records.push_back(noted(100 * i, i));
  history.append(records);
  (void)history.state_at(1'000);
  (void)history.state_at(200'000);
  EXPECT_LE(double(history.memory_bytes()) / 300'000, 40.0);
  EXPECT_GE(double(history.memory_bytes()) / 300'000, 32.0) << "the count itself must be believable";
}

TEST(History, ForgetsTheOldestAndKeepsTheRestAsItWas) {
  constexpr auto kInterval = model::History::kCheckpointEvents;
  MiniKernel kernel(21);
  kernel.boot();
  while (kernel.trace.size() < 5 * kInterval) kernel.random_move();
  model::History all, kept;
  all.append(kernel.trace);
  for (std::size_t i = 0; i < kernel.trace.size(); i += 20'000) {
    kept.append(std::span(kernel.trace).subspan(i, std::min<std::size_t>(20'000, kernel.trace.size() - i)));
    kept.keep_newest(2 * kInterval);
    EXPECT_LE(kept.size() - kept.forgotten(), 2 * kInterval + kInterval);
  }
  ASSERT_EQ(kept.size(), all.size());
  const auto gone = kept.forgotten();
  ASSERT_GE(gone, 3 * kInterval);
  EXPECT_LT(kept.memory_bytes(), all.memory_bytes());
  // Of the requests those are left that were not over by then.
  std::size_t left = 0;
  for (const model::RequestState& request : all.requests()) {
    const auto found = std::ranges::find(kept.requests(), request.id, &model::RequestState::id);
    if (std::max({request.requested_event, request.armed_event, request.done_event, request.notified_event}) <= gone &&
        request.outcome != model::Outcome::Pending)
      continue;
    ASSERT_NE(found, kept.requests().end()) << request.id;
    EXPECT_EQ(found->done_event, request.done_event);
    ++left;
  }
  EXPECT_GT(left, 0u);
  EXPECT_LE(kept.requests().size(), left + abi::kMaxRequests + 1);
  EXPECT_LT(kept.requests().size(), all.requests().size());
  EXPECT_EQ(fingerprint(kept.newest()), fingerprint(all.newest()));
  for (const model::EventNumber number : {gone, gone + 1, gone + 2'000, kept.size() - 1, kept.size()})
    EXPECT_EQ(fingerprint(kept.state_at(number)), fingerprint(all.state_at(number))) << number;
  EXPECT_EQ(kept.state_at(5).number, gone) << "the oldest that is left";
  EXPECT_EQ(kept.event(gone + 1).id, all.event(gone + 1).id);
  EXPECT_EQ(model::event_name(kept.event(7).id), "forgotten");
  EXPECT_EQ(kept.ticks(7), all.ticks(gone));
  EXPECT_EQ(kept.at_time(all.ticks(gone + 5'000)), all.at_time(all.ticks(gone + 5'000)));
  EXPECT_FALSE(kept.records_from(1).empty()) << "a scan goes on over what is gone";
}

}  // namespace
}  // namespace exo::test
