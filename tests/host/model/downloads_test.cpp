// Downloaded code and packets: what the fold keeps, what is read back from the trace, and whose a packet is.
#include "explorer/model/explain.hpp"
#include "explorer/model/filter_tree.hpp"
#include "explorer/model/packets.hpp"
#include "explorer/model/programs.hpp"
#include "explorer/model/words.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

using abi::DownloadKind;
using abi::Event;
using abi::bpf::Instruction;

const std::vector<Instruction> kProgram{{0x18, 1, 0, 5}, {0, 0, 0, 7}, {0xb7, 0, -2, -1}, {0x95, 0, 0, 0}};

abi::Comparison comparison(std::uint16_t offset, std::uint8_t bytes, std::uint32_t value) {
  return {offset, bytes, 0, bytes == 4 ? ~0u : (1u << 8 * bytes) - 1, value, 0};
}

std::vector<std::uint8_t> udp_to(std::uint8_t port) {
  std::vector<std::uint8_t> packet(60);
  packet[12] = 8;
  packet[23] = 17;
  packet[37] = port;
  return packet;
}

class Downloads : public ::testing::Test {
 protected:
  void SetUp() override {
    kernel_.boot();
    owner_ = kernel_.create("owner");
    other_ = kernel_.create("other");
    kernel_.switch_to(owner_);
    ring_ = kernel_.allocate(owner_);
    wide_ = kernel_.claim(owner_, {comparison(12, 2, 0x800), comparison(23, 1, 17)}, ring_);
    narrow_ = kernel_.claim(other_, {comparison(12, 2, 0x800), comparison(23, 1, 17), comparison(36, 2, 7)});
    kernel_.build_tree();
  }
  const model::State& state() {
    history_ = std::make_unique<model::History>();
    history_->append(kernel_.trace);
    EXPECT_EQ(history_->complaint_count(), 0u) << history_->complaints()[0].text;
    return history_->newest();
  }
  std::string broken() {
    (void)state();
    return history_->broken_count() == 0 ? "" : history_->broken_invariants()[0].text;
  }
  MiniKernel kernel_;
  std::unique_ptr<model::History> history_;
  std::uint32_t owner_ = 0, other_ = 0, ring_ = 0, wide_ = 0, narrow_ = 0;
};

TEST_F(Downloads, AreFoldedWithTheirOwnersAndLinks) {
  const auto handler = kernel_.download(other_, DownloadKind::Handler, kProgram, narrow_);
  const auto filter = kernel_.download(owner_, DownloadKind::Filter, kProgram, 9, ring_);
  EXPECT_TRUE(state().downloads[filter].installed);
  EXPECT_EQ(state().downloads[filter].order, 9);
  EXPECT_EQ(state().downloads[filter].pages[0].frame, ring_);
  EXPECT_EQ(state().downloads[narrow_].handler, handler);
  EXPECT_EQ(state().envs[other_].downloads, 2);
  kernel_.remove_download(narrow_, abi::Reason::Returned);
  EXPECT_FALSE(state().downloads[handler].installed) << "it goes with its filter";
  EXPECT_EQ(state().downloads[handler].generation, 2u);
  EXPECT_EQ(state().envs[other_].downloads, 0);
  kernel_.audit();
  (void)state();
  ASSERT_EQ(history_->audits().size(), 1u);
  EXPECT_EQ(history_->audits()[0].difference_count, 0u) << history_->audits()[0].differences[0];
  EXPECT_EQ(broken(), "");
}

TEST_F(Downloads, AProgramIsReadBackAsItWasOffered) {
  const auto number = kernel_.download(owner_, DownloadKind::Filter, kProgram, 1);
  const auto offered = state().downloads[number].offered;
  const auto program = model::program_at(*history_, offered, history_->size());
  ASSERT_EQ(program.instructions.size(), kProgram.size());
  for (std::size_t i = 0; i < kProgram.size(); ++i)
    EXPECT_EQ(std::memcmp(&program.instructions[i], &kProgram[i], sizeof(Instruction)), 0) << i;
  EXPECT_EQ(program.map.size(), kProgram.size() + 1);
  EXPECT_EQ(program.words.size(), 2 * kProgram.size());
  EXPECT_EQ(program.download, number);
  const auto early = model::program_at(*history_, offered, offered + 1);
  EXPECT_EQ(early.instructions.size(), 2u);
  EXPECT_FALSE(early.verified);
}

TEST_F(Downloads, ARefusedAttemptKeepsItsReason) {
  kernel_.refuse(other_, DownloadKind::Handler, kProgram, abi::Verdict::OutOfBounds, 2, 14);
  (void)state();
  const auto& last = history_->attempts().back();
  EXPECT_TRUE(last.refused());
  EXPECT_EQ(last.instruction, 2u);
  const auto program = model::program_at(*history_, last.event, history_->size());
  EXPECT_TRUE(program.refused);
  EXPECT_EQ(program.detail, 14u);
  EXPECT_TRUE(program.words.empty());
}

TEST_F(Downloads, APacketTakesItsWayThroughTheTree) {
  const auto number = kernel_.packet(udp_to(7));
  const auto& packet = state().wire.packets[number % model::kPacketsKept];
  EXPECT_EQ(packet.filter, narrow_);
  EXPECT_EQ(packet.owner, other_);
  const auto bytes = model::packet_bytes(*history_, packet.arrived, history_->size());
  EXPECT_EQ(bytes, udp_to(7));
  const auto tree = model::tree_at(*history_, state().wire.tree, kernel_.trace.size());
  EXPECT_TRUE(tree.complete);
  EXPECT_EQ(model::walk(tree, udp_to(7)).claim, narrow_);
  EXPECT_EQ(model::walk(tree, udp_to(8)).claim, wide_);
  EXPECT_EQ(model::walk(tree, std::vector<std::uint8_t>(20)).claim, 0u);
  EXPECT_EQ(broken(), "");
}

