#include "explorer/window/surface.hpp"

#include <GL/gl.h>
#include <backends/imgui_impl_opengl3.h>
#include <backends/imgui_impl_sdl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "explorer/common/error.hpp"

namespace exo::window {

Surface::Surface(Where where, int width, int height, const std::string& title) {
  // Our own handlers end the program; SDL's would turn signals into events that a busy loop sees late.
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
  SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
  SDL_SetHint("SDL_MOUSE_FOCUS_CLICKTHROUGH", "1");
  const bool screen = where == Where::Screen;
  if (!screen) SDL_SetHint(SDL_HINT_VIDEODRIVER, "offscreen");
  auto fail = [&](const std::string& what) {
    const std::string why = SDL_GetError();
    close();
    if (screen) throw InputError(fmt::format("no display: {} ({}); `exoscope run SCENARIO` needs none", what, why));
    throw MachineError(
        fmt::format("can't draw without a screen: {} ({}); install libgl1-mesa-dri and libegl1", what, why));
  };
  if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) fail("the window system can't be reached");
  // SDL falls back on drivers that show nothing; a window that nobody can see or close must not be opened unasked.
  const char* driver = SDL_GetCurrentVideoDriver();
  const std::string_view shown = driver == nullptr ? "" : driver;
  if (screen && std::getenv("SDL_VIDEODRIVER") == nullptr &&
      (shown == "offscreen" || shown == "dummy" || shown == "evdev")) {
    SDL_SetError("neither X11 nor Wayland answers");
    fail("no screen is connected");
  }
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 0);
  SDL_GL_SetAttribute(SDL_GL_DOUBLEBUFFER, 1);
  SDL_GL_SetAttribute(SDL_GL_DEPTH_SIZE, 0);
  SDL_Rect usable{0, 0, width, height};
  if (width <= 0 || height <= 0) {
    if (SDL_GetDisplayUsableBounds(0, &usable) != 0) usable = {0, 0, 1600, 1000};
    width = std::clamp(usable.w * 9 / 10, std::min(1024, usable.w), 2560);
    height = std::clamp(usable.h * 9 / 10, std::min(768, usable.h), 1600);
  }
  const Uint32 flags =
      SDL_WINDOW_OPENGL | (screen ? SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI : SDL_WINDOW_HIDDEN);
  window_ = SDL_CreateWindow(title.c_str(), SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, width, height, flags);
  if (window_ == nullptr) fail("no window can be opened");
  if (screen) SDL_SetWindowMinimumSize(window_, 960, 640);
  context_ = SDL_GL_CreateContext(window_);
  if (context_ == nullptr) fail("OpenGL 3 is missing");
  SDL_GL_MakeCurrent(window_, context_);
  SDL_GL_SetSwapInterval(screen ? 1 : 0);
  ImGui::CreateContext();
  imgui_ = true;
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  if (!ImGui_ImplSDL2_InitForOpenGL(window_, context_)) fail("Dear ImGui's SDL backend does not start");
  if (!ImGui_ImplOpenGL3_Init("#version 130")) {
    ImGui_ImplSDL2_Shutdown();
    fail("Dear ImGui's OpenGL backend does not start");
  }
  backend_ = true;
  files_ = find_fonts();
}

Surface::~Surface() { close(); }

void Surface::close() {
  if (backend_) {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplSDL2_Shutdown();
  }
  if (imgui_) ImGui::DestroyContext();
  if (context_ != nullptr) SDL_GL_DeleteContext(context_);
  if (window_ != nullptr) SDL_DestroyWindow(window_);
  backend_ = imgui_ = false;
  context_ = nullptr;
  window_ = nullptr;
  if (SDL_WasInit(SDL_INIT_VIDEO) != 0) SDL_QuitSubSystem(SDL_INIT_VIDEO);
}

float Surface::ratio() const {
  int units = 0, pixels = 0;
  SDL_GetWindowSize(window_, &units, nullptr);
  SDL_GL_GetDrawableSize(window_, &pixels, nullptr);
  return units > 0 && pixels > 0 ? float(pixels) / float(units) : 1.0f;
}

float Surface::display_scale() const {
  const float scaled = ratio();
  if (scaled > 1.01f) return std::clamp(scaled, 1.0f, 4.0f);
  float diagonal = 0;
  const int display = SDL_GetWindowDisplayIndex(window_);
  // Displays that do not know their size say something near 96, or nonsense.
  if (display < 0 || SDL_GetDisplayDPI(display, &diagonal, nullptr, nullptr) != 0 || diagonal < 130 || diagonal > 600)
    return 1;
  return std::clamp(std::round(diagonal / 96 * 4) / 4, 1.0f, 4.0f);
}

