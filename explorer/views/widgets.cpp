#include "explorer/views/widgets.hpp"

#include <array>
#include <cmath>

#include "explorer/views/terms.hpp"

namespace exo::views {

float draw_label(const ViewContext& ctx, ImVec2 at, std::string_view text) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float spacing = ctx.px(1.4f);
  const float start = at.x;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 1;  // a character may be several bytes of UTF-8
    while (i + length < text.size() && (static_cast<unsigned char>(text[i + length]) & 0xc0) == 0x80) ++length;
    at.x += draw_text(list, ctx.fonts.label, at, ctx.theme.faint, text.substr(i, length)) + spacing;
    i += length;
  }
  const float width = at.x - start;
  explain_term(ctx, {{start, at.y}, {at.x - spacing, at.y + ctx.fonts.label->FontSize}}, text);
  return width;
}

Touch touch(const ViewContext& ctx, std::string_view name, Box box) {
  ctx.mark(name, box);
  if (box.width() < 1 || box.height() < 1) return {};
  ImGui::SetCursorScreenPos(box.min);
  ImGui::PushID(name.data(), name.data() + name.size());
  Touch out;
  out.clicked = ImGui::InvisibleButton("touch", {box.width(), box.height()});
  out.hovered = ImGui::IsItemHovered();
  out.held = ImGui::IsItemActive();
  out.asked = out.hovered && ImGui::IsMouseReleased(ImGuiMouseButton_Right);
  ImGui::PopID();
  return out;
}

bool button(const ViewContext& ctx, std::string_view name, Box box, std::string_view text, std::string_view tip,
            const ButtonLook& look) {
  const Theme& theme = ctx.theme;
  const Touch on = touch(ctx, name, box);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 ground = !look.enabled ? faded(theme.card, 0.5f)
                       : look.hot    ? theme.hot_ground
                       : on.held     ? theme.line
                       : on.hovered  ? theme.card_hover
                                     : theme.card;
  const ImU32 ink = !look.enabled ? faded(theme.faint, 0.7f) : look.hot ? theme.hot : theme.text;
  const ImU32 edge = look.hot ? theme.hot : look.active ? theme.accent : theme.line;
  const float rounding = ctx.px(5);
  list->AddRectFilled(box.min, box.max, ground, rounding);
  list->AddRect(box.min, box.max, edge, rounding, 0, ctx.px(look.active ? 1.6f : 1.0f));
  const ImFont* font = ctx.fonts.body;
  const float wide = text.empty() ? 0 : text_width(font, text);
  const float icon = look.icon == Icon::None ? 0 : ctx.px(16);
  const float gap = icon > 0 && wide > 0 ? ctx.px(6) : 0;
  float x = look.left ? box.min.x + ctx.px(12) : box.centre().x - (wide + icon + gap) / 2;
  if (icon > 0) draw_icon(list, look.icon, {x + icon / 2, box.centre().y}, ctx.px(12), ink);
  x += icon + gap;
  if (!text.empty()) {
    draw_text_cut(list, font, {x, box.centre().y - font->FontSize / 2}, box.max.x - x - ctx.px(4), ink, text);
  }
  if (on.hovered) tooltip(ctx, tip);
  return on.clicked && look.enabled;
}

float pill_width(const ViewContext& ctx, std::string_view text) {
  return text_width(ctx.fonts.strong, text) + ctx.px(28);
}

float pill(const ViewContext& ctx, ImVec2 at, std::string_view text, ImU32 ink, ImU32 ground, bool filled) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float width = pill_width(ctx, text), height = ctx.fonts.strong->FontSize + ctx.px(10);
  const ImVec2 end{at.x + width, at.y + height};
  if (filled) list->AddRectFilled(at, end, ground, height / 2);
  list->AddRect(at, end, ink, height / 2, 0, ctx.px(1.3f));
  draw_text(list, ctx.fonts.strong, {at.x + ctx.px(14), at.y + ctx.px(5)}, ink, text);
  return width;
}

