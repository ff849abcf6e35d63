// A profile in the real window, of a stretch that is selected by keys: the same numbers as on the command line.
#include <gtest/gtest.h>

#include "explorer/session/profile.hpp"
#include "tests/ui/window_drive.hpp"

namespace exo::test {
namespace {

using ProfileWindow = WindowTest;

TEST_F(ProfileWindow, ASelectedStretchIsCounted) {
  std::shared_ptr<const debugger::Profile> shown;
  model::EventNumber events = 0;
  const int code = drive("abort-deadline", [&] {
    if (!wait("the machine boots", [](const Seen& s) { return s.events >= 1 && s.frames > 3; })) return;
    desktop_->move(900, 400);
    for (int i = 0; i < 3; ++i) {
      desktop_->press("n");
      if (!wait("a step of the story", [&](const Seen& s) { return s.step >= i; })) return;
    }
    desktop_->press("bracketright");
    desktop_->press("Home");
    if (!wait("the beginning", [](const Seen& s) { return s.cursor <= 1; })) return;
    for (int i = 0; i < 5; ++i) desktop_->press("Right");
    if (!wait("five events on", [](const Seen& s) { return s.cursor >= 5; })) return;
    desktop_->press("bracketleft");
    desktop_->press("ctrl+k");
    desktop_->type("instructions of the selected time");
    desktop_->press("Return");
    if (!wait("it is counted", [](const Seen& s) { return s.profile != nullptr; })) return;
    wait("the table", [](const Seen& s) { return s.marks.contains("profile line 0") && s.marks.contains("flame 0"); });
    shown = seen().profile;
    events = seen().events;
  });
  EXPECT_EQ(code, 0);
  ASSERT_TRUE(shown);
  EXPECT_GT(shown->from, 0u);
  EXPECT_GT(shown->to, shown->from);

  const auto again = open("abort-deadline");
  while (again->history().size() == 0) again->pump(std::chrono::milliseconds(20));
  again->apply(model::StepEvent{int(events) - 1});
  while (again->history().size() < events && again->failure() == nullptr) again->pump(std::chrono::milliseconds(20));
  const debugger::Profile counted = session::profile(static_cast<session::Rerun&>(again->debug()), again->history(),
                                                     shown->from, shown->to, [] { return false; });
  EXPECT_EQ(shown->instructions, counted.instructions);
  ASSERT_EQ(shown->rows.size(), counted.rows.size());
  for (std::size_t i = 0; i < counted.rows.size(); ++i)
    EXPECT_EQ(shown->rows[i].instructions, counted.rows[i].instructions) << i;
}

}  // namespace
}  // namespace exo::test