TEST_F(Downloads, AWrongOwnerOfAPacketIsFound) {
  kernel_.emit(Event::PacketArrived, 1, 60);
  const auto bytes = udp_to(7);
  for (std::size_t at = 0; at < 60; at += 16) {
    std::uint32_t words[4]{};
    std::memcpy(words, bytes.data() + at, std::min<std::size_t>(16, 60 - at));
    kernel_.emit(Event::PacketBytes, words[0], words[1], words[2], words[3]);
  }
  kernel_.emit(Event::PacketClaimed, 1, wide_, owner_, 100);
  EXPECT_NE(broken().find("but by its bytes it belongs to download"), std::string::npos);
}

TEST_F(Downloads, AFrameThatIsGoneTakesItsDownloadAlong) {
  kernel_.free_frame(ring_);
  kernel_.switch_to(other_);
  EXPECT_FALSE(state().downloads[wide_].installed);
  EXPECT_EQ(broken(), "");
}

TEST_F(Downloads, OneThatOutlivesItsFrameIsFound) {
  kernel_.emit(Event::FrameFreed, ring_, 2, owner_, std::uint32_t(abi::Reason::Freed));
  kernel_.switch_to(other_);
  EXPECT_NE(broken().find("may still use it"), std::string::npos);
}

TEST_F(Downloads, SleepersAndTheirConditions) {
  const auto condition = kernel_.download(owner_, DownloadKind::Predicate, kProgram, 0);
  kernel_.sleep(owner_, condition);
  EXPECT_TRUE(state().envs[owner_].asleep);
  EXPECT_EQ(model::condition_text(state(), other_), "waits for its slice");
  kernel_.remove_download(condition, abi::Reason::Returned);
  EXPECT_EQ(state().envs[owner_].predicate, 0);
  kernel_.wake(owner_, abi::Reason::ConditionGone);
  EXPECT_FALSE(state().envs[owner_].asleep);
  EXPECT_EQ(broken(), "");
  kernel_.sleep(owner_, 0);
  kernel_.trace.back().arguments[1] = narrow_;
  EXPECT_NE(broken().find("which is no condition of its own"), std::string::npos);
}

TEST_F(Downloads, AnswersMakeRoundTrips) {
  kernel_.download(other_, DownloadKind::Handler, kProgram, narrow_);
  kernel_.sleep(owner_, 0);
  kernel_.packet(udp_to(7));
  kernel_.wake(owner_, abi::Reason::UpcallCame);
  const auto asked = kernel_.packet(udp_to(8));
  kernel_.wait(5000);
  kernel_.send(owner_, udp_to(8), asked);
  (void)state();
  const auto& trips = history_->round_trips();
  ASSERT_EQ(trips.size(), 2u);
  EXPECT_NE(trips[0].handler, 0);
  EXPECT_EQ(trips[0].env, other_);
  EXPECT_EQ(trips[0].busy, 1);
  EXPECT_EQ(trips[1].handler, 0);
  EXPECT_EQ(trips[1].env, owner_);
  EXPECT_EQ(trips[1].busy, 2);
  EXPECT_GT(trips[1].took, trips[0].took);
}

TEST_F(Downloads, WhyFindsWhatHappenedToAPacket) {
  const auto number = kernel_.packet(udp_to(8));
  (void)state();
  const auto found = model::why(*history_, {model::Look::Object::Packet, number}, history_->size());
  ASSERT_EQ(found.events.size(), 3u);
  EXPECT_EQ(model::event_name(history_->event(found.events[0]).id), "PacketDelivered");
  EXPECT_EQ(model::event_name(history_->event(found.events[2]).id), "PacketArrived");
  EXPECT_FALSE(model::why(*history_, {model::Look::Object::Download, wide_}, history_->size()).events.empty());
}

TEST_F(Downloads, AHostileTraceIsReadWithinItsBounds) {
  kernel_.emit(Event::CodeOffered, 77, std::uint32_t(DownloadKind::Filter), 0xffff'ffff, owner_);
  for (int i = 0; i < 1000; ++i) kernel_.emit(Event::CodeText, 1, 2, 3, 4);
  kernel_.emit(Event::CodeCompiled, 77, 0xffff'ffff, 0, 0);
  for (int i = 0; i < 5000; ++i) kernel_.emit(Event::CodeWords, 1, 2, 3, 4);
  kernel_.emit(Event::TreeBuilt, 0xffff'ffff, 0xffff'ffff, 1, 1);
  kernel_.emit(Event::TreeNode, 3, 12 | 9 << 16, 0xff, 3);
  kernel_.emit(Event::TreeEdge, 3, 0, 3, 5);
  kernel_.emit(Event::TreeEdge, 0xffff, 0, 3, 0);
  (void)state();
  const auto program = model::program_at(*history_, history_->attempts().back().event, history_->size());
  EXPECT_EQ(program.instructions.size(), abi::bpf::kMostInstructions);
  EXPECT_LE(program.words.size(), 16'384u);
  const auto tree = model::tree_at(*history_, state().wire.tree, kernel_.trace.size());
  EXPECT_FALSE(tree.complete);
  (void)model::walk(tree, std::vector<std::uint8_t>(1514));
}

}  // namespace
}  // namespace exo::test
