// The few elements that all panels are made of: words, labels, pills, buttons, rules and tooltips, in the theme's look.
// Every control is drawn here, so that all of them have a tooltip and a name by which a test finds them.
#pragma once
#include <imgui.h>

#include <string>
#include <string_view>

#include "explorer/views/context.hpp"

namespace exo::views {

// Words
// ---------------------------------------------------------------------------------------------------------------------

[[nodiscard]] float text_width(const ImFont* font, std::string_view text);
/// Draws one line; returns its width.
float draw_text(ImDrawList* list, const ImFont* font, ImVec2 at, ImU32 colour, std::string_view text);
/// One line that ends in an ellipsis when it is wider than `width`.
void draw_text_cut(ImDrawList* list, const ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view text);
void draw_text_right(ImDrawList* list, const ImFont* font, ImVec2 right, ImU32 colour, std::string_view text);
void draw_text_centred(ImDrawList* list, const ImFont* font, Box box, ImU32 colour, std::string_view text);
/// Wrapped lines, at most `lines` of them; returns the height used.
float draw_text_wrapped(ImDrawList* list, const ImFont* font, ImVec2 at, float width, ImU32 colour,
                        std::string_view text, int lines = 100, float leading = 1.25f);
[[nodiscard]] float wrapped_height(const ImFont* font, float width, std::string_view text, float leading = 1.25f);
/// A panel's heading, in spaced capitals; returns its width.
float draw_label(const ViewContext& ctx, ImVec2 at, std::string_view text);

// Numbers
// -------------------------------------------------------------------------------------------------------------------

[[nodiscard]] std::string grouped(std::uint64_t number);                       ///< "18 402"
[[nodiscard]] std::string micros_text(model::Ticks ticks);                     ///< "1 284.32"
[[nodiscard]] std::string short_micros(model::Ticks ticks);                    ///< "31 µs", "1.3 ms"
[[nodiscard]] std::string plural(std::uint64_t count, std::string_view noun);  ///< "1 frame", "14 frames"

// Controls
// ------------------------------------------------------------------------------------------------------------------

enum class Icon { None, Back, Run, Pause, Step, Story, StoryBack, Live, Restart, Sun, Help, Save, Layout };

struct ButtonLook {
  Icon icon = Icon::None;
  bool active = false;  ///< drawn as the chosen one
  bool enabled = true;
  bool hot = false;   ///< asks for confirmation of something that cannot be undone
  bool left = false;  ///< words at the left
};

/// A button in a box; `name` identifies it (and marks it for tests), `tip` explains it in words.
bool button(const ViewContext& ctx, std::string_view name, Box box, std::string_view text, std::string_view tip,
            const ButtonLook& look = {});
/// An invisible control that can be clicked and hovered.
struct Touch {
  bool clicked = false, hovered = false, held = false;
  bool asked = false;  ///< clicked with the right button: "why?"
};
Touch touch(const ViewContext& ctx, std::string_view name, Box box);

/// A rounded pill with words; returns its width.
float pill(const ViewContext& ctx, ImVec2 at, std::string_view text, ImU32 ink, ImU32 ground, bool filled = true);
[[nodiscard]] float pill_width(const ViewContext& ctx, std::string_view text);

void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float size, ImU32 colour);
void dot(ImDrawList* list, ImVec2 centre, float radius, ImU32 colour);
/// The second channel beside an environment's colour: a small shape, the same wherever the environment is named. Two of
/// the first 64 never have both the same shape and the same colour.
void env_glyph(ImDrawList* list, ImVec2 centre, float radius, std::uint32_t env, ImU32 colour);
void rule(const ViewContext& ctx, ImVec2 from, float width);
void tooltip(const ViewContext& ctx, std::string_view text);
/// Slanted lines over a box: what is owed or was not given.
void hatch(ImDrawList* list, Box box, ImU32 colour, float pitch, float thickness);
/// Dashed curve, for what is being taken back.
void dashed_bezier(ImDrawList* list, ImVec2 a, ImVec2 b, ImVec2 c, ImVec2 d, ImU32 colour, float thickness, float dash);

}  // namespace exo::views