float Surface::fitting_scale(float wanted, ImVec2 least) const {
  int width = 0, height = 0;
  SDL_GL_GetDrawableSize(window_, &width, &height);
  const float most = std::min(float(width) / least.x, float(height) / least.y);
  if (wanted <= most) return std::clamp(wanted, 0.75f, 4.0f);
  return std::clamp(std::floor(most * 20) / 20, 0.75f,
                    4.0f);  // in steps, so that resizing does not make letters all the time
}

const views::Fonts& Surface::fonts_at(float scale) {
  scale = std::clamp(scale, 0.75f, 4.0f);
  if (scale != font_scale_) {
    fonts_ = load_fonts(files_, scale);
    if (font_scale_ != 0) {
      ImGui_ImplOpenGL3_DestroyFontsTexture();
      ImGui_ImplOpenGL3_CreateFontsTexture();
    }
    font_scale_ = scale;
  }
  return fonts_;
}

void Surface::begin() {
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplSDL2_NewFrame();
  ImGuiIO& io = ImGui::GetIO();
  int width = 0, height = 0;
  SDL_GL_GetDrawableSize(window_, &width, &height);
  const float scaled = ratio();
  io.DisplaySize = {float(width), float(height)};
  io.DisplayFramebufferScale = {1, 1};
  if (scaled != 1 && io.MousePos.x > -1e30f) io.MousePos = {io.MousePos.x * scaled, io.MousePos.y * scaled};
  ImGui::NewFrame();
}

void Surface::end(ImU32 ground) {
  ImGui::Render();
  const ImGuiIO& io = ImGui::GetIO();
  const ImVec4 colour = ImGui::ColorConvertU32ToFloat4(ground);
  glViewport(0, 0, int(io.DisplaySize.x), int(io.DisplaySize.y));
  glClearColor(colour.x, colour.y, colour.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

void Surface::begin(int width, int height) {
  ImGui_ImplOpenGL3_NewFrame();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {float(width), float(height)};
  io.DisplayFramebufferScale = {1, 1};
  io.DeltaTime = 1.0f / 60;
  io.MousePos = {-1e30f, -1e30f};
  io.MouseWheel = 0;
  ImGui::NewFrame();
}

std::vector<unsigned char> Surface::end_in_tiles(ImU32 ground) {
  ImGui::Render();
  ImDrawData* data = ImGui::GetDrawData();
  const int width = int(data->DisplaySize.x), height = int(data->DisplaySize.y);
  int tile_width = 0, tile_height = 0;
  SDL_GL_GetDrawableSize(window_, &tile_width, &tile_height);
  const auto row = std::size_t(width) * 3;
  std::vector<unsigned char> out(row * std::size_t(height));
  const ImVec4 colour = ImGui::ColorConvertU32ToFloat4(ground);
  for (int y = 0; y < height; y += tile_height)
    for (int x = 0; x < width; x += tile_width) {
      data->DisplayPos = {float(x), float(y)};
      data->DisplaySize = {float(tile_width), float(tile_height)};
      glClearColor(colour.x, colour.y, colour.z, 1);
      glClear(GL_COLOR_BUFFER_BIT);
      ImGui_ImplOpenGL3_RenderDrawData(data);
      int w = 0, h = 0;
      const std::vector<unsigned char> tile = pixels(w, h);
      const auto wide = std::size_t(std::min(w, width - x)) * 3;
      for (int line = 0; line < std::min(h, height - y); ++line)
        std::memcpy(&out[std::size_t(y + line) * row + std::size_t(x) * 3], &tile[std::size_t(line * w) * 3], wide);
    }
  return out;
}

void Surface::present() { SDL_GL_SwapWindow(window_); }

std::vector<unsigned char> Surface::pixels(int& width, int& height) const {
  SDL_GL_GetDrawableSize(window_, &width, &height);
  const auto row = std::size_t(width) * 3;
  std::vector<unsigned char> upside(row * std::size_t(height)), out(upside.size());
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, upside.data());
  for (std::size_t y = 0; y < std::size_t(height); ++y)
    std::memcpy(&out[y * row], &upside[(std::size_t(height) - 1 - y) * row], row);
  return out;
}

}  // namespace exo::window
