// Expressions: what they mean on a known state, and what is refused when they are read.
#include "explorer/scenario/expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace exo::scenario {
namespace {

class ExpressionTest : public testing::Test {
 protected:
  EnvNames names_ = {"kernel", "arbiter", "polite", "stubborn"};
  std::vector<EventPattern> patterns_;
  std::vector<Tally> tallies_;
  std::unique_ptr<model::State> state_ = std::make_unique<model::State>();

  void SetUp() override {
    state_->frames[5].owner = 3;
    state_->envs[3].frames = 12;
    state_->envs[3].state = abi::EnvState::Ready;
    state_->free_frames = 4000;
    auto& request = state_->requests[1];
    request.id = 1;
    request.env = 3;
    request.asked = 5;
    request.outcome = model::Outcome::Aborted;
    request.fires = 10'000;
    request.done = 11'000;
  }

  Value value(const std::string& text) {
    ExpressionContext context{names_, patterns_};
    const Expression expression(text, context);
    tallies_.resize(patterns_.size());
    const Facts facts{*state_, tallies_, names_, 1, 0, 100, 0};
    return expression.evaluate(facts);
  }
  std::string text(const std::string& expression) { return text_of(value(expression)); }
  std::string refusal(const std::string& expression) {
    try {
      (void)value(expression);
    } catch (const ExpressionError& error) {
      return error.what();
    }
    return "accepted";
  }
};

TEST_F(ExpressionTest, SpeaksOfTheMachine) {
  EXPECT_EQ(text("owner(frame 5)"), "stubborn");
  EXPECT_EQ(text("owner(frame 6)"), "nobody");
  EXPECT_EQ(text("frames(stubborn)"), "12");
  EXPECT_EQ(text("owned_among(stubborn, frame 2, 4)"), "1");
  EXPECT_EQ(text("owned_among(nobody, frame 2, 4)"), "3");
  EXPECT_EQ(text("owned_among(stubborn, frame_of(request 1), 1)"), "1");
  EXPECT_EQ(text("owned_among(stubborn, frame_of(request 2), 1)"), "never");
  EXPECT_EQ(text("owned_among(stubborn, 4095, 2)"), "never");
  EXPECT_EQ(text("condition(stubborn)"), "ready");
  EXPECT_EQ(text("condition(polite)"), "gone");
  EXPECT_EQ(text("free_frames"), "4000");
  EXPECT_EQ(text("outcome(request 1)"), "aborted");
  EXPECT_EQ(text("outcome(request of stubborn)"), "aborted");
  EXPECT_EQ(text("deadline(request 1)"), "60");
  EXPECT_EQ(text("done(request 1) - deadline(request 1)"), "6");
  EXPECT_EQ(text("owner(frame_of(request 1))"), "stubborn");
  EXPECT_EQ(text("audit_differences"), "0");
}

TEST_F(ExpressionTest, WhatHasNotHappenedIsNever) {
  EXPECT_EQ(text("notified(request 1)"), "never");
  EXPECT_EQ(text("outcome(request 2)"), "never");
  EXPECT_EQ(text("owner(frame_of(request 2))"), "never");
  EXPECT_EQ(text("notified(request 1) == never"), "yes");
  EXPECT_EQ(text("notified(request 1) != never"), "no");
  EXPECT_EQ(text("notified(request 1) < 5"), "no");
  EXPECT_EQ(text("notified(request 1) >= 5"), "no");
  EXPECT_EQ(text("notified(request 1) + 5"), "never");
  EXPECT_EQ(text("5 / 0"), "never");
}

TEST_F(ExpressionTest, LogicAndArithmetic) {
  EXPECT_EQ(text("1 + 2 * 3"), "7");
  EXPECT_EQ(text("(1 + 2) * 3"), "9");
  EXPECT_EQ(text("7 / 2"), "3.5");
  EXPECT_EQ(text("0x10"), "16");
  EXPECT_EQ(text("1 < 2 < 3"), "yes");
  EXPECT_EQ(text("1 < 3 < 2"), "no");
  EXPECT_EQ(text("1 == 2 or 2 == 2 and 3 == 3"), "yes");
  EXPECT_EQ(text("not 1 == 2"), "yes");
  EXPECT_EQ(text("not (1 == 1 or 1 == 2)"), "no");
}

TEST_F(ExpressionTest, CountsPatternsOnce) {
  EXPECT_EQ(text("count(event Unbound holder = stubborn, reason = Aborted)"), "0");
  EXPECT_EQ(text("count(Unbound holder = stubborn reason = Aborted) == 0"), "yes");
  ASSERT_EQ(patterns_.size(), 1u) << "the same pattern is counted once";
  tallies_[0].count = 3;
  tallies_[0].first.ticks = 500;
  tallies_[0].first.number = 77;
  tallies_[0].first.args = {3, 0x10010, 0, 0};
  EXPECT_EQ(text("count(event Unbound holder = stubborn, reason = Aborted)"), "3");
  EXPECT_EQ(text("time(event Unbound holder = stubborn, reason = Aborted)"), "3");
  EXPECT_EQ(text("number(event Unbound holder = stubborn, reason = Aborted)"), "77");
  EXPECT_EQ(text("value(page, event Unbound holder = stubborn, reason = Aborted)"), "65552");
  EXPECT_EQ(patterns_.size(), 1u);
}

TEST_F(ExpressionTest, PatternsMatchByFieldAndComparison) {
  (void)value("count(event FrameFreed frame >= 5, owner != polite, env = kernel)");
  const EventPattern& pattern = patterns_.at(0);
  model::Event event;
  event.id = abi::Event::FrameFreed;
  event.args = {5, 2, 3, 2};
  EXPECT_TRUE(pattern.matches(event));
  event.args[0] = 4;
  EXPECT_FALSE(pattern.matches(event));
  event.args = {9, 2, 2, 2};
  EXPECT_FALSE(pattern.matches(event));
  event.args = {9, 2, 3, 2};
  event.env = 3;
  EXPECT_FALSE(pattern.matches(event));
  event.env = 0;
  event.id = abi::Event::FrameAllocated;
  EXPECT_FALSE(pattern.matches(event));
}

TEST_F(ExpressionTest, AnOpIsItsCommandAndItsTarget) {
  (void)value("count(event ControlTaken op = revoke, target = stubborn)");
  model::Event event;
  event.id = abi::Event::ControlTaken;
  event.args = {1u | 3u << 16, 5, 0, 7};
  EXPECT_TRUE(patterns_.at(0).matches(event));
  event.args[0] = 1u | 2u << 16;
  EXPECT_FALSE(patterns_.at(0).matches(event));
  event.args[0] = 2u | 3u << 16;
  EXPECT_FALSE(patterns_.at(0).matches(event));
}

TEST_F(ExpressionTest, RefusesNonsenseWithAReason) {
  using testing::HasSubstr;
  EXPECT_THAT(refusal("ownr(frame 5)"), HasSubstr("did you mean 'owner'"));
  EXPECT_THAT(refusal("owner(frame 5) == 3"), HasSubstr("never true"));
  EXPECT_THAT(refusal("owner(frame 5) < stubborn"), HasSubstr("less or greater"));
  EXPECT_THAT(refusal("owner(frame 5) == aborted"), HasSubstr("never true"));
  EXPECT_THAT(refusal("frames(stuborn)"), HasSubstr("did you mean 'stubborn'"));
  EXPECT_THAT(refusal("frames(stubborn"), HasSubstr("')'"));
  EXPECT_THAT(refusal("owned_among(stuborn, 5, 1)"), HasSubstr("did you mean 'stubborn'"));
  EXPECT_THAT(refusal("owned_among(stubborn, 5)"), HasSubstr("','"));
  EXPECT_THAT(refusal("owned_among(stubborn, 5000, 1)"), HasSubstr("out of range"));
  EXPECT_THAT(refusal("count(event Unbond)"), HasSubstr("did you mean 'Unbound'"));
  EXPECT_THAT(refusal("count(event Unbound frame = 5)"), HasSubstr("no field 'frame'"));
  EXPECT_THAT(refusal("count(event Unbound reason = Because)"), HasSubstr("can't be the reason"));
  EXPECT_THAT(refusal("count(event TlbWritten index = 16)"), HasSubstr("can never be"));
  EXPECT_THAT(refusal("1 +"), HasSubstr("the end"));
  EXPECT_THAT(refusal("1 1"), HasSubstr("not expected"));
  EXPECT_THAT(refusal("5x"), HasSubstr("not a number"));
  EXPECT_THAT(refusal("'open"), HasSubstr("not closed"));
  EXPECT_THAT(refusal("1 ; 2"), HasSubstr("means nothing"));
  EXPECT_THAT(refusal("stubborn and 1 == 1"), HasSubstr("is needed"));
  EXPECT_THAT(refusal(std::string(3000, '1')), HasSubstr("longer"));
  EXPECT_THAT(refusal(std::string(500, '(')), HasSubstr("deeply"));
}

}  // namespace
}  // namespace exo::scenario
