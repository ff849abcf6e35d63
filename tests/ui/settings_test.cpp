// The settings' file: where it is looked for, damage set aside, a folder that can't be written, no home at all.
#include "explorer/window/settings.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace exo::test {
namespace {

namespace fs = std::filesystem;

class Settings : public ::testing::Test {
 protected:
  Settings() : folder(fs::temp_directory_path() / ("exoscope-settings-" + std::to_string(::getpid()))) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    path = (folder / "exoscope" / "settings.toml").string();
  }
  ~Settings() override { fs::remove_all(folder); }
  void write(const std::string& text) const {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  fs::path folder;
  std::string path;
  views::UiState ui;
  views::Preferences preferences;
};

TEST_F(Settings, WhatIsWrittenIsReadAgain) {
  ui.shell.palette = views::Palette::Contrast;
  preferences.lesson = "repossession";
  ASSERT_EQ(window::save_settings(path, ui, preferences), "");
  views::UiState other;
  views::Preferences read;
  EXPECT_EQ(window::load_settings(path, other, read), "");
  EXPECT_EQ(other.shell.palette, views::Palette::Contrast);
  EXPECT_EQ(read.lesson, "repossession");
  EXPECT_EQ(std::distance(fs::directory_iterator(fs::path(path).parent_path()), fs::directory_iterator()), 1)
      << "nothing else is left behind";
}

TEST_F(Settings, ADamagedFileIsSetAsideWithOneLine) {
  for (const std::string& text : {std::string("theme = \"mauve\"\n"), std::string("\0\xff\x01", 3),
                                  std::string(100'000, 'x'), std::string("theme = \"dark\"\nscale = 1e99\n")}) {
    write(text);
    const std::string line = window::load_settings(path, ui, preferences);
    EXPECT_NE(line.find("set aside"), std::string::npos) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_FALSE(fs::exists(path));
    EXPECT_TRUE(fs::exists(path + ".damaged"));
    EXPECT_EQ(ui.shell.palette, views::Palette::Dark);
    EXPECT_EQ(window::load_settings(path, ui, preferences), "") << "and the next start is quiet";
  }
}

TEST_F(Settings, NoFileNoHomeAndAFolderInItsPlaceAreNoTrouble) {
  EXPECT_EQ(window::load_settings(path, ui, preferences), "");
  EXPECT_EQ(window::load_settings("", ui, preferences), "");
  EXPECT_EQ(window::save_settings("", ui, preferences), "");
  fs::create_directories(path);
  EXPECT_NE(window::load_settings(path, ui, preferences), "");
  EXPECT_NE(window::save_settings(path, ui, preferences), "");
  EXPECT_NE(window::save_settings("/proc/exoscope/settings.toml", ui, preferences), "");
}

TEST_F(Settings, AFullDiskLeavesTheOldFile) {
  if (!fs::exists("/dev/full")) GTEST_SKIP();
  ASSERT_EQ(window::save_settings(path, ui, preferences), "");
  // The new file's name is known: let every byte written to it meet a full device.
  fs::create_symlink("/dev/full", path + "." + std::to_string(::getpid()));
  ui.shell.palette = views::Palette::Light;
  EXPECT_NE(window::save_settings(path, ui, preferences), "");
  views::UiState other;
  EXPECT_EQ(window::load_settings(path, other, preferences), "");
  EXPECT_EQ(other.shell.palette, views::Palette::Dark);
}

TEST_F(Settings, ThePlatformSaysWhere) {
  ::setenv("XDG_CONFIG_HOME", "/somewhere", 1);
  EXPECT_EQ(window::settings_path(), "/somewhere/exoscope/settings.toml");
  ::setenv("XDG_CONFIG_HOME", "relative", 1);
  ::setenv("HOME", "/nowhere/of-someone", 1);
  EXPECT_EQ(window::settings_path(), "/nowhere/of-someone/.config/exoscope/settings.toml");
  ::unsetenv("XDG_CONFIG_HOME");
  ::unsetenv("HOME");
  EXPECT_EQ(window::settings_path(), "");
}

}  // namespace
}  // namespace exo::test
