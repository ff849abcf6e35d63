#include "explorer/window/settings.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace exo::window {

namespace fs = std::filesystem;

std::string settings_path() {
  // The base directory specification: a relative path is to be ignored.
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && config[0] == '/')
    return std::string(config) + "/exoscope/settings.toml";
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/')
    return std::string(home) + "/.config/exoscope/settings.toml";
  return {};
}

std::string load_settings(const std::string& path, views::UiState& ui, views::Preferences& preferences) {
  std::error_code error;
  if (path.empty() || !fs::exists(path, error)) return {};
  if (!fs::is_regular_file(path, error)) return fmt::format("{}: this is no file; the settings are left out", path);
  std::ifstream file(path, std::ios::binary);
  // A little more than can be right is enough to see that it is not.
  std::string text(std::size_t(80) * 1024, '\0');
  file.read(text.data(), std::streamsize(text.size()));
  if (!file && !file.eof()) return fmt::format("{}: the settings can't be read; they are left out", path);
  text.resize(std::size_t(file.gcount()));
  const std::string wrong = views::read_preferences(text, ui, preferences);
  if (wrong.empty()) return {};
  const std::string aside = path + ".damaged";
  fs::rename(path, aside, error);
  return fmt::format("{}: {}; {}", path, wrong,
                     error ? "the settings are left out" : "it was set aside as settings.toml.damaged");
}

std::string save_settings(const std::string& path, const views::UiState& ui, const views::Preferences& preferences) {
  if (path.empty()) return {};
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  const std::string next = fmt::format("{}.{}", path, ::getpid());
  const std::string text = views::preferences_text(ui, preferences);
  std::FILE* file = std::fopen(next.c_str(), "wb");
  bool good = file != nullptr;
  if (good) {
    good = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    good = std::fflush(file) == 0 && good;
    good = ::fsync(::fileno(file)) == 0 && good;
    good = std::fclose(file) == 0 && good;
  }
  if (good) fs::rename(next, path, error);
  if (good && !error) return {};
  std::error_code ignored;
  fs::remove(next, ignored);
  return fmt::format("{}: the settings could not be written; everything else is as it was", path);
}

}  // namespace exo::window