void draw_icon(ImDrawList* list, Icon icon, ImVec2 c, float size, ImU32 colour) {
  const float h = size / 2, bar = size * 0.22f;
  auto right = [&](float x) {
    list->AddTriangleFilled({c.x + x - h * 0.7f, c.y - h}, {c.x + x + h * 0.7f, c.y}, {c.x + x - h * 0.7f, c.y + h},
                            colour);
  };
  auto left = [&](float x) {
    list->AddTriangleFilled({c.x + x + h * 0.7f, c.y - h}, {c.x + x - h * 0.7f, c.y}, {c.x + x + h * 0.7f, c.y + h},
                            colour);
  };
  auto post = [&](float x) { list->AddRectFilled({c.x + x - bar / 2, c.y - h}, {c.x + x + bar / 2, c.y + h}, colour); };
  switch (icon) {
    case Icon::None:
      break;
    case Icon::Run:
      right(h * 0.15f);
      break;
    case Icon::Pause:
      post(-h * 0.5f);
      post(h * 0.5f);
      break;
    case Icon::Step:
      right(-h * 0.25f);
      post(h * 0.75f);
      break;
    case Icon::Back:
      left(h * 0.25f);
      post(-h * 0.75f);
      break;
    case Icon::Story:
      right(-h * 0.6f);
      right(h * 0.55f);
      break;
    case Icon::StoryBack:
      left(h * 0.6f);
      left(-h * 0.55f);
      break;
    case Icon::Live:
      right(-h * 0.75f);
      right(h * 0.2f);
      post(h * 0.95f);
      break;
    case Icon::Restart:
      list->PathArcTo(c, h * 0.85f, 0.6f, 5.6f, 20);
      list->PathStroke(colour, 0, size * 0.14f);
      list->AddTriangleFilled({c.x + h * 0.35f, c.y - h * 0.75f}, {c.x + h * 1.15f, c.y - h * 0.65f},
                              {c.x + h * 0.85f, c.y + h * 0.1f}, colour);
      break;
    case Icon::Sun:
      list->AddCircle(c, h * 0.8f, colour, 24, size * 0.12f);
      list->PathArcTo(c, h * 0.8f, -1.57f, 1.57f, 16);
      list->PathFillConvex(colour);
      break;
    case Icon::Help:
      break;
    case Icon::Layout:
      list->AddRect({c.x - h, c.y - h * 0.85f}, {c.x + h, c.y + h * 0.85f}, colour, size * 0.12f, 0, size * 0.12f);
      list->AddRectFilled({c.x - h, c.y - h * 0.85f}, {c.x - h * 0.35f, c.y + h * 0.85f}, colour);
      list->AddRectFilled({c.x - h * 0.35f, c.y + h * 0.3f}, {c.x + h, c.y + h * 0.85f}, colour);
      break;
    case Icon::Save:
      list->AddRectFilled({c.x - bar / 2, c.y - h}, {c.x + bar / 2, c.y + h * 0.2f}, colour);
      list->AddTriangleFilled({c.x - h * 0.6f, c.y}, {c.x + h * 0.6f, c.y}, {c.x, c.y + h * 0.6f}, colour);
      list->AddRectFilled({c.x - h, c.y + h * 0.75f}, {c.x + h, c.y + h}, colour);
      break;
  }
}

void dot(ImDrawList* list, ImVec2 centre, float radius, ImU32 colour) {
  list->AddCircleFilled(centre, radius, colour, 20);
}

