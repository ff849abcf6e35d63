// A picture of the window without a screen.
#include <fmt/format.h>
#include <stb_image_write.h>

#include <algorithm>

#include "explorer/common/error.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/window/frame.hpp"
#include "explorer/window/picture.hpp"
#include "explorer/window/surface.hpp"
#include "explorer/window/window.hpp"

namespace exo::window {

void write_picture(const std::string& path, int width, int height, const std::vector<unsigned char>& pixels) {
  if (stbi_write_png(path.c_str(), width, height, 3, pixels.data(), width * 3) == 0)
    throw InputError(fmt::format(
        "{}: the picture can't be written; give a file in a folder that exists and can be written to", path));
}

void save_picture(Surface& surface, views::Shell& shell, const views::Frame& frame, const model::SavePicture& wanted) {
  constexpr float kMostPixels = 8192;
  const auto place = shell.ui.marks.find("middle");
  const views::Box box = place == shell.ui.marks.end() ? views::Box{{0, 0}, {1000, 700}} : place->second;
  const float before = surface.fitting_scale(shell.ui.shell.scale, shell.least_size());
  const float larger =
      std::min({float(wanted.scale), kMostPixels / box.width(), kMostPixels / box.height(), 4.0f / before});
  const int width = int(box.width() * larger), height = int(box.height() * larger);
  const auto kept_range = shell.ui.range;
  const auto kept_top = shell.ui.events_top;
  shell.ui.data.only = true;
  const views::Fonts& fonts = surface.fonts_at(before * larger);
  std::vector<unsigned char> image;
  for (int i = 0; i < 3; ++i) {  // Dear ImGui settles sizes over frames
    surface.begin(width, height);
    (void)shell.draw(frame, fonts, before * larger);
    if (i < 2) ImGui::EndFrame();
  }
  image = surface.end_in_tiles(shell.colours().ground);
  shell.ui.data.only = false;
  shell.ui.range = kept_range;
  shell.ui.events_top = kept_top;
  (void)surface.fonts_at(before);
  write_picture(wanted.path, width, height, image);
}

void shoot(session::Session& session, const ShotOptions& options) {
  views::Shell shell;
  debugger::Sources sources(options.sources);
  const int panel = options.view.empty() ? -1 : views::panel_named(options.view);
  if (!options.view.empty() && panel < 0) {
    std::string names;
    for (const views::Panel& known : views::panels()) names += std::string(names.empty() ? "" : ", ") + known.name;
    throw InputError(fmt::format("--view {}: there is no such view; take one of {}", options.view, names));
  }
  if (options.at_given) session.apply(model::Seek{options.at});
  Surface surface(Surface::Where::Nowhere, options.width, options.height, "Exoscope");
  views::ShellUi& look = shell.ui.shell;
  look.palette = options.light ? views::Palette::Light : views::Palette::Dark;
  if (!options.theme.empty() && !views::palette_named(options.theme, look.palette))
    throw InputError(
        fmt::format("--theme {}: there is no such theme; take one of dark, light, contrast, "
                    "contrast-light, safe, safe-light",
                    options.theme));
  if (!options.layout.empty() && !views::choose_layout(shell.ui, options.layout))
    throw InputError(fmt::format("--layout {}: there is no such layout; take one of Lecture, Step, Debug, Everything",
                                 options.layout));
  shell.ui.shell.scale = options.scale;
  if (options.projector) views::toggle_projector(shell.ui);
  // A view alone fits at any scale; the whole window needs room for its panels.
  const float scale = options.only ? options.scale : surface.fitting_scale(shell.ui.shell.scale, shell.least_size());
  shell.ui.data.only = options.only;
  shell.ui.shell.scale = scale;
  look.lessons_open = options.lessons_open;
  const views::Fonts& fonts = surface.fonts_at(scale);
  ImGui::GetIO().MousePos = {-1e6f, -1e6f};
  // Dear ImGui settles sizes over frames, and the index over the trace is built in portions.
  for (int i = 0; i < 4 || (shell.busy() && i < 2000); ++i) {
    SessionView view(session, false);
    view.frame.sources = &sources;
    view.frame.lessons = options.lessons;
    surface.begin();
    (void)shell.draw(view.frame, fonts, scale);
    if (panel >= 0) shell.ui.shell.panel = panel;  // after the story step has had its wish
    surface.end(shell.colours().ground);
    if (i == 0 && options.prepare) options.prepare(shell);
  }
  int width = 0, height = 0;
  const std::vector<unsigned char> image = surface.pixels(width, height);
  write_picture(options.out, width, height, image);
}

}  // namespace exo::window
