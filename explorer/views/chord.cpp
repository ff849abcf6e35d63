#include "explorer/views/chord.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace exo::views {
namespace {

constexpr std::array<std::pair<Key::Named, const char*>, 15> kNames{{{Key::Enter, "Enter"},
                                                                     {Key::Escape, "Esc"},
                                                                     {Key::Tab, "Tab"},
                                                                     {Key::Space, "Space"},
                                                                     {Key::Left, "Left"},
                                                                     {Key::Right, "Right"},
                                                                     {Key::Up, "Up"},
                                                                     {Key::Down, "Down"},
                                                                     {Key::Home, "Home"},
                                                                     {Key::End, "End"},
                                                                     {Key::PageUp, "Page Up"},
                                                                     {Key::PageDown, "Page Down"},
                                                                     {Key::Insert, "Insert"},
                                                                     {Key::Delete, "Delete"},
                                                                     {Key::Backspace, "Backspace"}}};

std::string name_of(char32_t key) {
  for (const auto& [named, name] : kNames)
    if (key == named) return name;
  if (key >= Key::F1 && key <= Key::F12) return "F" + std::to_string(key - Key::F1 + 1);
  if (key == '-') return "\u2212";
  if (key >= 'a' && key <= 'z') return {char(key - 'a' + 'A')};
  if (key > 0x20 && key < 0x7f) return {char(key)};
  return {};
}

bool is_function_key(char32_t key) { return key >= Key::F1 && key <= Key::F12; }

}  // namespace

std::string words_of(Chord chord) {
  std::string out;
  if (chord.ctrl) out += "Ctrl ";
  if (chord.alt) out += "Alt ";
  if (chord.shift) out += "Shift ";
  return out + name_of(chord.key);
}

bool works_while_typing(Chord chord) {
  if (is_function_key(chord.key) || chord.key == Key::PageUp || chord.key == Key::PageDown) return true;
  // The ones that every text field knows.
  constexpr std::string_view kEditing = "acvxyz";
  return chord.ctrl && chord.key > 0x20 && chord.key < 0x7f && kEditing.find(char(chord.key)) == std::string_view::npos;
}

}  // namespace exo::views
