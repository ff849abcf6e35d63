#include "explorer/window/input.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace exo::window {
namespace {

using views::Chord;
using views::Key;

constexpr std::array<std::pair<SDL_Keycode, Key::Named>, 16> kNamed{{{SDLK_RETURN, Key::Enter},
                                                                     {SDLK_KP_ENTER, Key::Enter},
                                                                     {SDLK_ESCAPE, Key::Escape},
                                                                     {SDLK_TAB, Key::Tab},
                                                                     {SDLK_SPACE, Key::Space},
                                                                     {SDLK_LEFT, Key::Left},
                                                                     {SDLK_RIGHT, Key::Right},
                                                                     {SDLK_UP, Key::Up},
                                                                     {SDLK_DOWN, Key::Down},
                                                                     {SDLK_HOME, Key::Home},
                                                                     {SDLK_END, Key::End},
                                                                     {SDLK_PAGEUP, Key::PageUp},
                                                                     {SDLK_PAGEDOWN, Key::PageDown},
                                                                     {SDLK_INSERT, Key::Insert},
                                                                     {SDLK_DELETE, Key::Delete},
                                                                     {SDLK_BACKSPACE, Key::Backspace}}};

bool is_letter(SDL_Keycode sym) { return sym >= 'a' && sym <= 'z'; }

/// The key alone; 0 when it is none of ours.
char32_t key_of(SDL_Keycode sym) {
  for (const auto& [code, named] : kNamed)
    if (sym == code) return named;
  if (sym >= SDLK_F1 && sym <= SDLK_F12) return char32_t(Key::F1) + char32_t(sym - SDLK_F1);
  return sym > 0x20 && sym < 0x7f ? char32_t(sym) : 0;
}

}  // namespace

std::optional<Chord> Keyboard::take(const SDL_Event& event) {
  if (event.type == SDL_TEXTINPUT) {
    if (std::exchange(chord_, false)) return std::nullopt;
    const char sign = event.text.text[0];
    const bool alone = sign != 0 && event.text.text[1] == 0;
    // Letters and the space bar came as keys.
    if (!alone || sign <= ' ' || sign >= 0x7f || is_letter(sign | 0x20)) return std::nullopt;
    return Chord(sign);
  }
  if (event.type != SDL_KEYDOWN) return std::nullopt;
  const SDL_Keysym& pressed = event.key.keysym;
  chord_ = false;
  const char32_t key = key_of(pressed.sym);
  if (key == 0 || (pressed.mod & KMOD_GUI) != 0) return std::nullopt;
  const bool control = (pressed.mod & KMOD_CTRL) != 0, other = (pressed.mod & KMOD_ALT) != 0;
  const bool sign = key > 0x20 && key < 0x7f && !is_letter(pressed.sym);
  if (sign && !control && !other) return std::nullopt;
  // The right Alt key is the one that some keyboards write signs with.
  chord_ = control || (pressed.mod & KMOD_LALT) != 0;
  return Chord(key, (pressed.mod & KMOD_SHIFT) != 0, control, other);
}

bool Releases::holds_back(const SDL_Event& event) {
  if (event.type == SDL_KEYDOWN) down_.push_back(event.key.keysym.scancode);
  if (event.type != SDL_KEYUP || std::ranges::find(down_, event.key.keysym.scancode) == down_.end()) return false;
  waiting_.push_back(event);
  return true;
}

std::vector<SDL_Event> Releases::take() {
  down_.clear();
  return std::exchange(waiting_, {});
}

void Typeahead::begin(const SDL_Event& event) {
  frames_ = kMostFrames;
  own_text_ = event.type == SDL_KEYDOWN && (event.key.keysym.mod & (KMOD_CTRL | KMOD_LALT)) == 0;
}

bool Typeahead::holds_back(const SDL_Event& event) {
  const bool key = event.type == SDL_KEYDOWN || event.type == SDL_KEYUP;
  if (frames_ == 0 || (!key && event.type != SDL_TEXTINPUT)) return false;
  if (std::exchange(own_text_, false) && event.type == SDL_TEXTINPUT) return false;
  waiting_.push_back(event);
  return true;
}

std::vector<SDL_Event> Typeahead::take(bool field_types) {
  if (frames_ == 0) return {};
  frames_ = field_types ? 0 : frames_ - 1;
  return frames_ == 0 ? std::exchange(waiting_, {}) : std::vector<SDL_Event>();
}

}  // namespace exo::window
