// The Machine panel: a request's token is where its times in the trace put it, every mark can be pointed at and chosen,
// and a crowd fits at every size.
#include <imgui_internal.h>

#include "explorer/views/arrangement.hpp"
#include "explorer/views/machine_parts.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using Kind = views::Selection::Kind;

constexpr std::uint32_t us(std::uint32_t count) { return abi::ticks_of_micros(count); }

class Machine : public UiTest {
 protected:
  Machine() {
    kernel.boot();
    arbiter = kernel.create("arbiter", 1);
    library = kernel.create("library", 2);
    kernel.switch_to(library);
    frame = kernel.allocate(library);
    kernel.bind(library, 0x10010, frame, true);
    kernel.touch(library, 0x10010);
    show();
  }
  /// Lets time pass, and shows the machine after it: time goes on with events only.
  void show(std::uint32_t micros = 0) {
    kernel.wait(us(micros));
    kernel.note(library, abi::Note::Ignored, frame);
    feed(kernel, history);
    cursor = history.size();
    draw();
    draw();
  }
  views::Box token(std::uint32_t id) { return mark("token " + std::to_string(id)); }
  views::Box card() { return mark("env " + std::to_string(library)); }
  void hover(ImVec2 at) {
    ImGui::GetIO().MousePos = at;
    draw();
    draw();
  }
  static bool tooltip_shown() {
    const ImGuiWindow* window = ImGui::FindWindowByName("##Tooltip_00");
    return window != nullptr && window->Active;
  }
  MiniKernel kernel;
  std::uint32_t arbiter = 0, library = 0, frame = 0;
};

TEST_F(Machine, ATokenIsWhereTheTimesOfItsRequestPutIt) {
  const std::uint32_t id = kernel.revoke(library, frame, 60, 50);
  show();
  const views::Box line = mark("kernel");
  EXPECT_NEAR(token(id).centre().y, line.min.y, 1.5f) << "the owner has not heard of it: it waits at the kernel";

  kernel.ask(id);
  show();
  const float begin = token(id).centre().y;
  EXPECT_NEAR(begin, card().max.y, 4) << "it has just been delivered";
  show(30);
  const float half = token(id).centre().y;
  EXPECT_GT(half, begin + 5) << "half of the patience is gone";
  EXPECT_LT(half, line.min.y - 5);
  show(28);
  EXPECT_GT(token(id).centre().y, half) << "nearly all of it";

  kernel.wait(us(2));
  kernel.demand(id);
  show();
  EXPECT_NEAR(token(id).centre().y, card().max.y, 4) << "the demand begins at the card";
  show(49);
  EXPECT_NEAR(token(id).centre().y, line.min.y, 6) << "one microsecond before the deadline";

  // Back in time it stands where it stood: the place follows from the cursor alone.
  const model::EventNumber end = cursor;
  for (cursor = end; history.event(cursor).id != abi::Event::RevokeAsked; --cursor) {
  }
  draw();
  EXPECT_NEAR(token(id).centre().y, begin, 0.5f);
}

TEST_F(Machine, ACutStaysToBeSeenAndAReturnArrives) {
  const std::uint32_t taken = kernel.revoke(library, frame, 60, 50);
  kernel.ask(taken);
  kernel.demand(taken);
  kernel.wait(us(50));
  kernel.abort(taken);
  show(5);
  EXPECT_NEAR(token(taken).centre().y, mark("kernel").min.y, 1.5f);
  EXPECT_EQ(shell.ui.marks.count("pill " + std::to_string(taken)), 1u);
  shell.ui.marks.clear();
  show(5000);
  EXPECT_EQ(shell.ui.marks.count("token " + std::to_string(taken)), 1u) << "the frame is still as the cut left it";
  EXPECT_EQ(shell.ui.marks.count("pill " + std::to_string(taken)), 0u) << "but that is no news any more";

  const std::uint32_t other = kernel.allocate(library);
  kernel.bind(library, 0x10011, other, true);
  const std::uint32_t back = kernel.revoke(library, other, 60, 50);
  kernel.ask(back);
  kernel.give_back(back);
  show(3);
  EXPECT_GT(token(back).centre().y, mark("kernel").max.y) << "the frame is with the hardware again";
  shell.ui.marks.clear();
  show(5000);
  EXPECT_EQ(shell.ui.marks.count("token " + std::to_string(back)), 0u);
}

TEST_F(Machine, EveryMarkSaysItsEventAndIsChosenByAClick) {
  const std::uint32_t id = kernel.revoke(library, frame, 60, 50);
  kernel.ask(id);
  show(20);
  hover(token(id).centre());
  EXPECT_TRUE(tooltip_shown());
  click("token " + std::to_string(id));
  EXPECT_TRUE(shell.ui.selection.is(Kind::Request, id));
  press(views::Key::Escape);
  click("timer " + std::to_string(id));
  EXPECT_TRUE(shell.ui.selection.is(Kind::Request, id));
  press(views::Key::Escape);

  const std::uint32_t slot = abi::stlb_slot(0x10010, library);
  kernel.give_back(id);
  const std::uint32_t other = kernel.allocate(library);
  kernel.bind(library, 0x10010, other, true);
  show(1000);
  const ImVec2 thread = mark("thread " + std::to_string(slot)).centre();
  hover(thread);
  EXPECT_TRUE(tooltip_shown());
  click_at(thread);
  EXPECT_TRUE(shell.ui.selection.is(Kind::StlbSlot, slot));
  hover({thread.x, mark("kernel").min.y - 3});
  hover({mark("kernel").min.x + 3, thread.y});
  EXPECT_FALSE(tooltip_shown()) << "there is nothing";
}

