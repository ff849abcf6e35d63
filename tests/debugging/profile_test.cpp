// Profiles of real runs: every instruction of a stretch, once, on the stack that it was executed on.
#include "explorer/session/profile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>

#include "explorer/common/error.hpp"
#include "explorer/session/profile_text.hpp"
#include "tests/debugging/run.hpp"

namespace exo::test {
namespace {

using debugger::Profile;
using debugger::ProfileFrame;
using Kind = ProfileFrame::Kind;

Profile profile_of(LessonRun& run, model::EventNumber from, model::EventNumber to) {
  return session::profile(run.rerun(), run.history(), from, to, [] { return false; });
}

std::string stack(const Profile& profile, std::size_t at) {
  const ProfileFrame& frame = profile.frames[at];
  return frame.depth <= 1 ? frame.name : stack(profile, frame.parent) + ";" + frame.name;
}

/// Instructions of their own in all stacks that end so.
std::uint64_t self_of(const Profile& profile, const std::string& end) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < profile.frames.size(); ++i)
    if (stack(profile, i).ends_with(end)) out += profile.frames[i].self;
  return out;
}

void expect_whole(const Profile& profile, std::uint64_t instructions) {
  EXPECT_EQ(profile.instructions, instructions);
  EXPECT_EQ(profile.unaccounted, 0u);
  EXPECT_EQ(profile.shortened, 0u);
  ASSERT_FALSE(profile.frames.empty());
  EXPECT_EQ(profile.frames[0].total, instructions);
  EXPECT_EQ(profile.frames[0].self, 0u) << "every instruction has a stack";
  std::uint64_t rows = 0;
  for (const auto& row : profile.rows) rows += row.instructions;
  EXPECT_EQ(rows, instructions);
  for (std::uint32_t i = 0; i < profile.frames.size(); ++i) {
    const ProfileFrame& frame = profile.frames[i];
    std::uint64_t within = frame.self, before = ~std::uint64_t{0};
    for (std::uint32_t child = i + 1; child < frame.end; child = profile.frames[child].end) {
      EXPECT_EQ(profile.frames[child].parent, i);
      EXPECT_LE(profile.frames[child].total, before) << "the largest first";
      within += before = profile.frames[child].total;
    }
    EXPECT_EQ(frame.total, within) << stack(profile, i);
  }
}

std::uint64_t instructions_between(LessonRun& run, model::EventNumber from, model::EventNumber to) {
  (void)run.go_to_event(to);
  return *run.rerun().instant_of(to) - run.rerun().instant_of(from).value_or(0);
}

TEST(Profile, KnownCallsAreCountedExactly) {
  LessonRun run("../tests/guest/profile_trial");
  const auto to = run.history().size();
  const Profile profile = profile_of(run, 0, to);
  expect_whole(profile, instructions_between(run, 0, to));
  const model::State& names = run.history().newest();
  for (const std::string one : {"one", "two"}) {
    const std::string main = one + ";_start;exo_start;main";
    EXPECT_EQ(self_of(profile, main + ";straight;exo_ten"), 70u);
    std::string deep = main;
    for (int depth = 0; depth <= 5; ++depth) {
      deep += ";deep";
      EXPECT_EQ(self_of(profile, deep + ";exo_ten"), 10u) << depth;
    }
    EXPECT_EQ(self_of(profile, deep + ";deep;exo_ten"), 0u);
    // An interrupt between a jump and its delay slot makes the machine begin the jump again: that, too, was executed.
    std::map<std::uint32_t, std::uint64_t> lines;
    for (const auto& row : profile.rows)
      if (row.functions.back() == "exo_ten" && names.envs[row.env].name == one) lines[row.line] += row.instructions;
    constexpr std::uint64_t kCalls = 7 + 6 + 40'000;
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines.begin()->second, 8 * kCalls) << "however often a slice ended";
    EXPECT_EQ(lines.rbegin()->second, kCalls);
    const std::uint64_t jumps = std::next(lines.begin())->second;
    EXPECT_GE(jumps, kCalls);
    EXPECT_LT(jumps, kCalls + 100);
    EXPECT_EQ(self_of(profile, main + ";spin;exo_ten"), 400'000u + (jumps - kCalls));
  }
  // Upcalls and interrupts came in the middle of it, and lie there.
  bool upcall = false, interrupt = false;
  for (std::size_t i = 0; i < profile.frames.size(); ++i) {
    if (profile.frames[i].kind != Kind::Boundary || stack(profile, i).find(";spin;") == std::string::npos) continue;
    upcall |= profile.frames[i].name == "[upcall]";
    interrupt |= profile.frames[i].name == "[interrupt]" && profile.frames[i].in_kernel;
  }
  EXPECT_TRUE(upcall);
  EXPECT_TRUE(interrupt);
}

