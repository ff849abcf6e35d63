// The processor folded: slices and what is owed of them, identifiers that change hands, transfers, the units that one
// environment has alone, and giving up even the guaranteed frames.
#include "explorer/model/words.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

using abi::Event;
using model::condition_text;

class Processor : public ::testing::Test {
 protected:
  void SetUp() override {
    kernel_.boot();
    first_ = kernel_.create("first", 2);
    second_ = kernel_.create("second", 1);
  }
  const model::State& state() {
    history_.append(std::span(kernel_.trace).subspan(taken_));
    taken_ = kernel_.trace.size();
    EXPECT_EQ(history_.complaint_count(), 0u) << history_.complaints()[0].text;
    return history_.newest();
  }
  std::string broken() {
    (void)state();
    return history_.broken_count() == 0 ? "" : history_.broken_invariants()[0].text;
  }
  void expect_audited() {
    kernel_.audit();
    (void)state();
    ASSERT_FALSE(history_.audits().empty());
    EXPECT_EQ(history_.audits().back().difference_count, 0u) << history_.audits().back().differences[0];
    EXPECT_EQ(broken(), "");
  }
  MiniKernel kernel_;
  model::History history_;
  std::size_t taken_ = 0;
  std::uint32_t first_ = 0, second_ = 0;
};

TEST_F(Processor, SlicesChangeOwnersAndGenerations) {
  kernel_.transfer_slice(0, second_);
  EXPECT_EQ(state().slices[0], second_);
  EXPECT_EQ(state().slice_generations[0], 2u);
  EXPECT_EQ(state().envs[first_].slices, 1u);
  kernel_.revoke_all_of_slice(0);
  EXPECT_EQ(state().slice_generations[0], 3u);
  expect_audited();
}

TEST_F(Processor, SliceIsAskedBackAndTakenLikeAFrame) {
  const auto id = kernel_.revoke(first_, abi::asked_slice(1), 40, 50);
  EXPECT_EQ(state().slices_asked, 2u);
  kernel_.ask(id);
  EXPECT_EQ(model::sentence(history_.event(state().number - 1), state()), "first hears it: please return slice 1");
  kernel_.abort(id);
  EXPECT_EQ(state().slices[1], 0);
  EXPECT_EQ(state().slices_asked, 0u);
  EXPECT_EQ(state().slice_generations[1], 2u);
  EXPECT_EQ(state().requests[id].asked, abi::asked_slice(1));
  EXPECT_EQ(state().requests[id].outcome, model::Outcome::Aborted);
  const auto any = kernel_.revoke(first_, abi::kAnySlice, 0, 0);
  EXPECT_EQ(state().slices_asked, 0u) << "none is named";
  kernel_.ask(any);
  kernel_.give_back(any);
  EXPECT_EQ(state().requests[any].asked, abi::asked_slice(0)) << "it learns which";
  expect_audited();
}

TEST_F(Processor, ExcessIsOwedAndPaidBack) {
  kernel_.overrun(first_);
  kernel_.overrun(first_);
  EXPECT_EQ(state().envs[first_].excess, 2);
  EXPECT_EQ(condition_text(state(), first_), "owes 2 slices");
  kernel_.forfeit(first_);
  EXPECT_EQ(state().envs[first_].excess, 1);
  EXPECT_EQ(state().envs[first_].forfeited, 1u);
  expect_audited();
}

TEST_F(Processor, IdentifiersGoToWhoRunsAndTagsFollow) {
  kernel_.identifiers = 1;
  const auto frame = kernel_.allocate(first_), other = kernel_.allocate(second_);
  kernel_.bind(first_, 0x410, frame, true);
  kernel_.touch(first_, 0x410);
  const auto slot = abi::stlb_slot(0x410, first_);
  EXPECT_EQ(state().identifiers[1], first_);
  EXPECT_EQ(state().stlb[slot].tag, abi::entry_hi(0x410, 1));
  kernel_.bind(second_, 0x410, other, true);
  EXPECT_EQ(state().identifiers[1], second_);
  EXPECT_EQ(state().envs[first_].asid, 0);
  EXPECT_EQ(state().stlb[slot].tag, abi::parked_tag(0x410, first_));
  EXPECT_EQ(model::tag_owner(state().stlb[slot].tag, state()), "first");
  EXPECT_EQ(state().frames[frame].in_tlb, 0);
  kernel_.unbind(first_, 0x410);
  EXPECT_EQ(state().stlb[slot].tag, abi::kStlbFree);
  EXPECT_EQ(state().envs[first_].bindings, 0u);
  kernel_.kill(second_);
  EXPECT_EQ(state().identifiers[1], 0);
  expect_audited();
}

TEST_F(Processor, CallerWaitsForItsCallee) {
  kernel_.switch_to(second_);
  kernel_.set_entry(second_, 0x400100, 0x400200, true);
  kernel_.admit(second_, first_);
  EXPECT_EQ(state().envs[second_].entry.admitted, std::uint64_t{1} << first_);
  kernel_.park();
  EXPECT_EQ(condition_text(state(), second_), "waits to be entered");
  kernel_.switch_to(first_);
  kernel_.call(second_);
  EXPECT_EQ(state().running, second_);
  EXPECT_TRUE(state().envs[first_].parked);
  EXPECT_EQ(condition_text(state(), first_), "waits for second to answer");
  expect_audited();
  kernel_.set_entry(first_, 0x400300, 0);
  kernel_.kill(second_);
  EXPECT_FALSE(state().envs[first_].parked) << "it is entered with nobody's number";
  EXPECT_EQ(state().envs[first_].calls, 0);
  expect_audited();
}

