// Pictures of every panel, empty, small and crowded, and of what is laid over the window, dark and light, at 1x and 2x,
// against approved ones: sheets in tests/ui/approved, a cell a picture, reduced so far that letters are a texture and a
// moved control is not.
//
// EXOSCOPE_APPROVE=1 writes the sheets: look at them, then commit them. EXOSCOPE_SHOTS=FOLDER keeps the pictures in
// full size.
#include <gtest/gtest.h>
#include <stb_image.h>
#include <stb_image_write.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "tests/ui/approved_cells.hpp"

namespace exo::test {
namespace {

namespace fs = std::filesystem;

constexpr int kCellWidth = 400, kCellHeight = 250, kColumns = 3;
constexpr int kTile = 10;             ///< pixels of a cell that are compared as one
constexpr double kTileDiffers = 20;   ///< levels of 255, on average over a tile
constexpr double kMostTiles = 0.015;  ///< of a cell's, that may differ: fonts of another version wrap another word

struct Image {
  int width = 0, height = 0;
  std::vector<unsigned char> pixels;  ///< RGB
  Image(int w, int h) : width(w), height(h), pixels(std::size_t(w) * std::size_t(h) * 3) {}
  [[nodiscard]] unsigned char* at(int x, int y) {
    return &pixels[(std::size_t(y) * std::size_t(width) + std::size_t(x)) * 3];
  }
  [[nodiscard]] const unsigned char* at(int x, int y) const { return const_cast<Image*>(this)->at(x, y); }
};

Image load(const fs::path& path) {
  int width = 0, height = 0, channels = 0;
  unsigned char* data = stbi_load(path.c_str(), &width, &height, &channels, 3);
  Image image(data == nullptr ? 0 : width, data == nullptr ? 0 : height);
  if (data != nullptr) std::copy(data, data + image.pixels.size(), image.pixels.begin());
  stbi_image_free(data);
  return image;
}

/// The mean of all pixels that fall onto each pixel of a cell.
void reduce_into(const Image& from, Image& sheet, int left, int top) {
  for (int y = 0; y < kCellHeight; ++y)
    for (int x = 0; x < kCellWidth; ++x) {
      const int x0 = x * from.width / kCellWidth, x1 = std::max(x0 + 1, (x + 1) * from.width / kCellWidth);
      const int y0 = y * from.height / kCellHeight, y1 = std::max(y0 + 1, (y + 1) * from.height / kCellHeight);
      int sum[3] = {};
      for (int v = y0; v < y1; ++v)
        for (int u = x0; u < x1; ++u)
          for (int c = 0; c < 3; ++c) sum[c] += from.at(u, v)[c];
      for (int c = 0; c < 3; ++c)
        sheet.at(left + x, top + y)[c] = static_cast<unsigned char>(sum[c] / ((x1 - x0) * (y1 - y0)));
    }
}

/// The share of a cell's tiles that are not what they were.
double difference(const Image& now, const Image& approved, int left, int top) {
  int differ = 0, tiles = 0;
  for (int y = 0; y + kTile <= kCellHeight; y += kTile)
    for (int x = 0; x + kTile <= kCellWidth; x += kTile) {
      double sum[3] = {};
      for (int v = y; v < y + kTile; ++v)
        for (int u = x; u < x + kTile; ++u)
          for (int c = 0; c < 3; ++c) sum[c] += now.at(left + u, top + v)[c] - approved.at(left + u, top + v)[c];
      ++tiles;
      differ += std::abs(sum[0]) + std::abs(sum[1]) + std::abs(sum[2]) > 3 * kTileDiffers * kTile * kTile;
    }
  return double(differ) / tiles;
}

struct Case {
  const char* scene;
  bool light;
  float scale;
  [[nodiscard]] std::string name() const {
    return std::string(scene) + (light ? "-light" : "-dark") + (scale > 1 ? "-2x" : "");
  }
};

class Approved : public ::testing::TestWithParam<Case> {};

TEST_P(Approved, EverythingLooksAsItWasApproved) {
  const Case& one = GetParam();
  StillSession session;
  const std::string scene = one.scene;
  if (scene == "small") feed(Lesson().kernel, session.history_);
  if (scene == "crowded") feed(Crowd().kernel, session.history_);
  std::vector<Cell> cells = scene == "overlays" ? overlay_cells(session)
                            : scene == "debug"  ? debug_cells(session)
                                                : panel_cells(scene != "empty");
  session.cursor_ = session.history_.size();
  const char* source = std::getenv("EXOSCOPE_SOURCE_DIR");
  const fs::path approved = fs::path(source == nullptr ? "." : source) / "tests/ui/approved" / (one.name() + ".png");
  const char* keep = std::getenv("EXOSCOPE_SHOTS");
  const bool kept = keep != nullptr && *keep != 0;
  const int count = int(cells.size()), rows = (count + kColumns - 1) / kColumns;
  Image sheet(kColumns * kCellWidth, rows * kCellHeight);
  for (int i = 0; i < count; ++i) {
    Cell& cell = cells[std::size_t(i)];
    const fs::path picture =
        kept ? fs::path(keep) / (one.name() + " " + cell.name + ".png")
             : fs::temp_directory_path() / ("exoscope-approve-" + std::to_string(getpid()) + ".png");
    cell.options.out = picture.string();
    // At 2x as on a projector of 1024x768 points.
    cell.options.width = one.scale > 1 ? 2048 : 1600;
    cell.options.height = one.scale > 1 ? 1536 : 1000;
    cell.options.at = session.cursor_;
    cell.options.at_given = true;
    cell.options.light = one.light;
    cell.options.scale = one.scale;
    window::shoot(session, cell.options);
    reduce_into(load(picture), sheet, i % kColumns * kCellWidth, i / kColumns * kCellHeight);
    if (!kept) fs::remove(picture);
  }
  if (const char* approve = std::getenv("EXOSCOPE_APPROVE"); approve != nullptr && *approve == '1') {
    fs::create_directories(approved.parent_path());
    ASSERT_NE(stbi_write_png(approved.c_str(), sheet.width, sheet.height, 3, sheet.pixels.data(), sheet.width * 3), 0);
    return;
  }
  const Image wanted = load(approved);
  ASSERT_EQ(wanted.width, sheet.width) << approved << ": EXOSCOPE_APPROVE=1 writes it; then look at it";
  ASSERT_EQ(wanted.height, sheet.height) << approved << " has another number of pictures; EXOSCOPE_APPROVE=1 writes it";
  for (int i = 0; i < count; ++i) {
    const double differs = difference(sheet, wanted, i % kColumns * kCellWidth, i / kColumns * kCellHeight);
    EXPECT_LE(differs, kMostTiles) << cells[std::size_t(i)].name << " of " << one.name()
                                   << " does not look as approved; set EXOSCOPE_APPROVE=1, look, and commit";
  }
}

INSTANTIATE_TEST_SUITE_P(Sheets, Approved,
                         testing::Values(Case{"empty", false, 1}, Case{"empty", true, 1}, Case{"empty", false, 2},
                                         Case{"empty", true, 2}, Case{"small", false, 1}, Case{"small", true, 1},
                                         Case{"small", false, 2}, Case{"small", true, 2}, Case{"crowded", false, 1},
                                         Case{"crowded", true, 1}, Case{"crowded", false, 2}, Case{"crowded", true, 2},
                                         Case{"overlays", false, 1}, Case{"overlays", true, 1},
                                         Case{"overlays", false, 2}, Case{"overlays", true, 2}, Case{"debug", false, 1},
                                         Case{"debug", true, 1}, Case{"debug", false, 2}, Case{"debug", true, 2}),
                         [](const auto& one) {
                           std::string name = one.param.name();
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace exo::test
