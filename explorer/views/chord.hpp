// A key with its modifiers, independent of the window system: letters as they are without Shift ('n'), signs as they
// are typed ('?', whatever keys make it), other keys by name. The window translates; everything else compares.
#pragma once
#include <string>

namespace exo::views {

/// Keys that write nothing. The numbers are of no character.
struct Key {
  enum Named : char32_t {
    None = 0,
    Enter = '\r',
    Escape = 0x1b,
    Tab = '\t',
    Space = ' ',
    Left = 0xf0000,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    Insert,
    Delete,
    Backspace,
    F1,
    F2,
    F3,
    F4,
    F5,
    F6,
    F7,
    F8,
    F9,
    F10,
    F11,
    F12,
  };
};

struct Chord {
  char32_t key = 0;
  bool shift = false, ctrl = false, alt = false;
  constexpr Chord() = default;
  constexpr Chord(Key::Named named) : key(named) {}
  constexpr Chord(char letter) : key(char32_t(letter)) {}
  constexpr Chord(char32_t which, bool with_shift, bool with_ctrl, bool with_alt)
      : key(which), shift(with_shift), ctrl(with_ctrl), alt(with_alt) {}
  friend bool operator==(const Chord&, const Chord&) = default;
};
[[nodiscard]] constexpr Chord shift(Chord chord) { return {chord.key, true, chord.ctrl, chord.alt}; }
[[nodiscard]] constexpr Chord ctrl(Chord chord) { return {chord.key, chord.shift, true, chord.alt}; }
[[nodiscard]] constexpr Chord alt(Chord chord) { return {chord.key, chord.shift, chord.ctrl, true}; }

/// As it is written on keyboards: "Ctrl Shift P", "Page Down", "?".
[[nodiscard]] std::string words_of(Chord chord);
/// Whether the chord means its action even while a text field has the keyboard (and does not edit the text).
[[nodiscard]] bool works_while_typing(Chord chord);

}  // namespace exo::views
