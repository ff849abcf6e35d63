// Something to draw on: an SDL window with OpenGL and Dear ImGui's backends, on a screen or without one. Owns all of
// it. Coordinates are pixels of the surface everywhere, also on displays where the window system counts in larger
// units.
#pragma once
#include <SDL.h>

#include <string>
#include <vector>

#include "explorer/window/fonts.hpp"

namespace exo::window {

class Surface {
 public:
  enum class Where { Screen, Nowhere };
  /// Throws InputError when there is no display (Screen) or MachineError when nothing can be drawn at all (Nowhere).
  Surface(Where where, int width, int height, const std::string& title);
  ~Surface();
  Surface(const Surface&) = delete;
  Surface& operator=(const Surface&) = delete;

  /// Scale that the display asks for: 1 on an ordinary one.
  [[nodiscard]] float display_scale() const;
  /// The scale wanted, or the largest below it at which `least` still fits on the surface.
  [[nodiscard]] float fitting_scale(float wanted, ImVec2 least = {960, 690}) const;
  /// Makes the letters for a scale, if they are not those in use.
  const views::Fonts& fonts_at(float scale);

  void begin();            ///< a new Dear ImGui frame
  void end(ImU32 ground);  ///< draws it
  /// A frame of any size, for a picture: drawn piece by piece, each as large as the surface, and never shown.
  void begin(int width, int height);
  [[nodiscard]] std::vector<unsigned char> end_in_tiles(ImU32 ground);             ///< RGB, top row first
  void present();                                                                  ///< shows it
  [[nodiscard]] std::vector<unsigned char> pixels(int& width, int& height) const;  ///< RGB, top row first
  [[nodiscard]] SDL_Window* window() const { return window_; }

 private:
  void close();
  [[nodiscard]] float ratio() const;  ///< pixels per unit of the window system

  SDL_Window* window_ = nullptr;
  SDL_GLContext context_ = nullptr;
  bool imgui_ = false, backend_ = false;
  FontFiles files_;
  views::Fonts fonts_;
  float font_scale_ = 0;
};

}  // namespace exo::window
