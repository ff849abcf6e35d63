// What SDL says about keys, as the chords that the table of actions knows.
#pragma once
#include <SDL.h>

#include <optional>

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

}  // namespace exo::window
