// The desktop window over a session, and pictures of it without a screen. Both draw the same shell; the window adds
// input, the loop and the scale, a picture adds a file.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "explorer/session/session.hpp"
#include "explorer/views/shell.hpp"

namespace exo::window {

struct WindowOptions {
  float scale = 0;                          ///< of everything drawn; 0: as the display asks for
  std::optional<views::Palette> palette{};  ///< empty: as in the settings
  int width = 0, height = 0;                ///< first size; 0: most of the display
  std::string sources{};                    ///< folder of downloaded code's objects; empty: none
  bool settings = true;                     ///< read and write the user's settings
  bool choose_lesson = false;               ///< start with the choice of lessons
  std::function<std::vector<views::LessonCard>()> lessons{};
  /// A session of another lesson; throws exo::Error.
  std::function<std::unique_ptr<session::Session>(const std::string&)> open{};
  /// Sees every frame that was drawn, with the surface's size in pixels; false: the window is to close. For tests.
  std::function<bool(const views::Shell&, const session::Session&, int, int)> observe{};
};

/// Opens the window and stays until it is closed or SIGINT or SIGTERM comes; the session is closed in order either way.
/// Returns the exit code. Throws InputError when there is no display.
int run_window(std::unique_ptr<session::Session> session, const WindowOptions& options);

struct ShotOptions {
  std::string out{};  ///< file name; PNG
  int width = 1600, height = 1000;
  model::EventNumber at = 0;
  bool at_given = false;  ///< otherwise the session's cursor
  std::string view{};     ///< machine, bindings, revocations, events; empty: what the story step wants looked at
  bool only = false;      ///< the view alone, without the rest of the window
  bool light = false;
  float scale = 1;
  std::string sources{};  ///< as above
  std::string theme{};    ///< dark, light, contrast, contrast-light, safe, safe-light; empty: as `light` says
  std::string layout{};   ///< a layout's name; empty: Step
  bool projector = false, lessons_open = false;
  std::vector<views::LessonCard> lessons{};
  std::function<void(views::Shell&)> prepare{};  ///< called when the window was drawn once: opens what is laid over it
};

/// Draws the session at a moment into a PNG file, without a screen. Throws InputError for an unknown view or a file
/// that can't be written, MachineError when this computer can't draw at all.
void shoot(session::Session& session, const ShotOptions& options);

}  // namespace exo::window
