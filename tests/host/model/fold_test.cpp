// Each category of events folded by hand-written sequences, and looked at field by field.
#include "explorer/model/words.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

using abi::Event;
using model::kNever;
using model::Outcome;

class Fold : public ::testing::Test {
 protected:
  void SetUp() override { kernel_.boot(); }
  /// Everything the kernel wrote so far.
  const model::State& state() {
    history_.append(std::span(kernel_.trace).subspan(taken_));
    taken_ = kernel_.trace.size();
    EXPECT_EQ(history_.complaint_count(), 0u) << history_.complaints()[0].text;
    return history_.newest();
  }
  MiniKernel kernel_;
  model::History history_;
  std::size_t taken_ = 0;
};

TEST_F(Fold, Boot) {
  EXPECT_TRUE(state().booted);
  EXPECT_EQ(state().number, 17u);
  EXPECT_EQ(state().free_frames, 4096u);
  EXPECT_EQ(state().tlb[3].hi, 0x8000'6000u);
  EXPECT_EQ(state().frames[9].generation, 1u);
  kernel_.emit(Event::Panic, 4, 5);
  EXPECT_TRUE(state().panicked);
}

TEST_F(Fold, EnvironmentFromBuildingToGone) {
  kernel_.emit(Event::EnvCreated, 3, 3, 6, 77);
  EXPECT_EQ(state().envs[3].state, abi::EnvState::Building);
  EXPECT_EQ(state().envs[3].generation, 6u);
  EXPECT_EQ(state().envs[3].page_frame, 77u);
  kernel_.emit(Event::EnvNamed, 3, 0x6275'7473, 0x6e72'6f62, 0);
  EXPECT_STREQ(state().envs[3].name, "stubborn");
  kernel_.emit(Event::EnvStarted, 3, 0x400000);
  EXPECT_EQ(state().envs[3].state, abi::EnvState::Ready);
  kernel_.switch_to(3);
  EXPECT_EQ(state().envs[3].state, abi::EnvState::Running);
  kernel_.emit(Event::EnvKilled, 3, std::uint32_t(abi::Reason::Killed));
  kernel_.emit(Event::EnvGone, 3);
  EXPECT_EQ(state().envs[3].state, abi::EnvState::Free);
  EXPECT_EQ(state().envs[3].generation, 7u);
  EXPECT_EQ(model::env_name(state(), 3), "stubborn") << "the gone are still spoken of by name";
}

TEST_F(Fold, FrameOwnersAndGenerations) {
  const auto first = kernel_.create("first"), second = kernel_.create("second");
  const auto frame = kernel_.allocate(first);
  EXPECT_EQ(state().frames[frame].owner, first);
  EXPECT_EQ(state().envs[first].frames, 2u);
  EXPECT_EQ(state().envs[first].guaranteed, 1u);
  EXPECT_EQ(state().free_frames, 4096u - 3);
  kernel_.guard(frame, abi::kRightRead | abi::kRightControl);
  EXPECT_EQ(state().frames[frame].guard, 5);
  kernel_.transfer(frame, second);
  EXPECT_EQ(state().frames[frame].owner, second);
  EXPECT_EQ(state().frames[frame].last_owner, first);
  EXPECT_EQ(state().frames[frame].generation, 2u);
  EXPECT_EQ(state().frames[frame].guard, abi::kFrameRights);
  EXPECT_EQ(state().envs[first].frames, 1u);
  EXPECT_EQ(state().envs[second].frames, 2u);
  kernel_.revoke_all(frame);
  EXPECT_EQ(state().frames[frame].generation, 3u);
  EXPECT_EQ(state().frames[frame].changed, std::uint32_t(state().number));
  kernel_.free_frame(frame);
  EXPECT_EQ(state().frames[frame].owner, 0);
  EXPECT_EQ(state().frames[frame].generation, 4u);
  EXPECT_EQ(state().free_frames, 4096u - 2);
}

TEST_F(Fold, EnvironmentPageIsGuaranteed) {
  const auto env = kernel_.create("first");
  const auto page = state().envs[env].page_frame;
  EXPECT_EQ(state().frames[page].flags, abi::kFrameGuaranteed | abi::kFrameEnvironmentPage);
  EXPECT_EQ(state().envs[env].guarantees[0].pfn, abi::pfn_of_frame(page));
  EXPECT_EQ(state().envs[env].guarantees[1].flags, 0u);
}

TEST_F(Fold, SaveLocationsBelongToTheNamedHolder) {
  const auto env = kernel_.create("first");
  kernel_.switch_to(0);
  kernel_.save_location(env, 3, abi::kAnyFrame, 99);
  EXPECT_EQ(state().envs[env].save_locations[3].frame, abi::kAnyFrame);
  EXPECT_EQ(state().envs[env].save_locations[3].save, 99u);
  kernel_.emit(Event::SaveLocationSet, 3, abi::kNoFrame, abi::kNoFrame, env);
  EXPECT_EQ(state().envs[env].save_locations[3].save, abi::kNoFrame);
}

TEST_F(Fold, BindingsAreHalvesOfTheStlb) {
  const auto env = kernel_.create("first");
  const auto frame = kernel_.allocate(env);
  kernel_.bind(env, 0x411, frame, true);
  const auto slot = abi::stlb_slot(0x411, env);
  EXPECT_EQ(state().stlb[slot].tag, abi::entry_hi(0x410, env));
  EXPECT_EQ(state().stlb[slot].lo[0], 0u);
  EXPECT_EQ(state().stlb[slot].lo[1], abi::entry_lo(abi::pfn_of_frame(frame), true));
  EXPECT_EQ(state().stlb_used, 1u);
  kernel_.bind(env, 0x410, frame, false);
  EXPECT_EQ(state().stlb_used, 1u);
  EXPECT_EQ(state().frames[frame].bindings, 2);
  EXPECT_EQ(state().envs[env].bindings, 2u);
  // The page one STLB further on needs the same slot: both halves are displaced.
  kernel_.bind(env, 0x410 + 2 * abi::kStlbEntries, frame, false);
  EXPECT_EQ(state().frames[frame].bindings, 1);
  EXPECT_EQ(state().stlb[slot].tag, abi::entry_hi(0x410 + 2 * abi::kStlbEntries, env));
  kernel_.unbind(env, 0x410 + 2 * abi::kStlbEntries);
  EXPECT_EQ(state().stlb[slot].tag, abi::kStlbFree);
  EXPECT_EQ(state().stlb_used, 0u);
  EXPECT_EQ(state().envs[env].bindings, 0u);
}

TEST_F(Fold, ContradictionsLeaveCountsConsistent) {
  const auto env = kernel_.create("first");
  const auto frame = kernel_.allocate(env);
  kernel_.switch_to(env);
  kernel_.emit(Event::Unbound, env, 0x999, abi::pfn_of_frame(frame));  // nothing was bound there
  kernel_.emit(Event::Bound, 0x999, abi::pfn_of_frame(frame), 3, abi::stlb_slot(0x999, env));
  kernel_.emit(Event::Bound, 0x999, abi::pfn_of_frame(frame), 1, abi::stlb_slot(0x999, env));  // twice, with no break
  kernel_.emit(Event::FrameFreed, frame, 2, env);
  kernel_.emit(Event::FrameFreed, frame, 3, env);
  kernel_.emit(Event::SliceGranted, 5, env);
  kernel_.emit(Event::SliceGranted, 5, env);
  kernel_.emit(Event::SliceFreed, 5, env);
  kernel_.emit(Event::SliceFreed, 5, env);
  expect_counts_hold(state());
}

TEST_F(Fold, TlbCountsUses) {
  const auto env = kernel_.create("first");
  const auto frame = kernel_.allocate(env);
  kernel_.bind(env, 0x410, frame, true);
  EXPECT_EQ(state().authorizations, 1u);
  kernel_.touch(env, 0x410);
  EXPECT_EQ(state().uses, 1u);
  EXPECT_EQ(state().envs[env].refills, 1u);
  EXPECT_EQ(state().frames[frame].in_tlb, 1);
  const auto now = state().now;
  for (const auto& entry : state().tlb)
    if (entry.lo[0] != 0) {
      EXPECT_EQ(entry.written, now);
    }
  kernel_.unbind(env, 0x410);
  EXPECT_EQ(state().frames[frame].in_tlb, 0);
  kernel_.switch_to(env);
  kernel_.emit(Event::TlbMissed, 0x410000, 1);
  EXPECT_EQ(state().envs[env].misses, 1u);
}

TEST_F(Fold, ChecksCountPerEnvironment) {
  const auto env = kernel_.create("first");
  kernel_.switch_to(env);
  kernel_.emit(Event::CapabilityChecked, 0x0100'0005, 1, 0, 1);
  kernel_.emit(Event::CapabilityChecked, 0x0100'0005, 1, 5, 1);
  kernel_.emit(Event::SyscallRefused, 17, 5, 0, 0);
  EXPECT_EQ(state().envs[env].authorizations, 1u);
  EXPECT_EQ(state().envs[env].refusals, 1u);
  EXPECT_EQ(state().refusals, 1u);
  EXPECT_EQ(state().envs[env].syscalls_refused, 1u);
}

TEST_F(Fold, ProcessorTimeIsSummedAtSwitches) {
  const auto first = kernel_.create("first"), second = kernel_.create("second");
  kernel_.switch_to(first);  // both get their address-space identifiers
  kernel_.switch_to(second);
  kernel_.switch_to(first);
  const auto first_before = state().envs[first].ran, second_before = state().envs[second].ran;
  const auto began = state().now;
  kernel_.wait(984);
  kernel_.switch_to(second);
  EXPECT_EQ(state().envs[first].ran - first_before, 1000u);
  EXPECT_EQ(state().envs[second].since, began + 1000);
  EXPECT_EQ(state().running, second);
  EXPECT_EQ(state().slice_position, kernel_.position);
  kernel_.wait(484);
  kernel_.switch_to(0);
  EXPECT_EQ(state().envs[second].ran - second_before, 500u);
  EXPECT_EQ(model::processor_time(history_.state_at(state().number - 1), second), second_before) << "it has just begun";
  EXPECT_EQ(state().running, 0);
  EXPECT_EQ(state().envs[second].state, abi::EnvState::Ready);
}

TEST_F(Fold, UpcallsAndNotes) {
  const auto env = kernel_.create("first");
  kernel_.emit(Event::UpcallPending, env, std::uint32_t(abi::Upcall::Revoke), 1);
  EXPECT_EQ(state().envs[env].masked, 1);
  kernel_.emit(Event::UpcallDelivered, env, std::uint32_t(abi::Upcall::Miss), 1, 2);
  EXPECT_EQ(state().envs[env].masked, 1) << "a synchronous upcall comes through a mask";
  kernel_.emit(Event::UpcallDelivered, env, std::uint32_t(abi::Upcall::Revoke), 1, 2);
  EXPECT_EQ(state().envs[env].masked, 0);
  kernel_.note(env, abi::Note::Hung);
  EXPECT_EQ(state().envs[env].behaviour, model::Behaviour::Hung);
  EXPECT_EQ(state().envs[env].last_note, std::uint32_t(state().number));
  kernel_.note(env, abi::Note::Woken);
  EXPECT_EQ(state().envs[env].behaviour, model::Behaviour::Normal);
}

TEST_F(Fold, RequestReturnedInItsPatience) {
  const auto env = kernel_.create("polite");
  const auto frame = kernel_.allocate(env);
  const auto id = kernel_.revoke(env, frame, 40, 50);
  EXPECT_NE(state().frames[frame].flags & abi::kFrameUnderRevocation, 0);
  const auto requested = state().now;
  kernel_.ask(id);
  kernel_.wait(100);
  kernel_.give_back(id);
  (void)state();
  ASSERT_EQ(history_.requests().size(), 1u);
  const auto& request = history_.requests()[0];
  EXPECT_EQ(request.outcome, Outcome::Returned);
  EXPECT_EQ(request.patience_us, 40u);
  EXPECT_EQ(request.deadline_us, 50u);
  EXPECT_EQ(request.requested, requested);
  EXPECT_GT(request.delivered, request.requested);
  EXPECT_EQ(request.armed, kNever);
  EXPECT_FALSE(request.demanded);
  EXPECT_EQ(request.fires, requested + abi::ticks_of_micros(90));
  EXPECT_GT(request.fires, request.done);
  EXPECT_EQ(request.notified, kNever);
  EXPECT_EQ(state().frames[frame].owner, 0);
  EXPECT_EQ(state().frames[frame].taken, 0);
}

TEST_F(Fold, RequestAbortedAfterItsDeadline) {
  const auto env = kernel_.create("stubborn");
  const auto frame = kernel_.allocate(env);
  kernel_.bind(env, 0x410, frame, true);
  kernel_.touch(env, 0x410);
  const auto id = kernel_.revoke(env, frame, 40, 50);
  kernel_.ask(id);
  kernel_.demand(id);
  EXPECT_TRUE(state().requests[id].demanded);
  const auto armed = state().now;
  EXPECT_EQ(state().requests[id].armed, armed);
  EXPECT_EQ(state().requests[id].fires, armed + abi::ticks_of_micros(50));
  EXPECT_EQ(state().requests[id].deadline_us, 50u);
  kernel_.abort(id);
  (void)state();
  const auto& request = history_.requests()[0];
  EXPECT_EQ(request.outcome, Outcome::Aborted);
  EXPECT_GE(request.done, request.fires);
  EXPECT_NE(request.notified, kNever);
  EXPECT_EQ(request.saved_to, abi::kNoFrame);
  EXPECT_EQ(state().frames[frame].taken, 1);
  EXPECT_EQ(state().frames[frame].generation, 2u);
  EXPECT_EQ(state().frames[frame].bindings, 0);
  EXPECT_EQ(state().frames[frame].in_tlb, 0);
  EXPECT_EQ(state().envs[env].frames, 1u);
  // The step in between: nobody's, being saved, not free yet.
  const auto& then = history_.state_at(request.done_event);
  EXPECT_EQ(then.frames[frame].flags, abi::kFrameSaving);
  EXPECT_EQ(then.frames[frame].owner, 0);
  EXPECT_EQ(then.free_frames + 1, history_.newest().free_frames);
  EXPECT_EQ(history_.broken_count(), 0u);
}

TEST_F(Fold, RequestForAnyFrameLearnsWhich) {
  const auto env = kernel_.create("polite");
  const auto frame = kernel_.allocate(env);
  const auto id = kernel_.revoke(env, abi::kAnyFrame, 0, 0);
  kernel_.ask(id);
  EXPECT_EQ(state().requests[id].fires, kNever) << "asked politely for ever";
  kernel_.give_back(id);
  (void)state();
  EXPECT_EQ(history_.requests()[0].asked, frame);
}

TEST_F(Fold, RequestEndsWithItsOwner) {
  const auto env = kernel_.create("polite");
  const auto frame = kernel_.allocate(env);
  (void)kernel_.revoke(env, frame, 0, 50);
  kernel_.kill(env);
  (void)state();
  EXPECT_EQ(history_.requests()[0].outcome, Outcome::Ended);
  EXPECT_EQ(state().frames[frame].flags, 0);
  EXPECT_EQ(state().free_frames, 4096u);
}

TEST_F(Fold, DeadlineIsUnwrappedAcrossATurnOfTheCounter) {
  const auto env = kernel_.create("stubborn");
  const auto frame = kernel_.allocate(env);
  (void)state();
  for (int i = 0; i < 2; ++i) {
    kernel_.wait(0x6000'0000);
    kernel_.note(env, abi::Note::Round);
  }
  kernel_.wait(0xffff'f000 - kernel_.clock());
  const auto id = kernel_.revoke(env, frame, 0, 500);
  kernel_.demand(id);
  EXPECT_EQ(state().requests[id].fires, state().now + abi::ticks_of_micros(500));
}

}  // namespace
}  // namespace exo::test
