// A picture of the window without a screen.
#include <fmt/format.h>
#include <stb_image_write.h>

#include <algorithm>

#include "explorer/common/error.hpp"
#include "explorer/window/frame.hpp"
#include "explorer/window/surface.hpp"
#include "explorer/window/window.hpp"

namespace exo::window {

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
  const float scale = surface.fitting_scale(options.scale);
  shell.ui.light = options.light;
  shell.ui.scale = scale;
  const views::Fonts& fonts = surface.fonts_at(scale);
  ImGui::GetIO().MousePos = {-1e6f, -1e6f};
  // Dear ImGui settles sizes over frames, and the index over the trace is built in portions.
  for (int i = 0; i < 4 || (shell.busy() && i < 2000); ++i) {
    SessionView view(session, false);
    view.frame.sources = &sources;
    surface.begin();
    (void)shell.draw(view.frame, fonts, scale);
    if (panel >= 0) shell.ui.panel = panel;  // after the story step has had its wish
    surface.end(views::theme(options.light).ground);
  }
  int width = 0, height = 0;
  const std::vector<unsigned char> image = surface.pixels(width, height);
  if (stbi_write_png(options.out.c_str(), width, height, 3, image.data(), width * 3) == 0)
    throw InputError(fmt::format(
        "{}: the picture can't be written; give a file in a folder that exists and can be written to", options.out));
}

}  // namespace exo::window
