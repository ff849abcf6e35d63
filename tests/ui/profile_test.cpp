// The Profile panel: a stretch is asked for as it was chosen, the table sums exactly, and the picture is as wide as the
// numbers say.
#include "explorer/views/actions.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/views/profile_parts.hpp"
#include "explorer/views/time_actions.hpp"
#include "tests/ui/profile_scene.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using model::ProfileStretch;
using views::Key;

class ProfilePanel : public UiTest {
 protected:
  ProfilePanel() {
    feed(scene.kernel, history);
    cursor = history.size();
    shell.ui.shell.panel = views::panel_named("profile");
    draw();
    draw();
  }
  void show(std::shared_ptr<const debugger::Profile> made) {
    view.profile = std::move(made);
    profile = &view;
    anew();
  }
  void anew() {
    shell.ui.marks.clear();
    draw();
    draw();
  }
  [[nodiscard]] bool has(const std::string& name) const { return shell.ui.marks.contains(name); }
  ProfileStretch only(const std::vector<model::Command>& commands) {
    const auto all = of<ProfileStretch>(commands);
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? ProfileStretch{} : all[0];
  }
  [[nodiscard]] views::ProfileUi& ui() { return shell.ui.profile; }
  /// Place in the tree of the first frame of that name.
  [[nodiscard]] std::uint32_t frame(const std::string& name) const {
    for (std::uint32_t i = 0; i < view.profile->frames.size(); ++i)
      if (view.profile->frames[i].name == name) return i;
    ADD_FAILURE() << name;
    return 0;
  }
  float width_of(std::uint32_t number) { return mark("flame " + std::to_string(number)).width(); }

  Lesson scene;
  debugger::ProfileView view;
};

TEST_F(ProfilePanel, EachButtonAsksForItsStretch) {
  const auto whole = only(click("profile.whole"));
  EXPECT_EQ(whole.from, 0u);
  EXPECT_EQ(whole.to, history.size());
  EXPECT_TRUE(of<ProfileStretch>(click("profile.selected")).empty()) << "nothing is selected";
  cursor = 7;
  draw();
  EXPECT_EQ(only(click("profile.cursor")).to, 7u);
  shell.ui.time.stretch = views::Stretch{history.ticks(5), history.ticks(11)};
  draw();
  const auto selected = only(click("profile.selected"));
  EXPECT_LT(selected.from, 5u);
  EXPECT_GE(history.ticks(selected.from + 1), history.ticks(5));
  EXPECT_GE(selected.to, 11u);
  EXPECT_LE(history.ticks(selected.to), history.ticks(11));
}

TEST_F(ProfilePanel, WhileItCountsItCanBeStopped) {
  view.counting = true;
  view.to = 40;
  view.share = 0.4;
  profile = &view;
  anew();
  EXPECT_EQ(of<model::ProfileStop>(click("profile stop")).size(), 1u);
  view.counting = false;
  view.problem = "the debugger's machine is gone";
  anew();
  EXPECT_TRUE(has("profile state"));
  EXPECT_FALSE(has("profile stop"));
}

TEST_F(ProfilePanel, TheTableSumsUpInThreeWays) {
  show(profile_scene(scene.polite, scene.stubborn));
  const auto sum = [&] {
    std::uint64_t out = 0;
    for (const auto& line : ui().lines) out += line.instructions;
    return out;
  };
  EXPECT_EQ(ui().lines.size(), 7u);
  EXPECT_EQ(sum(), view.profile->instructions);
  EXPECT_EQ(ui().lines[0].name, "exo::libos::Heap::take");
  EXPECT_EQ(ui().lines[0].instructions, 500u);
  click("profile by Environments");
  draw();
  ASSERT_EQ(ui().lines.size(), 3u) << "two, and the kernel for one of them";
  EXPECT_EQ(ui().lines[0].instructions, 800u);
  EXPECT_EQ(ui().lines[2].instructions, 200u);
  EXPECT_TRUE(ui().lines[2].in_kernel);
  EXPECT_EQ(sum(), view.profile->instructions);
  click("profile by Lines");
  draw();
  EXPECT_EQ(ui().lines[0].name, "libos/base/heap.cpp:71");
  EXPECT_EQ(sum(), view.profile->instructions);
  click("profile order where");
  draw();
  EXPECT_TRUE(std::ranges::is_sorted(ui().lines, {}, &views::ProfileLine::name));
}

TEST_F(ProfilePanel, AClickReadsTheLineInTheSourcePanel) {
  show(profile_scene(scene.polite, scene.stubborn));
  const auto asked = click("profile line 0");
  const auto sources = of<model::OpenSource>(asked);
  ASSERT_EQ(sources.size(), 1u);
  EXPECT_EQ(sources[0].file, "libos/base/heap.cpp");
  EXPECT_EQ(sources[0].line, 71u);
  bool source_shows = false, profile_stays = false;
  for (int i = 0; i < views::regions_in_use(shell.ui); ++i) {
    source_shows |= views::region(shell.ui, i) == views::panel_named("source");
    profile_stays |= views::region(shell.ui, i) == views::panel_named("profile");
  }
  EXPECT_TRUE(source_shows);
  EXPECT_TRUE(profile_stays);
}

