// What SDL says about keys, as the chords that the table of actions knows.
#pragma once
#include <SDL.h>

#include <optional>
#include <vector>

#include "explorer/views/chord.hpp"

namespace exo::window {

class Keyboard {
 public:
  /// The chord of an event; nothing when it is no key, or one that only becomes a chord with the text that it writes.
  /// Signs are taken from the text, so that '?' and ':' are found wherever a keyboard has them.
  [[nodiscard]] std::optional<views::Chord> take(const SDL_Event& event);

 private:
  bool chord_ = false;  ///< the last key was one with Alt or Ctrl: X gives its sign as text, too, which means nothing
};

/// A key that goes down and up between two frames would be missed by a text field, which looks once in a frame at what
/// is down: its going up waits for the next one.
class Releases {
 public:
  /// Whether this is a release that has to wait; it is kept then.
  [[nodiscard]] bool holds_back(const SDL_Event& event);
  /// At the beginning of a frame: those that waited.
  [[nodiscard]] std::vector<SDL_Event> take();

 private:
  std::vector<SDL_Scancode> down_;  ///< since the last frame
  std::vector<SDL_Event> waiting_;
};

/// Keys that come behind one that opens a text field are for that field, which has the keyboard only some frames later:
/// they wait for it.
class Typeahead {
 public:
  /// `event` was a key that opens a field.
  void begin(const SDL_Event& event);
  /// Whether an event has to wait; it is kept then.
  [[nodiscard]] bool holds_back(const SDL_Event& event);
  /// At the beginning of a frame: those that waited, as soon as a field has the keyboard, or when none gets it.
  [[nodiscard]] std::vector<SDL_Event> take(bool field_types);

 private:
  static constexpr int kMostFrames = 8;
  int frames_ = 0;         ///< left to wait; 0: nothing waits
  bool own_text_ = false;  ///< the text of the key that opened it is still to come, and is not for the field
  std::vector<SDL_Event> waiting_;
};

}  // namespace exo::window
