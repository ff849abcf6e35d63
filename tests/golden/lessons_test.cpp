// Every lesson on the real machine: all its expectations hold, two runs are the same bit for bit, a recording tells the
// same story, and the state at an event is that of a run that was stopped there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "explorer/cli/scenario_files.hpp"
#include "explorer/common/error.hpp"
#include "explorer/model/state_text.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/plan.hpp"
#include "explorer/session/guest.hpp"
#include "explorer/session/session.hpp"
#include "explorer/session/verify.hpp"

namespace exo {
namespace {

using session::Connection;
using session::Session;

/// A file that is gone when the test is.
class TraceFile {
 public:
  explicit TraceFile(const std::string& name)
      : path_(testing::TempDir() + "exoscope-" + std::to_string(getpid()) + "-" + name + ".exotrace") {}
  ~TraceFile() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::unique_ptr<Session> run(const std::string& lesson, model::EventNumber until = 0, const std::string& trace = "",
                             std::uint32_t seed = 0) {
  session::LiveOptions options;
  options.seed = seed;
  options.scenario_path = cli::find_scenario(lesson);
  options.until = until;
  options.trace_path = trace;
  auto live = Session::live(options);
  while (live->connection() == Connection::Starting || live->connection() == Connection::Running)
    live->pump(std::chrono::milliseconds(20));
  return live;
}

bool same_records(const model::History& a, const model::History& b) {
  if (a.size() != b.size()) return false;
  for (model::EventNumber number = 1; number <= a.size(); ++number) {
    const auto left = a.record(number), right = b.record(number);
    if (std::memcmp(&left, &right, sizeof left) != 0) return false;
  }
  return true;
}

std::vector<std::string> lessons() {
  std::vector<std::string> names;
  for (const auto& file : cli::scenario_files()) names.push_back(file.stem().string());
  return names;
}

class Lesson : public testing::TestWithParam<std::string> {};

TEST_P(Lesson, HoldsWhatItPromises) {
  const auto live = run(GetParam());
  EXPECT_EQ(live->connection(), Connection::Finished) << live->status_text();
  for (const auto& step : live->story().steps) {
    EXPECT_NE(step.reached, 0u) << "never begins: " << step.say;
    EXPECT_THAT(step.say, testing::Not(testing::HasSubstr("never microseconds"))) << "a time is not known";
    EXPECT_THAT(step.say, testing::Not(testing::HasSubstr("{")));
  }
  for (const auto& verdict : live->story().expectations) EXPECT_EQ(verdict.ok, true) << verdict.text;
  ASSERT_FALSE(live->history().audits().empty());
  EXPECT_GT(live->history().audits().back().checked, 1000u);
  EXPECT_TRUE(live->history().complaints().empty());
}

TEST_P(Lesson, HoldsInItsVariationsToo) {
  if (run(GetParam(), 1)->story().variations == 0) GTEST_SKIP() << "it has none";
  for (const std::uint32_t seed : {1u, 2u, 29u}) {
    const TraceFile trace(GetParam() + "-" + std::to_string(seed));
    const auto live = run(GetParam(), 0, trace.path(), seed);
    live->close();
    EXPECT_EQ(live->story().seed, seed);
    for (const auto& step : live->story().steps) EXPECT_NE(step.reached, 0u) << seed << ", never begins: " << step.say;
    for (const auto& verdict : live->story().expectations) EXPECT_EQ(verdict.ok, true) << seed << ": " << verdict.text;
    const auto recorded = Session::recording(trace.path());
    EXPECT_EQ(recorded->story().seed, seed);
    EXPECT_EQ(recorded->story().title, live->story().title);
  }
}

TEST_P(Lesson, IsALesson) {
  const auto live = run(GetParam(), 1);
  EXPECT_GE(live->story().steps.size(), 4u);
  // A figure of ten points takes two steps for each.
  EXPECT_LE(live->story().steps.size(), GetParam() == "handler-while-descheduled" ? 26u : 10u);
  EXPECT_TRUE(std::ranges::any_of(live->story().steps, [](const auto& step) { return step.ask.has_value(); }))
      << "no question";
}

TEST_P(Lesson, IsTheSameEveryTimeAndInARecording) {
  const TraceFile first(GetParam() + "-1"), second(GetParam() + "-2");
  const auto live = run(GetParam(), 0, first.path());
  live->close();
  const auto again = run(GetParam(), 0, second.path());
  again->close();
  EXPECT_TRUE(same_records(live->history(), again->history()));

  const auto recorded = Session::recording(first.path());
  EXPECT_TRUE(same_records(live->history(), recorded->history()));
  EXPECT_EQ(recorded->history().event(recorded->history().size()).id, abi::Event::ControlTaken)
      << "the end command is the last event";
  for (std::size_t i = 0; i < live->story().steps.size(); ++i) {
    EXPECT_EQ(recorded->story().steps[i].say, live->story().steps[i].say);
    EXPECT_EQ(recorded->story().steps[i].reached, live->story().steps[i].reached);
  }
  for (std::size_t i = 0; i < live->story().expectations.size(); ++i)
    EXPECT_EQ(recorded->story().expectations[i].ok, live->story().expectations[i].ok);

  const auto verified = session::verify(first.path(), [] { return false; });
  EXPECT_TRUE(verified.same) << verified.difference;
  EXPECT_EQ(verified.compared, live->history().size());
}

TEST_P(Lesson, StoppedAtAnEventIsTheStateAtThatEvent) {
  const auto whole = run(GetParam());
  const auto events = whole->history().size();
  for (const model::EventNumber number : {model::EventNumber{1}, events / 3, events / 2, events - 1}) {
    const auto stopped = run(GetParam(), number);
    ASSERT_EQ(stopped->history().size(), number);
    EXPECT_EQ(model::state_text(stopped->history().newest()), model::state_text(whole->history().state_at(number)))
        << "event " << number;
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& lesson) {
  std::string name = lesson.param;
  std::erase(name, '-');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Course, Lesson, testing::ValuesIn(lessons()), test_name);

/// The way a student goes through a lesson: step by step, back and forth, with clicks. What was clicked is in the
/// recording, so that executing it again gives the same.
TEST(Live, AClickedSessionCanBeExecutedAgain) {
  const TraceFile file("clicked");
  session::LiveOptions options;
  options.scenario_path = cli::find_scenario("visible-revocation");
  options.start_paused = true;
  const auto live = Session::live(options);
  const auto settle = [&] {
    do live->pump(std::chrono::milliseconds(5));
    while (live->connection() == Connection::Starting || live->connection() == Connection::Running);
  };
  settle();
  live->apply(model::StepStory{});
  settle();
  live->apply(model::StepEvent{7});
  settle();
  live->apply(model::Inject{{0, std::uint16_t(abi::ControlOp::Revoke), 3, abi::kAnyFrame, 30u << 16 | 50u}});
  live->apply(model::StepBack{5});
  live->apply(model::StepStory{});
  settle();
  live->apply(model::Inject{{0, std::uint16_t(abi::ControlOp::Audit), 0, 0, 0}});
  live->apply(model::Run{});
  settle();
  EXPECT_EQ(live->connection(), Connection::Finished) << live->status_text();
  EXPECT_EQ(live->history().audits().size(), 2u);
  for (const auto& audit : live->history().audits())
    EXPECT_TRUE(audit.differences.empty()) << audit.differences.front();
  EXPECT_EQ(live->history().requests().size(), 2u) << "the lesson's own and the clicked one";
  live->apply(model::SaveRecording{file.path()});
  EXPECT_THAT(live->status_text(), testing::HasSubstr("saved"));
  const auto verified = session::verify(file.path(), [] { return false; });
  EXPECT_TRUE(verified.same) << verified.difference;
}

/// A command that is given by hand while a deadline runs: the tick at which it is taken, and the next one after the
/// moment at which it was given. `demand`: another one before that; the moment is when its owner hears of it.
struct Taken {
  std::uint32_t tick = 0, next = 0;
  bool clock_runs = false;  ///< when it was taken a request was under way
};
Taken give_by_hand(const abi::ControlCommand& command, const abi::ControlCommand* demand = nullptr) {
  session::LiveOptions options;
  options.scenario_path = cli::find_scenario("abort-deadline");
  options.start_paused = true;
  const auto live = Session::live(options);
  const auto settle = [&] {
    do live->pump(std::chrono::milliseconds(5));
    while (live->connection() == Connection::Starting || live->connection() == Connection::Running);
  };
  settle();
  while (live->history().total(abi::Event::RevokeDemanded) == 0) {
    live->apply(model::StepStory{});
    settle();
  }
  if (demand != nullptr) {
    live->apply(model::Inject{*demand});
    const auto asked = live->history().total(abi::Event::RevokeAsked);
    for (int i = 0; i < 3'000 && live->history().total(abi::Event::RevokeAsked) == asked; ++i) {
      live->apply(model::StepEvent{1});
      settle();
    }
  }
  const model::EventNumber given = live->cursor();
  live->apply(model::Inject{command});
  live->apply(model::Run{});
  settle();
  const model::History& history = live->history();
  Taken taken;
  constexpr std::uint64_t kTick = abi::ticks_of_micros(abi::kTickMicros);
  for (model::EventNumber number = 1; number <= history.size(); ++number) {
    const model::Event event = history.event(number);
    if (event.id != abi::Event::ControlTaken) continue;
    if (number <= given) {
      // The ticks are at fixed distances from the one at which the lesson's own command was taken.
      taken.next = std::uint32_t(event.args[3] + (history.ticks(given) - event.ticks) / kTick + 1);
    } else if (event.args[0] == (command.op | std::uint32_t(command.environment) << 16) && taken.tick == 0) {
      taken.tick = event.args[3];
      for (const model::RequestState& request : history.state_at(number).requests)
        taken.clock_runs = taken.clock_runs || (request.id != 0 && request.outcome == model::Outcome::Pending);
    }
  }
  return taken;
}

TEST(Live, WhatIsGivenByHandIsTakenAtTheNextTick) {
  constexpr abi::ControlCommand kAudit{0, std::uint16_t(abi::ControlOp::Audit), 0, 0, 0};
  const Taken killed = give_by_hand({0, std::uint16_t(abi::ControlOp::Kill), 3, 0, 0});
  EXPECT_EQ(killed.tick, killed.next);
  const Taken audit = give_by_hand(kAudit);
  EXPECT_EQ(audit.tick, audit.next) << "the abort is over before the tick comes";
  // An audit takes long, so it waits while a deadline could be missed: 400 us of patience and 400 us more.
  constexpr abi::ControlCommand kDemand{0, std::uint16_t(abi::ControlOp::Revoke), 2, 6, 400u << 16 | 400u};
  const Taken late = give_by_hand(kAudit, &kDemand);
  EXPECT_GE(late.tick, late.next + 800 / abi::kTickMicros - 1);
  EXPECT_LE(late.tick, late.next + 800 / abi::kTickMicros + 2);
  EXPECT_FALSE(late.clock_runs);
}

TEST(Live, StepsOneEventAtATimeToTheSameTrace) {
  const auto whole = run("abort-deadline", 400);
  session::LiveOptions options;
  options.scenario_path = cli::find_scenario("abort-deadline");
  options.start_paused = true;
  const auto live = Session::live(options);
  for (model::EventNumber number = 1; number < 400; ++number) {
    while (live->history().size() < number) live->pump(std::chrono::milliseconds(5));
    ASSERT_EQ(live->history().size(), number);
    live->apply(model::StepEvent{1});
  }
  while (live->history().size() < 400) live->pump(std::chrono::milliseconds(5));
  EXPECT_TRUE(same_records(live->history(), whole->history()));
}

TEST(Live, SlowMotionChangesNothing) {
  const auto whole = run("abort-deadline", 600);
  session::LiveOptions options;
  options.scenario_path = cli::find_scenario("abort-deadline");
  options.start_paused = true;
  options.until = 600;
  const auto live = Session::live(options);
  live->apply(model::SetPace{model::SetPace::Unit::Micros, 200'000});
  live->apply(model::Run{});
  live->pump(std::chrono::milliseconds(5));
  live->apply(model::SetPace{model::SetPace::Unit::Events, 5'000});
  while (live->connection() == Connection::Starting || live->connection() == Connection::Running)
    live->pump(std::chrono::milliseconds(5));
  EXPECT_TRUE(same_records(live->history(), whole->history()));
}

/// A lesson stretched to ten guest seconds makes more events than the ring holds.
std::shared_ptr<const scenario::Scenario> stretched(const std::string& lesson) {
  std::string text = session::read_scenario_file(cli::find_scenario(lesson));
  const auto at = text.find("end_us = ");
  text.replace(at, text.find('\n', at) - at, "end_us = 10000000");
  const auto work = text.find("work = 100");
  text.replace(work, 10, "work = 10 ");
  return std::make_shared<const scenario::Scenario>(scenario::parse(text, "stretched.toml", {}));
}

TEST(Load, NothingIsDroppedAndAForcedDropIsCounted) {
  session::BootPlan plan;
  plan.images = std::make_shared<const connection::GuestImages>(connection::load_guest_images());
  plan.scenario = stretched("secure-binding");
  plan.commands = scenario::commands_up_front(*plan.scenario);
  for (const bool flight_recorder : {false, true}) {
    plan.flight_recorder = flight_recorder;
    plan.stop.on.set(std::size_t(abi::Event::ControlTaken));
    const auto guest = session::boot(plan);
    model::History history;
    std::vector<abi::TraceRecord> records;
    const auto read = [&] {
      records.clear();
      while (guest->drain(records) != 0) {
      }
      history.append(records);
    };
    for (int stops = 0; stops < 2;) {
      guest->resume();
      while (guest->poll(std::chrono::milliseconds(5)) == connection::MachineState::Running)
        if (!flight_recorder) read();
      ASSERT_NE(guest->poll(std::chrono::milliseconds(0)), connection::MachineState::Dead) << guest->ending();
      if (history.size() != 0 || flight_recorder) ++stops;  // the audit, then the end
      read();
    }
    EXPECT_GT(history.size(), abi::kTraceCapacity / 2);
    if (flight_recorder) {
      EXPECT_EQ(history.gaps().size(), 1u);
      EXPECT_GT(history.newest().dropped, 0u);
      EXPECT_EQ(history.newest().dropped, guest->lost());
      EXPECT_TRUE(history.newest().certain) << "the audit at the end has shown the tables";
    } else {
      EXPECT_GT(history.size(), abi::kTraceCapacity) << "the ring was filled more than once";
      EXPECT_TRUE(history.gaps().empty());
      EXPECT_EQ(history.newest().dropped, 0u);
    }
  }
}

}  // namespace
}  // namespace exo
