// Pictures as files: of a whole surface, and of one view of an open window, larger than the window shows it.
#pragma once
#include <string>
#include <vector>

#include "explorer/model/command.hpp"
#include "explorer/views/shell.hpp"
#include "explorer/window/surface.hpp"

namespace exo::window {

/// RGB, top row first, as PNG. Throws InputError.
void write_picture(const std::string& path, int width, int height, const std::vector<unsigned char>& pixels);

/// The view in the middle alone, at a multiple of its size on the screen. Between two frames of the window; nothing of
/// it is shown. Throws InputError when the file can't be written.
void save_picture(Surface& surface, views::Shell& shell, const views::Frame& frame, const model::SavePicture& wanted);

}  // namespace exo::window
