// Pictures of the window without a screen: every panel, dark and light, empty and crowded. Set EXOSCOPE_SHOTS to a
// folder to keep and look at them.
#include <gtest/gtest.h>
#include <stb_image.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "explorer/common/error.hpp"
#include "explorer/window/window.hpp"
#include "tests/ui/still_session.hpp"

namespace exo::test {
namespace {

struct Picture {
  int width = 0, height = 0;
  std::vector<unsigned char> pixels;
  [[nodiscard]] std::size_t colours() const {
    std::set<std::uint32_t> seen;
    for (std::size_t i = 0; i + 2 < pixels.size(); i += 3)
      seen.insert(pixels[i] | pixels[i + 1] << 8 | pixels[i + 2] << 16);
    return seen.size();
  }
  [[nodiscard]] double brightness() const {
    double sum = 0;
    for (const unsigned char value : pixels) sum += value;
    return sum / double(pixels.size());
  }
};

class Shots : public ::testing::Test {
 protected:
  Shots() {
    const char* keep = std::getenv("EXOSCOPE_SHOTS");
    keep_ = keep != nullptr && *keep != 0;
    folder_ = keep_ ? std::filesystem::path(keep)
                    : std::filesystem::temp_directory_path() / ("exoscope-shots-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  ~Shots() override {
    std::error_code none;
    if (!keep_) std::filesystem::remove_all(folder_, none);
  }

  Picture shoot(StillSession& session, const std::string& name, window::ShotOptions options) {
    options.out = (folder_ / (name + ".png")).string();
    options.at = session.cursor_;
    options.at_given = true;
    window::shoot(session, options);
    Picture out;
    int channels = 0;
    unsigned char* data = stbi_load(options.out.c_str(), &out.width, &out.height, &channels, 3);
    EXPECT_NE(data, nullptr) << name;
    if (data != nullptr) out.pixels.assign(data, data + std::size_t(out.width) * std::size_t(out.height) * 3);
    stbi_image_free(data);
    EXPECT_EQ(out.width, options.width);
    EXPECT_EQ(out.height, options.height);
    EXPECT_GT(out.colours(), 100u) << name << " shows nothing";
    return out;
  }

  std::filesystem::path folder_;
  bool keep_ = false;
};

TEST_F(Shots, EveryPanelInBothThemes) {
  StillSession session;
  const Lesson scene;
  feed(scene.kernel, session.history_);
  session.cursor_ = session.history_.size();
  std::map<std::string, Picture> pictures;
  for (const char* view : {"machine", "bindings", "revocations", "events"}) {
    const Picture dark = shoot(session, std::string("lesson-") + view, {.view = view});
    const Picture light = shoot(session, std::string("lesson-") + view + "-light", {.view = view, .light = true});
    EXPECT_LT(dark.brightness(), 80);
    EXPECT_GT(light.brightness(), 200);
    for (const auto& [other, picture] : pictures)
      EXPECT_NE(picture.pixels, dark.pixels) << view << " looks like " << other;
    pictures[view] = dark;
  }
}

TEST_F(Shots, TheSameMomentGivesTheSamePicture) {
  StillSession session;
  const Lesson scene;
  feed(scene.kernel, session.history_);
  session.cursor_ = 200;
  EXPECT_EQ(shoot(session, "once", {}).pixels, shoot(session, "twice", {}).pixels);
}

TEST_F(Shots, CrowdedEmptyLargeAndLost) {
  StillSession session;
  shoot(session, "empty", {.view = "machine"});
  const Crowd crowd;
  feed(crowd.kernel, session.history_);
  session.cursor_ = session.history_.size();
  for (const char* view : {"machine", "bindings", "revocations", "events"})
    shoot(session, std::string("crowd-") + view, {.view = view});
  shoot(session, "crowd-small", {.width = 1024, .height = 768, .view = "machine"});
  shoot(session, "crowd-large", {.width = 3840, .height = 2160, .view = "machine", .scale = 2});
  session.connection_ = session::Connection::Lost;
  shoot(session, "lost", {.view = "machine"});
}

TEST_F(Shots, AGapIsDrawn) {
  StillSession session;
  Lesson scene;
  scene.kernel.sequence += 1234;
  scene.kernel.wait(8000);
  scene.kernel.emit(abi::Event::Noted, std::uint32_t(abi::Note::Woken));
  feed(scene.kernel, session.history_);
  session.cursor_ = session.history_.size();
  const Picture with = shoot(session, "gap", {.view = "machine"});
  std::size_t reddish = 0;
  for (std::size_t i = 0; i + 2 < with.pixels.size(); i += 3)
    reddish += with.pixels[i] > 140 && with.pixels[i + 1] < 90 && with.pixels[i + 2] < 110;
  EXPECT_GT(reddish, 200u) << "the band of lost events";
}

TEST_F(Shots, WhatCantBeDrawnIsSaidInOneLine) {
  StillSession session;
  for (const auto& [options, word] :
       {std::pair{window::ShotOptions{.out = "x.png", .view = "dashboard"}, "revocations"},
        std::pair{window::ShotOptions{.out = (folder_ / "no" / "such" / "x.png").string()}, "written"}}) {
    try {
      window::shoot(session, options);
      FAIL() << "nothing was refused";
    } catch (const InputError& error) {
      const std::string line = error.what();
      EXPECT_NE(line.find(word), std::string::npos) << line;
      EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    }
  }
}

}  // namespace
}  // namespace exo::test
