// Keys that come faster than frames: none is lost, and none goes to somebody else.
#include "explorer/window/input.hpp"

#include <gtest/gtest.h>

#include "tests/ui/window_drive.hpp"

namespace exo::test {
namespace {

using window::Typeahead;

SDL_Event key(Uint32 type, SDL_Keycode sym, Uint16 mod = 0) {
  SDL_Event event{};
  event.type = type;
  event.key.keysym.sym = sym;
  event.key.keysym.mod = mod;
  return event;
}
SDL_Event text(char letter) {
  SDL_Event event{};
  event.type = SDL_TEXTINPUT;
  event.text.text[0] = letter;
  return event;
}

TEST(TypeaheadTest, KeysWaitForTheFieldInTheirOrder) {
  Typeahead ahead;
  EXPECT_FALSE(ahead.holds_back(text('a'))) << "nobody opened a field";
  ahead.begin(key(SDL_KEYDOWN, SDLK_k, KMOD_LCTRL));
  EXPECT_TRUE(ahead.holds_back(key(SDL_KEYUP, SDLK_k)));
  EXPECT_TRUE(ahead.holds_back(text('a')));
  SDL_Event motion{};
  motion.type = SDL_MOUSEMOTION;
  EXPECT_FALSE(ahead.holds_back(motion));
  EXPECT_TRUE(ahead.take(false).empty());
  EXPECT_TRUE(ahead.holds_back(text('b')));
  const auto all = ahead.take(true);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].type, SDL_KEYUP);
  EXPECT_EQ(all[1].text.text[0], 'a');
  EXPECT_EQ(all[2].text.text[0], 'b');
  EXPECT_FALSE(ahead.holds_back(text('c')));
}

TEST(TypeaheadTest, TheTextOfTheKeyItselfIsNotForTheField) {
  Typeahead ahead;
  ahead.begin(key(SDL_KEYDOWN, SDLK_m));
  EXPECT_FALSE(ahead.holds_back(text('m')));
  EXPECT_TRUE(ahead.holds_back(text('m')));
  EXPECT_EQ(ahead.take(true).size(), 1u);
}

TEST(TypeaheadTest, WithoutAFieldTheyDoNotWaitForEver) {
  Typeahead ahead;
  ahead.begin(key(SDL_KEYDOWN, SDLK_k, KMOD_LCTRL));
  EXPECT_TRUE(ahead.holds_back(text('a')));
  std::size_t came = 0;
  for (int frame = 0; frame < 10; ++frame) came += ahead.take(false).size();
  EXPECT_EQ(came, 1u);
}

using InputWindow = WindowTest;

// All keys in one go: the window gets them within a frame or two.
TEST_F(InputWindow, WhatIsTypedBehindAKeyGoesWhereTheKeyLeads) {
  std::string query;
  const int code = drive("abort-deadline", [&] {
    if (!wait("the machine boots", [](const Seen& s) { return s.events >= 1 && s.frames > 3; })) return;
    desktop_->move(900, 400);
    desktop_->press_all({"ctrl+f", "r", "n", "space", "x"});
    wait("all of it is in the field", [](const Seen& s) { return s.searched == "rn x"; });
    query = seen().searched;
    EXPECT_LE(seen().cursor, 1u) << "no key was one of the story's";
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(query, "rn x");
}

}  // namespace
}  // namespace exo::test