TEST_F(ProfilePanel, WidthsAreInstructions) {
  show(profile_scene(scene.polite, scene.stubborn));
  const float all = width_of(0);
  const auto& frames = view.profile->frames;
  for (std::uint32_t i = 1; i < frames.size(); ++i)
    EXPECT_NEAR(width_of(i), all * float(frames[i].total) / float(frames[0].total), 2.0f) << frames[i].name;
  // A click makes one as wide as all; what called it stays, as wide.
  const std::uint32_t take = frame("exo::libos::Heap::take"), call = frame("[system call]");
  click("flame " + std::to_string(take));
  anew();
  EXPECT_EQ(ui().zoom, take);
  EXPECT_NEAR(width_of(take), all, 1.0f);
  EXPECT_NEAR(width_of(frame("main")), all, 1.0f);
  EXPECT_NEAR(width_of(call), all * 200 / 700, 2.0f);
  EXPECT_FALSE(has("flame " + std::to_string(frame("stubborn"))));
  click("flame 0");
  anew();
  EXPECT_EQ(ui().zoom, 0u);
}

TEST_F(ProfilePanel, TheKeysMoveInThePicture) {
  show(profile_scene(scene.polite, scene.stubborn));
  EXPECT_EQ(of<model::StepEvent>(press(Key::Right)).size(), 1u) << "they are the run's until the picture is clicked";
  click("flame 0");
  EXPECT_TRUE(of<model::StepEvent>(press(Key::Down)).empty());
  EXPECT_EQ(ui().focus, frame("polite"));
  (void)press(Key::Right);
  EXPECT_EQ(ui().focus, frame("stubborn"));
  EXPECT_TRUE(of<model::StepEvent>(press(Key::Right)).empty());
  EXPECT_EQ(ui().focus, frame("stubborn")) << "nothing is beside it";
  (void)press(Key::Left);
  (void)press(Key::Down);
  EXPECT_EQ(ui().focus, frame("main"));
  (void)press(Key::Enter);
  EXPECT_EQ(ui().zoom, frame("main"));
  (void)press(Key::Backspace);
  EXPECT_EQ(ui().zoom, frame("polite"));
  (void)press(Key::Up);
  EXPECT_EQ(ui().zoom, 0u) << "what the keys are at is in the picture";
  click("profile upwards");
  click("flame 0");
  (void)press(Key::Up);
  EXPECT_EQ(ui().focus, frame("polite"));
  (void)press(Key::Escape);
  EXPECT_EQ(of<model::StepEvent>(press(Key::Right)).size(), 1u);
}

TEST_F(ProfilePanel, WhatIsLookedForIsCountedOnce) {
  show(profile_scene(scene.polite, scene.stubborn));
  ui().search = "HEAP::";
  anew();
  EXPECT_EQ(ui().lines.size(), 2u);
  EXPECT_EQ(ui().found_within, 900u) << "with all that they called";
  ui().search = "main";
  anew();
  EXPECT_EQ(ui().found_within, view.profile->instructions);
  ui().search = "no such thing";
  anew();
  EXPECT_TRUE(ui().lines.empty());
  EXPECT_EQ(ui().found_within, 0u);
}

TEST_F(ProfilePanel, SavesWhatIsShown) {
  EXPECT_TRUE(of<model::SaveProfile>(click("profile.whole")).empty());
  show(profile_scene(scene.polite, scene.stubborn));
  const auto saved = of<model::SaveProfile>(click("profile save folded"));
  ASSERT_EQ(saved.size(), 1u);
  EXPECT_EQ(saved[0].path, "lesson.folded");
}

TEST_F(ProfilePanel, CrowdedEmptyAndSmallAreDrawn) {
  const auto crowded = crowded_profile(scene.polite, 4'000, 300);
  for (const auto& [width, height, scale] :
       {std::tuple{1600.0f, 1000.0f, 1.0f}, std::tuple{1024.0f, 768.0f, 1.0f}, std::tuple{1600.0f, 1000.0f, 2.0f}}) {
    resize(width, height, scale);
    profile = nullptr;
    anew();
    for (const auto& made :
         {crowded, std::make_shared<const debugger::Profile>(), profile_scene(scene.polite, scene.stubborn)}) {
      show(made);
      for (const bool upwards : {false, true}) {
        ui().upwards = upwards;
        anew();
        EXPECT_GT(vertices(), 500);
      }
    }
  }
  resize(1600, 1000, 1);
  ui().upwards = false;
  show(crowded);
  EXPECT_TRUE(has("flame rest 1")) << "what is too narrow is drawn together";
}

TEST_F(ProfilePanel, NamesAreCutAtTheRightPlaces) {
  EXPECT_EQ(views::short_function("exo::kernel::frames::allocate"), "allocate");
  EXPECT_EQ(views::short_function("exo::kernel::(anonymous namespace)::handle"), "handle");
  EXPECT_EQ(views::short_function("exo::libos::call::bind<exo::abi::Capability *, unsigned int>"),
            "bind<exo::abi::Capability *, unsigned int>");
  EXPECT_EQ(views::short_function("main"), "main");
  EXPECT_EQ(views::percent(1, 100'000), "< 0.1 %");
  EXPECT_EQ(views::percent(0, 0), "0.0 %");
}

}  // namespace
}  // namespace exo::test
