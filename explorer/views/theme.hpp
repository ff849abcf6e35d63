// The themes as tables of colours, and the colours of environments. One hot colour, reserved for revocation and
// deadlines; environments have colours of the Okabe-Ito set, which colour-blind people tell apart, without its two
// oranges.
#pragma once
#include <imgui.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace exo::views {

struct Theme {
  const char* name;
  bool light;
  bool shapes;   ///< environments' shapes are drawn into small cells too
  ImU32 ground;  ///< behind the panels
  ImU32 bar;     ///< top bar
  ImU32 panel;   ///< a panel
  ImU32 card;    ///< something that stands in a panel
  ImU32 card_hover;
  ImU32 line;   ///< edges and rules
  ImU32 empty;  ///< a free frame, an empty slot
  ImU32 text;
  ImU32 soft;        ///< words of second rank
  ImU32 faint;       ///< labels, units
  ImU32 hot;         ///< revocation and deadlines, nothing else
  ImU32 hot_ground;  ///< behind hot words
  ImU32 hot_dark;    ///< the part of a hot bar that has passed
  ImU32 on_hot;      ///< words on hot
  ImU32 good;
  ImU32 accent;                        ///< focus and choice
  ImU32 cursor;                        ///< the moment shown
  ImU32 gap;                           ///< events that were lost
  std::array<ImU32, 12> environments;  ///< areas
  std::array<ImU32, 12> names;         ///< words in an environment's colour
};

/// Safe: told apart by everyone who sees colours otherwise than most, the hot one included.
enum class Palette { Dark, Light, Contrast, ContrastLight, Safe, SafeLight };
inline constexpr int kPalettes = 6;

[[nodiscard]] const Theme& theme(Palette palette);
[[nodiscard]] inline const Theme& theme(bool light) { return theme(light ? Palette::Light : Palette::Dark); }
/// The palette of that name ("contrast-light"); Dark, and false, when there is none.
bool palette_named(std::string_view name, Palette& palette);
/// Of the same kind, on the other ground; and the one with more contrast, on the same ground.
[[nodiscard]] Palette turned_over(Palette palette);
[[nodiscard]] Palette with_contrast(Palette palette);

/// Colour of an environment's areas; 0 is the kernel.
[[nodiscard]] ImU32 env_colour(const Theme& theme, std::uint32_t env);
/// Colour of an environment's name, readable on a panel.
[[nodiscard]] ImU32 env_ink(const Theme& theme, std::uint32_t env);

/// The colour with another opacity, 0 to 1.
[[nodiscard]] ImU32 faded(ImU32 colour, float opacity);
/// Between two colours: 0 is `a`, 1 is `b`.
[[nodiscard]] ImU32 blend(ImU32 a, ImU32 b, float share);

/// Sets Dear ImGui's own style (popups, inputs, scroll bars) to the theme.
void apply_style(const Theme& theme, float scale);

}  // namespace exo::views