TEST_F(Machine, TransfersAndCodeInTheKernelAreDrawn) {
  kernel.set_entry(arbiter, 0x400100, 0x400200);
  kernel.admit(arbiter, library);
  kernel.call(arbiter);
  show();
  const std::string name = "transfer " + std::to_string(arbiter);
  ASSERT_EQ(shell.ui.marks.count(name), 1u);
  click(name);
  ASSERT_EQ(shell.ui.selection.kind, Kind::Event);
  EXPECT_LE(shell.ui.selection.number, cursor);
}

TEST_F(Machine, SlicesAreAskedForThroughTheAisle) {
  const std::uint32_t id = kernel.revoke(library, abi::asked_slice(2), 60, 50);
  kernel.ask(id);
  show(10);
  const views::Box at = token(id);
  EXPECT_GT(at.centre().y, card().max.y);
  EXPECT_LT(at.centre().y, mark("kernel").min.y);
}

TEST_F(Machine, BeforeTheFirstEventItSaysWhatWillBeThere) {
  cursor = 0;
  draw();
  EXPECT_GT(mark("kernel").width(), 100);
  hover(mark("frames").centre());
}

class MachineCrowd : public UiTest, public ::testing::WithParamInterface<std::array<float, 3>> {};

TEST_P(MachineCrowd, FitsWithoutOverlaps) {
  const auto [width, height, scale] = GetParam();
  resize(width, height, scale);
  const Crowd crowd;
  feed(crowd.kernel, history);
  cursor = history.size();
  draw();
  draw();
  const views::Box tab = mark("tab machine"), line = mark("kernel"), slices = mark("slice 0");
  std::vector<views::Box> cards, pills;
  std::size_t tokens = 0;
  for (const auto& [name, box] : shell.ui.marks) {
    if (name.starts_with("env ")) cards.push_back(box);
    if (name.starts_with("pill ")) pills.push_back(box);
    if (!name.starts_with("token ")) continue;
    ++tokens;
    EXPECT_GE(box.max.x, line.min.x) << name;
    EXPECT_LE(box.min.x, line.max.x) << name;
    EXPECT_GT(box.min.y, tab.max.y) << name;
    EXPECT_LT(box.max.y, slices.max.y) << name;
  }
  EXPECT_EQ(cards.size(), abi::kMaxEnvironments - 1);
  EXPECT_GE(tokens, 15u);
  auto apart = [](const std::vector<views::Box>& boxes) {
    for (std::size_t i = 0; i < boxes.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (boxes[i].min.x < boxes[j].max.x && boxes[j].min.x < boxes[i].max.x && boxes[i].min.y < boxes[j].max.y &&
            boxes[j].min.y < boxes[i].max.y)
          return false;
    return true;
  };
  EXPECT_TRUE(apart(cards)) << "cards stand apart";
  EXPECT_TRUE(apart(pills)) << "pills stand apart";
  EXPECT_TRUE(apart({line, mark("frame map"), mark("clock"), mark("wire"), mark("stlb"), slices, mark("tlb 0")}));
}

/// In a small place some parts are left out; those that are there do not cover each other.
TEST(MachineSmall, WhatIsThereStandsApart) {
  class Any : public UiTest {
   public:
    using UiTest::cursor;
    using UiTest::draw;
    using UiTest::history;
    using UiTest::mark;
    using UiTest::resize;
    using UiTest::shell;
    void TestBody() override {}
  };
  for (const bool crowd : {false, true})
    for (const float height : {690.0f, 768.0f, 900.0f}) {
      Any any;
      any.resize(1024, height, 1);
      crowd ? feed(Crowd().kernel, any.history) : feed(Lesson().kernel, any.history);
      any.cursor = any.history.size();
      ASSERT_TRUE(views::choose_layout(any.shell.ui, "Everything"));
      for (int i = 0; i < 3; ++i) any.draw();
      const float bottom = any.mark("slice 0").max.y;
      std::vector<std::pair<std::string, views::Box>> parts;
      for (const auto& [name, box] : any.shell.ui.marks)
        if (name == "kernel" || name == "frame map" || name == "clock" || name == "wire" || name == "stlb" ||
            name == "tlb 0" || name == "slice 0" || name.starts_with("env "))
          parts.emplace_back(name, box);
      EXPECT_GT(any.mark("frame map").height(), 12);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_LE(parts[i].second.max.y, bottom + 1) << parts[i].first;
        for (std::size_t j = 0; j < i; ++j) {
          const views::Box &a = parts[i].second, &b = parts[j].second;
          EXPECT_FALSE(a.min.x < b.max.x && b.min.x < a.max.x && a.min.y < b.max.y && b.min.y < a.max.y)
              << parts[i].first << " and " << parts[j].first << " at " << height << (crowd ? ", crowded" : "");
        }
      }
    }
}

INSTANTIATE_TEST_SUITE_P(Sizes, MachineCrowd,
                         ::testing::Values(std::array<float, 3>{1024, 768, 1}, std::array<float, 3>{1600, 1000, 1},
                                           std::array<float, 3>{3200, 2000, 2}, std::array<float, 3>{3840, 2160, 1},
                                           std::array<float, 3>{3840, 2160, 2}));

}  // namespace
}  // namespace exo::test