void env_glyph(ImDrawList* list, ImVec2 c, float r, std::uint32_t env, ImU32 colour) {
  const auto polygon = [&](int sides, float turn, float inner = 1) {
    const int points = inner < 1 ? 2 * sides : sides;
    std::array<ImVec2, 12> at{};
    for (int i = 0; i < points; ++i) {
      const float angle = (turn + float(i) / float(points)) * 6.2831853f, far = i % 2 == 1 ? r * inner : r;
      at[std::size_t(i)] = {c.x + std::sin(angle) * far, c.y - std::cos(angle) * far};
    }
    if (inner < 1)  // not convex: from the middle
      for (int i = 0; i < points; ++i)
        list->AddTriangleFilled(c, at[std::size_t(i)], at[std::size_t((i + 1) % points)], colour);
    else
      list->AddConvexPolyFilled(at.data(), points, colour);
  };
  const float thin = r * 0.34f, s = r * 0.82f;
  switch (env == 0 ? 12 : (env - 1) % 12) {
    case 0:
      return list->AddCircleFilled(c, r * 0.88f, colour, 20);
    case 1:
      return list->AddRectFilled({c.x - s, c.y - s}, {c.x + s, c.y + s}, colour);
    case 2:
      return polygon(3, 0);
    case 3:
      return polygon(4, 0);
    case 4:
      list->AddRectFilled({c.x - r, c.y - thin}, {c.x + r, c.y + thin}, colour);
      return list->AddRectFilled({c.x - thin, c.y - r}, {c.x + thin, c.y + r}, colour);
    case 5:
      return polygon(3, 0.5f);
    case 6:
      return list->AddCircle(c, r * 0.72f, colour, 20, r * 0.42f);
    case 7:
      list->AddLine({c.x - s, c.y - s}, {c.x + s, c.y + s}, colour, r * 0.55f);
      return list->AddLine({c.x - s, c.y + s}, {c.x + s, c.y - s}, colour, r * 0.55f);
    case 8:
      return polygon(5, 0, 0.45f);
    case 9:
      return list->AddRectFilled({c.x - r, c.y - thin * 1.2f}, {c.x + r, c.y + thin * 1.2f}, colour);
    case 10:
      return list->AddRect({c.x - s * 0.85f, c.y - s * 0.85f}, {c.x + s * 0.85f, c.y + s * 0.85f}, colour, 0, 0,
                           r * 0.4f);
    case 11:
      return polygon(6, 0);
    default:
      return list->AddCircleFilled(c, r * 0.5f, colour, 12);  // the kernel
  }
}

void rule(const ViewContext& ctx, ImVec2 from, float width) {
  ImGui::GetWindowDrawList()->AddRectFilled(from, {from.x + width, from.y + std::max(1.0f, ctx.px(1))}, ctx.theme.line);
}

void tooltip(const ViewContext& ctx, std::string_view text) {
  if (text.empty()) return;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(ctx.px(10), ctx.px(8)));
  ImGui::BeginTooltip();
  ImGui::PushFont(ctx.fonts.body);
  ImGui::PushTextWrapPos(ctx.px(360));
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::PopTextWrapPos();
  ImGui::PopFont();
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

void hatch(ImDrawList* list, Box box, ImU32 colour, float pitch, float thickness) {
  list->PushClipRect(box.min, box.max, true);
  for (float x = box.min.x - box.height(); x < box.max.x; x += std::max(2.0f, pitch))
    list->AddLine({x, box.max.y}, {x + box.height(), box.min.y}, colour, thickness);
  list->PopClipRect();
}

void dashed_bezier(ImDrawList* list, ImVec2 a, ImVec2 b, ImVec2 c, ImVec2 d, ImU32 colour, float thickness,
                   float dash) {
  constexpr int kParts = 120;
  auto at = [&](float t) {
    const float u = 1 - t, w0 = u * u * u, w1 = 3 * u * u * t, w2 = 3 * u * t * t, w3 = t * t * t;
    return ImVec2(w0 * a.x + w1 * b.x + w2 * c.x + w3 * d.x, w0 * a.y + w1 * b.y + w2 * c.y + w3 * d.y);
  };
  float along = 0;
  ImVec2 last = a;
  for (int i = 1; i <= kParts; ++i) {
    const ImVec2 next = at(float(i) / kParts);
    const float step = std::hypot(next.x - last.x, next.y - last.y);
    if (std::fmod(along, 2 * dash) < dash) list->AddLine(last, next, colour, thickness);
    along += step;
    last = next;
  }
}

}  // namespace exo::views