TEST(Profile, AStretchIsAPartOfTheWhole) {
  LessonRun run("abort-deadline");
  const auto size = run.history().size();
  std::map<std::string, std::uint64_t> parts, whole;
  const auto add = [](std::map<std::string, std::uint64_t>& to, const Profile& profile) {
    for (std::size_t i = 1; i < profile.frames.size(); ++i) to[stack(profile, i)] += profile.frames[i].total;
  };
  const model::EventNumber cuts[] = {0, size / 3, size / 3 + 1, size / 2, size};
  for (std::size_t i = 0; i + 1 < std::size(cuts); ++i) {
    const Profile part = profile_of(run, cuts[i], cuts[i + 1]);
    expect_whole(part, instructions_between(run, cuts[i], cuts[i + 1]));
    add(parts, part);
  }
  add(whole, profile_of(run, 0, size));
  EXPECT_EQ(parts, whole);
}

TEST(Profile, ServersAndTheirClientsHaveStacksOfTheirOwn) {
  LessonRun run("pager-as-a-server");
  const auto to = run.history().size();
  const Profile profile = profile_of(run, 0, to);
  expect_whole(profile, instructions_between(run, 0, to));
  // Nothing is left lying on a stack: many requests are not deeper than one.
  const auto entries = [&](std::size_t i) {
    int out = 0;
    for (; profile.frames[i].depth > 1; i = profile.frames[i].parent)
      out += profile.frames[i].name == "[protected transfer]";
    return out;
  };
  int most = 0;
  for (std::size_t i = 0; i < profile.frames.size(); ++i) most = std::max(most, entries(i));
  EXPECT_GE(most, 1);
  EXPECT_LE(most, 2);
}

TEST(Profile, TheFoldedFormHasEveryInstruction) {
  LessonRun run("polite-and-stubborn");
  const Profile profile = profile_of(run, 0, run.history().size());
  const std::string path = testing::TempDir() + "/profile.folded";
  exporting::Output out(path);
  session::put_folded(profile, out);
  out.finish();
  std::ifstream file(path);
  std::string line;
  std::uint64_t sum = 0;
  std::map<std::string, int> seen;
  while (std::getline(file, line)) {
    const auto space = line.rfind(' ');
    ASSERT_NE(space, std::string::npos);
    sum += std::stoull(line.substr(space + 1));
    EXPECT_EQ(++seen[line.substr(0, space)], 1) << "a stack is one line";
  }
  EXPECT_EQ(sum, profile.instructions);
}

TEST(Profile, NoStretchIsRefused) {
  LessonRun run("polite-and-stubborn");
  const auto size = run.history().size();
  EXPECT_THROW((void)profile_of(run, 5, 5), InputError);
  EXPECT_THROW((void)profile_of(run, 0, size + 1), InputError);
}

TEST(Profile, TheSessionCountsBesideEverythingElse) {
  LessonRun run("polite-and-stubborn");
  session::Session& session = run.session();
  const auto size = run.history().size();
  session.apply(model::ProfileStretch{10, size});
  ASSERT_NE(session.profile_view(), nullptr);
  EXPECT_TRUE(session.profile_view()->counting);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (session.profile_view()->counting && std::chrono::steady_clock::now() < until) session.pump({});
  const auto counted = session.profile_view()->profile;
  ASSERT_TRUE(counted) << session.profile_view()->problem;
  EXPECT_EQ(counted->instructions, profile_of(run, 10, size).instructions);
  // Given up, the one before stays.
  session.apply(model::ProfileStretch{0, size});
  session.apply(model::ProfileStop{});
  EXPECT_FALSE(session.profile_view()->counting);
  EXPECT_EQ(session.profile_view()->profile, counted);
  const std::string path = testing::TempDir() + "/profile.json";
  session.apply(model::SaveProfile{model::SaveProfile::Kind::Json, path});
  EXPECT_EQ(session.status_text(), "saved the profile to " + path);
  session.apply(model::ProfileStretch{7, 7});
  EXPECT_FALSE(session.profile_view()->problem.empty());
}

}  // namespace
}  // namespace exo::test