TEST_F(Processor, AsynchronousTransferAndYieldKeepRegisters) {
  kernel_.switch_to(second_);
  kernel_.set_entry(second_, 0, 0x400200);
  kernel_.park();
  kernel_.switch_to(first_);
  kernel_.call_async(second_);
  EXPECT_FALSE(state().envs[first_].parked);
  EXPECT_EQ(state().running, second_);
  kernel_.yield_to(first_);
  EXPECT_EQ(state().running, first_);
  EXPECT_FALSE(state().envs[second_].parked);
  expect_audited();
}

TEST_F(Processor, ProtectMovesWithinWhatWasAuthorised) {
  const auto frame = kernel_.allocate(first_);
  kernel_.bind(first_, 0x410, frame, true);
  kernel_.bind(first_, 0x411, frame, false);
  kernel_.touch(first_, 0x410);
  const auto entry = [this] { return state().stlb[abi::stlb_slot(0x410, first_)]; };
  kernel_.protect(first_, 0x410, 2, false);
  EXPECT_EQ(entry().lo[0] & abi::kLoDirty, 0u);
  kernel_.protect(first_, 0x400, 64, true);
  EXPECT_NE(entry().lo[0] & abi::kLoDirty, 0u);
  EXPECT_EQ(entry().lo[1] & abi::kLoDirty, 0u) << "it was bound for reading";
  expect_audited();
}

TEST_F(Processor, UnitsHaveOneOwner) {
  kernel_.use_fpu(first_);
  kernel_.use_fpu(second_);
  kernel_.bind_device(abi::Device::Keyboard, second_);
  EXPECT_EQ(state().fpu_owner, second_);
  EXPECT_EQ(state().devices[std::uint32_t(abi::Device::Keyboard)].holder, second_);
  expect_audited();
  kernel_.kill(second_);
  EXPECT_EQ(state().fpu_owner, 0);
  EXPECT_EQ(state().devices[std::uint32_t(abi::Device::Keyboard)].holder, 0);
  expect_audited();
}

TEST_F(Processor, SubmitsItselfAndComesBack) {
  kernel_.switch_to(first_);
  kernel_.submit(second_);
  EXPECT_EQ(state().envs[first_].state, abi::EnvState::Dormant);
  EXPECT_EQ(condition_text(state(), first_), "is dormant: second keeps its memory");
  const auto frame = kernel_.fetch(first_, 0);
  EXPECT_EQ(state().frames[frame].owner, second_);
  EXPECT_EQ(state().envs[first_].page_frame, abi::kNoFrame);
  EXPECT_EQ(state().envs[first_].guarantees[0].pfn, model::kNoPfn);
  expect_audited();
  kernel_.restore(first_, 0, kernel_.allocate(second_));
  kernel_.resume(first_);
  EXPECT_EQ(state().envs[first_].state, abi::EnvState::Ready);
  EXPECT_EQ(state().envs[first_].guaranteed, 1u);
  expect_audited();
}

TEST_F(Processor, NobodyIsEnteredWhoHasRegisters) {
  kernel_.switch_to(first_);
  kernel_.emit(Event::Transferred, second_);
  EXPECT_NE(broken().find("second was entered by first while it had registers"), std::string::npos);
}

TEST_F(Processor, NoSliceHasTwoOwners) {
  kernel_.emit(Event::SliceGranted, 0, second_, 1);
  EXPECT_NE(broken().find("slice 0 changed hands as one of nobody, but its owner was first"), std::string::npos);
}

TEST_F(Processor, IdentifierStaysWithItsHolder) {
  kernel_.switch_to(first_);
  kernel_.emit(Event::IdentifierGiven, second_, first_, 0);
  EXPECT_NE(broken().find("but first had it"), std::string::npos);
}

TEST_F(Processor, FpuComesFromWhoHadIt) {
  kernel_.use_fpu(first_);
  kernel_.emit(Event::FpuGiven, 0, second_);
  EXPECT_NE(broken().find("but first had it"), std::string::npos);
}

TEST_F(Processor, AnOldRequestIsNotLostAmongNewOnes) {
  const auto frame = kernel_.allocate(first_), other = kernel_.allocate(first_);
  const auto old = kernel_.revoke(first_, frame, 0, 0);
  for (std::uint32_t i = 0; i < 2 * abi::kMaxRequests; ++i) {
    const auto next = kernel_.allocate(second_);
    kernel_.give_back(kernel_.revoke(second_, next, 0, 50));
  }
  kernel_.ask(old);
  (void)kernel_.revoke(first_, other, 0, 50);
  EXPECT_EQ(state().requests[model::request_place(state(), old)].id, old);
  expect_audited();
  kernel_.give_back(old);
  expect_audited();
}

TEST_F(Processor, NewsThatIsForgottenIsStillAnAbort) {
  const auto frame = kernel_.allocate(first_);
  const auto id = kernel_.revoke(first_, frame, 0, 50);
  kernel_.abort(id);
  kernel_.emit(Event::RevokeEnded, id, first_, std::uint32_t(abi::Reason::Forgotten));
  EXPECT_EQ(state().requests[id].outcome, model::Outcome::Aborted);
}

}  // namespace
}  // namespace exo::test
