#include "explorer/views/theme.hpp"

namespace exo::views {
namespace {

constexpr ImU32 rgb(std::uint32_t hex) { return IM_COL32((hex >> 16) & 0xff, (hex >> 8) & 0xff, hex & 0xff, 0xff); }

constexpr std::uint32_t channel(ImU32 colour, int shift) { return (colour >> shift) & 0xff; }
/// Half way to white, and to black.
constexpr ImU32 lighter(ImU32 c) {
  return IM_COL32((channel(c, 0) + 255) / 2, (channel(c, 8) + 255) / 2, (channel(c, 16) + 255) / 2, 255);
}
constexpr ImU32 darker(ImU32 c) {
  return IM_COL32(channel(c, 0) * 2 / 3, channel(c, 8) * 2 / 3, channel(c, 16) * 2 / 3, 255);
}

// Order: the first program is grey; the next four are the ones a lesson usually has.
constexpr Theme kDark{
    .name = "dark",
    .light = false,
    .shapes = false,
    .ground = rgb(0x0d1014),
    .bar = rgb(0x15181e),
    .panel = rgb(0x16191f),
    .card = rgb(0x1e242b),
    .card_hover = rgb(0x28303a),
    .line = rgb(0x2b333d),
    .empty = rgb(0x1f242b),
    .text = rgb(0xe8edf3),
    .soft = rgb(0xa0a9b4),
    .faint = rgb(0x717c88),
    .hot = rgb(0xff7a2d),
    .hot_ground = rgb(0x33231a),
    .hot_dark = rgb(0x7a4322),
    .on_hot = rgb(0x1b1108),
    .good = rgb(0x2ebd8b),
    .accent = rgb(0x5bb4ee),
    .cursor = rgb(0xf4f7fa),
    .gap = rgb(0xb9485a),
    .environments = {rgb(0x5f6b78), rgb(0x93a3b5), rgb(0x56b4e9), rgb(0x2ebd8b), rgb(0xf0d53c), rgb(0xcc79a7),
                     rgb(0x4f7fd6), rgb(0x9adcf5), rgb(0x86d9ad), rgb(0xb9ac4a), rgb(0xe7aed0), rgb(0x9b8be0)},
    .names = {rgb(0x8b97a4), rgb(0xa9b8c8), rgb(0x6fc1f0), rgb(0x3fce9b), rgb(0xf0d953), rgb(0xdc92ba), rgb(0x7fa4ea),
              rgb(0x9adcf5), rgb(0x86d9ad), rgb(0xd0c35e), rgb(0xe7aed0), rgb(0xb3a6ec)},
};

constexpr Theme kLight{
    .name = "light",
    .light = true,
    .shapes = false,
    .ground = rgb(0xe6eaee),
    .bar = rgb(0xfcfdfe),
    .panel = rgb(0xfbfcfd),
    .card = rgb(0xf0f3f6),
    .card_hover = rgb(0xe3e9ef),
    .line = rgb(0xcdd5dd),
    .empty = rgb(0xe9edf1),
    .text = rgb(0x14191f),
    .soft = rgb(0x4c5763),
    .faint = rgb(0x6b7682),
    .hot = rgb(0xd9540b),
    .hot_ground = rgb(0xfde9dc),
    .hot_dark = rgb(0xf0b48c),
    .on_hot = rgb(0xffffff),
    .good = rgb(0x0b8a60),
    .accent = rgb(0x0b6fb8),
    .cursor = rgb(0x14191f),
    .gap = rgb(0xb3263e),
    .environments = {rgb(0xa4aeb8), rgb(0x75869a), rgb(0x3b9fdc), rgb(0x10a476), rgb(0xdcb90f), rgb(0xc0649a),
                     rgb(0x2f63c0), rgb(0x6cc0e4), rgb(0x58bd8a), rgb(0x9c8f28), rgb(0xd58bb8), rgb(0x7c6ad0)},
    .names = {rgb(0x5a6570), rgb(0x4d5d70), rgb(0x0a6aa6), rgb(0x05714f), rgb(0x7d6700), rgb(0x98406f), rgb(0x1f4ea3),
              rgb(0x1b6c8e), rgb(0x1f7a4c), rgb(0x6c6210), rgb(0x8f4572), rgb(0x5744b4)},
};

/// A theme with other colours in a few places.
constexpr Theme contrast_dark() {
  Theme t = kDark;
  t.name = "contrast";
  t.shapes = true;
  t.ground = rgb(0x000000);
  t.bar = t.panel = rgb(0x000000);
  t.card = rgb(0x101418);
  t.card_hover = rgb(0x2a3440);
  t.line = rgb(0x66727f);
  t.empty = rgb(0x171b20);
  t.text = rgb(0xffffff);
  t.soft = rgb(0xe2e8ee);
  t.faint = rgb(0xb9c3cd);
  t.hot = rgb(0xff8a3d);
  t.hot_ground = rgb(0x2b1404);
  t.hot_dark = rgb(0x9a5020);
  t.on_hot = rgb(0x000000);
  t.good = rgb(0x43e0a8);
  t.accent = rgb(0x7fd0ff);
  t.cursor = rgb(0xffffff);
  t.gap = rgb(0xff5f78);
  for (std::size_t i = 0; i < t.names.size(); ++i) t.names[i] = lighter(t.names[i]);
  return t;
}

constexpr Theme contrast_light() {
  Theme t = kLight;
  t.name = "contrast-light";
  t.shapes = true;
  t.ground = rgb(0xd5dade);
  t.bar = t.panel = rgb(0xffffff);
  t.card = rgb(0xf4f6f8);
  t.card_hover = rgb(0xd8e0e8);
  t.line = rgb(0x7d8791);
  t.empty = rgb(0xe6eaee);
  t.text = rgb(0x000000);
  t.soft = rgb(0x1e252c);
  t.faint = rgb(0x414b55);
  t.hot = rgb(0xb83c00);
  t.hot_ground = rgb(0xffe6d6);
  t.hot_dark = rgb(0xe89a6a);
  t.good = rgb(0x00623f);
  t.accent = rgb(0x004f8c);
  t.cursor = rgb(0x000000);
  t.gap = rgb(0x8f0f27);
  for (ImU32& name : t.names) name = darker(name);
  return t;
}

// Areas for eyes that mix up red and green, or blue and yellow: neighbours differ in lightness, and no area comes near
// the hot orange. Nothing that matters is said by "good" against "gap" alone: their marks differ in shape as well.
constexpr std::array<ImU32, 12> kSafeAreas{rgb(0x5f6b78), rgb(0xaab4bf), rgb(0x56b4e9), rgb(0xf0e442),
                                           rgb(0x0072b2), rgb(0xe3cfe8), rgb(0x8a6fd1), rgb(0xd9f0ff),
                                           rgb(0x3f4fa3), rgb(0xfff8c0), rgb(0x7f9fd6), rgb(0xb58fd6)};
constexpr std::array<ImU32, 12> kSafeNames{rgb(0x9aa5b1), rgb(0xc3ccd5), rgb(0x7cc8f5), rgb(0xf3ea6a),
                                           rgb(0x4fa8dc), rgb(0xecdcf0), rgb(0xb09cec), rgb(0xd9f0ff),
                                           rgb(0x93a2ee), rgb(0xfff8c0), rgb(0xa9c0ea), rgb(0xd0b3ea)};
constexpr std::array<ImU32, 12> kSafeAreasLight{rgb(0xa4aeb8), rgb(0x6c7a88), rgb(0x56b4e9), rgb(0xd8c81e),
                                                rgb(0x0072b2), rgb(0xb994c4), rgb(0x6a4fc0), rgb(0x9bd6f5),
                                                rgb(0x26357f), rgb(0xa39a35), rgb(0x7f9fd6), rgb(0x54347c)};
constexpr std::array<ImU32, 12> kSafeNamesLight{rgb(0x4f5963), rgb(0x47525d), rgb(0x075f94), rgb(0x665d00),
                                                rgb(0x00507d), rgb(0x6e4280), rgb(0x4a31a0), rgb(0x1b5f85),
                                                rgb(0x26357f), rgb(0x5c5613), rgb(0x33508c), rgb(0x54347c)};

constexpr Theme safe(Theme t, bool light) {
  t.name = light ? "safe-light" : "safe";
  t.shapes = true;
  t.hot = light ? rgb(0xc44e00) : rgb(0xff7a1a);
  t.good = light ? rgb(0x00507d) : rgb(0x6fc1f0);
  t.accent = light ? rgb(0x00507d) : rgb(0x6fc1f0);
  t.gap = light ? rgb(0x7a1030) : rgb(0xe06a8c);
  t.environments = light ? kSafeAreasLight : kSafeAreas;
  t.names = light ? kSafeNamesLight : kSafeNames;
  return t;
}

constexpr std::array<Theme, kPalettes> kThemes{
    kDark, kLight, contrast_dark(), contrast_light(), safe(kDark, false), safe(kLight, true)};

std::size_t palette_index(std::uint32_t env) { return env == 0 ? 0 : 1 + (env - 1) % 11; }

ImVec4 floats(ImU32 colour) { return ImGui::ColorConvertU32ToFloat4(colour); }

}  // namespace

const Theme& theme(Palette palette) { return kThemes[std::size_t(palette)]; }

bool palette_named(std::string_view name, Palette& palette) {
  for (std::size_t i = 0; i < kThemes.size(); ++i)
    if (name == kThemes[i].name) {
      palette = Palette(i);
      return true;
    }
  return false;
}

// Dark ones are even, light ones odd.
Palette turned_over(Palette palette) { return Palette(int(palette) ^ 1); }
Palette with_contrast(Palette palette) {
  if (palette == Palette::Dark) return Palette::Contrast;
  return palette == Palette::Light ? Palette::ContrastLight : palette;
}

ImU32 env_colour(const Theme& theme, std::uint32_t env) { return theme.environments[palette_index(env)]; }
ImU32 env_ink(const Theme& theme, std::uint32_t env) { return theme.names[palette_index(env)]; }

ImU32 faded(ImU32 colour, float opacity) {
  const auto alpha = ImU32(float(colour >> IM_COL32_A_SHIFT) * opacity);
  return (colour & ~IM_COL32_A_MASK) | (alpha << IM_COL32_A_SHIFT);
}

ImU32 blend(ImU32 a, ImU32 b, float share) {
  ImU32 out = 0;
  for (int shift = 0; shift < 32; shift += 8) {
    const auto from = float((a >> shift) & 0xff), to = float((b >> shift) & 0xff);
    out |= ImU32(from + (to - from) * share + 0.5f) << shift;
  }
  return out;
}

void apply_style(const Theme& theme, float scale) {
  ImGuiStyle style;
  style.WindowPadding = {14, 12};
  style.FramePadding = {10, 6};
  style.ItemSpacing = {8, 6};
  style.ItemInnerSpacing = {6, 4};
  style.ScrollbarSize = 10;
  style.GrabMinSize = 10;
  style.WindowRounding = style.ChildRounding = style.PopupRounding = 6;
  style.FrameRounding = style.GrabRounding = style.ScrollbarRounding = 5;
  style.WindowBorderSize = style.ChildBorderSize = 0;
  style.PopupBorderSize = 1;
  style.AntiAliasedLinesUseTex = true;
  style.ScaleAllSizes(scale);

  const ImVec4 clear{0, 0, 0, 0};
  auto set = [&](ImGuiCol which, const ImVec4& value) { style.Colors[which] = value; };
  for (ImVec4& colour : style.Colors) colour = floats(theme.card);
  set(ImGuiCol_Text, floats(theme.text));
  set(ImGuiCol_TextDisabled, floats(theme.faint));
  set(ImGuiCol_WindowBg, floats(theme.panel));
  set(ImGuiCol_ChildBg, clear);
  set(ImGuiCol_PopupBg, floats(theme.card));
  set(ImGuiCol_Border, floats(theme.line));
  set(ImGuiCol_BorderShadow, clear);
  set(ImGuiCol_FrameBgHovered, floats(theme.card_hover));
  set(ImGuiCol_FrameBgActive, floats(theme.card_hover));
  set(ImGuiCol_ScrollbarBg, clear);
  set(ImGuiCol_ScrollbarGrab, floats(theme.line));
  set(ImGuiCol_ScrollbarGrabHovered, floats(theme.faint));
  set(ImGuiCol_ScrollbarGrabActive, floats(theme.soft));
  set(ImGuiCol_CheckMark, floats(theme.accent));
  set(ImGuiCol_SliderGrab, floats(theme.accent));
  set(ImGuiCol_SliderGrabActive, floats(theme.text));
  set(ImGuiCol_ButtonHovered, floats(theme.card_hover));
  set(ImGuiCol_ButtonActive, floats(theme.line));
  set(ImGuiCol_HeaderHovered, floats(theme.card_hover));
  set(ImGuiCol_HeaderActive, floats(theme.line));
  set(ImGuiCol_Separator, floats(theme.line));
  set(ImGuiCol_TextSelectedBg, floats(faded(theme.accent, 0.35f)));
  set(ImGuiCol_NavHighlight, floats(theme.accent));
  set(ImGuiCol_ModalWindowDimBg, {0, 0, 0, 0.45f});
  ImGui::GetStyle() = style;
}

}  // namespace exo::views
