#include "explorer/window/fonts.hpp"

#include <fontconfig/fontconfig.h>
#include <imgui_freetype.h>

#include <cmath>
#include <filesystem>

namespace exo::window {
namespace {

// What the panels write: Latin, dashes and quotes, arrows, the bullet and the micro sign. Few glyphs keep the start
// quick.
constexpr ImWchar kWords[] = {0x20,   0x7e,   0xa0,   0xff,   0x2010, 0x2026, 0x2039, 0x203a, 0x2190, 0x2193,
                              0x2212, 0x2212, 0x2264, 0x2265, 0x2713, 0x2713, 0x2717, 0x2717, 0};
constexpr ImWchar kNumbers[] = {0x20,   0x7e,   0xb5,   0xb7,   0x2013, 0x2013, 0x2026,
                                0x2026, 0x2190, 0x2193, 0x2212, 0x2212, 0};

/// The installed file for exactly this family; empty when fontconfig only has a substitute.
std::string file_of(FcConfig* config, const char* family, int weight) {
  FcPattern* wanted = FcPatternCreate();
  FcPatternAddString(wanted, FC_FAMILY, reinterpret_cast<const FcChar8*>(family));
  FcPatternAddInteger(wanted, FC_WEIGHT, weight);
  FcPatternAddInteger(wanted, FC_SLANT, FC_SLANT_ROMAN);
  FcPatternAddBool(wanted, FC_VARIABLE, FcFalse);
  FcConfigSubstitute(config, wanted, FcMatchPattern);
  FcDefaultSubstitute(wanted);
  FcResult result = FcResultMatch;
  std::string out;
  if (FcPattern* found = FcFontMatch(config, wanted, &result)) {
    FcChar8* name = nullptr;
    FcChar8* file = nullptr;
    if (FcPatternGetString(found, FC_FAMILY, 0, &name) == FcResultMatch &&
        std::string_view(reinterpret_cast<const char*>(name)) == family &&
        FcPatternGetString(found, FC_FILE, 0, &file) == FcResultMatch)
      out = reinterpret_cast<const char*>(file);
    FcPatternDestroy(found);
  }
  FcPatternDestroy(wanted);
  std::error_code none;
  return std::filesystem::is_regular_file(out, none) ? out : std::string();
}

ImFont* add(const std::string& file, float size, const ImWchar* range) {
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  if (!file.empty()) {
    ImFontConfig config;
    config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    config.OversampleH = config.OversampleV = 1;
    if (ImFont* font = atlas->AddFontFromFileTTF(file.c_str(), size, &config, range)) return font;
  }
  // The built-in typeface has Latin only; what it lacks is shown as its fallback glyph.
  ImFontConfig config;
  config.SizePixels = size;
  return atlas->AddFontDefault(&config);
}

}  // namespace

FontFiles find_fonts() {
  FontFiles out;
  FcConfig* config = FcInitLoadConfigAndFonts();
  if (config == nullptr) return out;
  out.regular = file_of(config, "Inter", FC_WEIGHT_REGULAR);
  out.medium = file_of(config, "Inter", FC_WEIGHT_MEDIUM);
  out.bold = file_of(config, "Inter", FC_WEIGHT_DEMIBOLD);
  out.mono = file_of(config, "JetBrains Mono", FC_WEIGHT_REGULAR);
  FcConfigDestroy(config);
  return out;
}

views::Fonts load_fonts(const FontFiles& files, float scale) {
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  atlas->Clear();
  atlas->FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  atlas->Flags |= ImFontAtlasFlags_NoMouseCursors;
  auto size = [scale](float points) { return std::round(points * scale); };
  views::Fonts fonts;
  fonts.body = add(files.regular, size(14), kWords);  // the first is Dear ImGui's default
  fonts.strong = add(files.bold, size(14), kWords);
  fonts.small = add(files.regular, size(12), kWords);
  fonts.label = add(files.medium, size(11), kWords);
  fonts.heading = add(files.bold, size(18), kWords);
  fonts.sentence = add(files.bold, size(23), kWords);
  fonts.mono = add(files.mono, size(13), kNumbers);
  fonts.mono_small = add(files.mono, size(11.5f), kNumbers);
  fonts.clock = add(files.mono, size(18), kNumbers);
  atlas->Build();
  return fonts;
}

}  // namespace exo::window
