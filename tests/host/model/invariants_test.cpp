// Each invariant of DESIGN section 6, broken on purpose; and the honest sequences next to it, which must stay green.
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

using abi::Event;

class Light : public ::testing::Test {
 protected:
  void SetUp() override {
    kernel_.boot();
    env_ = kernel_.create("stubborn");
    frame_ = kernel_.allocate(env_);
    kernel_.switch_to(env_);
    kernel_.bind(env_, 0x410, frame_, true);
    kernel_.touch(env_, 0x410);
  }
  /// The next boundary: whatever was promised must be kept by now.
  void boundary() { kernel_.switch_to(env_); }
  /// The single broken invariant's text; empty when the light is green.
  std::string broken() {
    model::History history;
    history.append(kernel_.trace);
    EXPECT_EQ(history.complaint_count(), 0u) << history.complaints()[0].text;
    EXPECT_LE(history.broken_count(), 1u) << history.broken_invariants()[1].text;
    return history.broken_count() == 0 ? "" : history.broken_invariants()[0].text;
  }
  [[nodiscard]] std::uint32_t pfn() const { return abi::pfn_of_frame(frame_); }
  MiniKernel kernel_;
  std::uint32_t env_ = 0, frame_ = 0;
};

TEST_F(Light, IsGreenForHonestMoves) {
  kernel_.unbind(env_, 0x410);
  boundary();
  EXPECT_EQ(broken(), "");
}

TEST_F(Light, TlbEntryWithoutItsBinding) {
  kernel_.emit(Event::Unbound, env_, 0x410, pfn(), std::uint32_t(abi::Reason::Unbound));  // and the TLB is forgotten
  EXPECT_EQ(broken(), "") << "the rewrite may still come";
  boundary();
  EXPECT_NE(broken().find("no binding stands behind it"), std::string::npos);
}

TEST_F(Light, RefillThatNoBindingAllows) {
  kernel_.emit(Event::TlbRefilled, 3, abi::entry_hi(0x800, env_));
  EXPECT_NE(broken().find("TLB entry 3 was filled for page 0x800 of stubborn"), std::string::npos);
}

TEST_F(Light, TlbEntryWithMoreRightsThanItsBinding) {
  kernel_.emit(Event::Bound, 0x412, pfn(), abi::kBindRead, abi::stlb_slot(0x412, env_));
  kernel_.emit(Event::TlbWritten, 3, abi::entry_hi(0x412, env_), abi::entry_lo(pfn(), true), 0);
  boundary();
  EXPECT_NE(broken(), "");
}

TEST_F(Light, FrameGivenTwice) {
  kernel_.emit(Event::FrameAllocated, frame_, 1, 2);
  EXPECT_NE(broken().find("but stubborn owns it"), std::string::npos);
}

TEST_F(Light, FrameGivenAwayByAnother) {
  const auto other = kernel_.allocate(env_);
  kernel_.emit(Event::FrameTransferred, other, 2, 5, env_);
  EXPECT_NE(broken().find("gave frame"), std::string::npos);
}

TEST_F(Light, BindingOutlivesItsFrame) {
  kernel_.emit(Event::FrameFreed, frame_, 2, env_, std::uint32_t(abi::Reason::Freed));
  EXPECT_EQ(broken(), "") << "the bindings may go after the frame";
  boundary();
  EXPECT_NE(broken().find("bindings lived on"), std::string::npos);
}

TEST_F(Light, BindingsMayGoAfterTheFrame) {
  kernel_.emit(Event::GenerationMoved, frame_, 2);
  kernel_.emit(Event::Unbound, env_, 0x410, pfn(), std::uint32_t(abi::Reason::RevokedAll));
  for (std::uint32_t i = 0; i < abi::kTlbEntries; ++i) kernel_.emit(Event::TlbWritten, i, 0x8000'0000 + i * 0x2000);
  boundary();
  EXPECT_EQ(broken(), "");
}

TEST_F(Light, BindingOutlivesItsGeneration) {
  kernel_.emit(Event::GenerationMoved, frame_, 2);
  boundary();
  EXPECT_NE(broken().find("bindings lived on"), std::string::npos);
}

TEST_F(Light, GuaranteedFrameTaken) {
  const auto guaranteed = kernel_.allocate(env_);
  kernel_.emit(Event::FrameGuaranteed, guaranteed, env_, 1);
  const auto id = kernel_.revoke(env_, abi::kAnyFrame, 0, 50);
  kernel_.demand(id);
  kernel_.wait(20'000);
  kernel_.emit(Event::RevokeAborted, id, env_, guaranteed, 0);
  EXPECT_NE(broken().find("it is guaranteed"), std::string::npos);
}

TEST_F(Light, DeadlineFiredEarly) {
  const auto other = kernel_.allocate(env_);
  const auto id = kernel_.revoke(env_, other, 0, 50);
  kernel_.demand(id);
  kernel_.wait(100);
  kernel_.emit(Event::RevokeAborted, id, env_, other, 0);
  EXPECT_NE(broken().find("early"), std::string::npos);
}

TEST_F(Light, ForceWithoutADeadline) {
  const auto other = kernel_.allocate(env_);
  const auto id = kernel_.revoke(env_, other, 0, 0);
  kernel_.emit(Event::RevokeAborted, id, env_, other, 0);
  EXPECT_NE(broken().find("it had no deadline"), std::string::npos);
}

TEST_F(Light, NotEverythingCameBack) {
  kernel_.emit(Event::EnvKilled, env_, std::uint32_t(abi::Reason::Killed));
  kernel_.emit(Event::EnvGone, env_, 2, 1, 1);
  EXPECT_NE(broken().find("did not come back"), std::string::npos);
}

TEST_F(Light, BindingToNobodysFrame) {
  const auto other = kernel_.allocate(env_);
  kernel_.free_frame(other);
  kernel_.emit(Event::Bound, 0x600, abi::pfn_of_frame(other), 1, abi::stlb_slot(0x600, env_));
  EXPECT_NE(broken().find("which nobody owns"), std::string::npos);
}

TEST_F(Light, WrongStlbSlot) {
  kernel_.emit(Event::Bound, 0x600, pfn(), 1, abi::stlb_slot(0x600, env_) ^ 1);
  EXPECT_NE(broken().find("STLB slot"), std::string::npos);
}

TEST_F(Light, HoldsNothingAgainstAnyoneAfterAGap) {
  ++kernel_.sequence;
  kernel_.emit(Event::TlbRefilled, 3, abi::entry_hi(0x800, env_));
  EXPECT_EQ(broken(), "");
}

}  // namespace
}  // namespace exo::test
