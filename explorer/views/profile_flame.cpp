// The picture of the stacks: a rectangle a frame, as wide as its instructions, on what called it. Widths are exact;
// what is narrower than a pixel is drawn together with its neighbours, faintly, and said.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/views/arrangement.hpp"
#include "explorer/views/profile_parts.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using debugger::Profile;
using debugger::ProfileFrame;
using Kind = ProfileFrame::Kind;

struct Picture {
  const ViewContext& ctx;
  const Profile& profile;
  Box field;  ///< in sight
  float left, width;
  float first;  ///< y of the first level's edge that is nearer to the root
  float pitch;
  bool upwards;
  std::uint32_t base = 0;  ///< depth of the frame that fills the width

  [[nodiscard]] Box level(std::uint32_t depth, float x, float wide) const {
    const float y = upwards ? first - pitch * float(depth + 1) : first + pitch * float(depth);
    return {{x, y}, {x + wide, y + pitch}};
  }
};

/// Two functions beside each other are told apart by a little light.
float shade(std::string_view name) {
  std::uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ std::uint8_t(c)) * 16777619u;
  return float(hash % 5) / 4;
}

ImU32 ground_of(const ViewContext& ctx, const ProfileFrame& frame) {
  const Theme& t = ctx.theme;
  if (frame.kind == Kind::All) return t.card;
  if (frame.kind == Kind::Boundary) return t.card;
  const std::uint32_t side = frame.in_kernel ? debugger::kKernel : frame.env;
  return blend(t.panel, env_colour(t, side), (t.light ? 0.3f : 0.34f) + 0.14f * shade(frame.name));
}

std::string tip_of(const ViewContext& ctx, const Profile& profile, std::uint32_t number) {
  const ProfileFrame& frame = profile.frames[number];
  const ProfileFrame& parent = profile.frames[frame.parent];
  std::string out = fmt::format("{}\n{}", frame.name, whose(ctx, frame.env, frame.in_kernel));
  if (frame.kind == Kind::All) out = "All that was counted";
  if (frame.kind == Kind::Owner) out = whose(ctx, frame.env, false) + " had the processor";
  out += fmt::format("\n{} with all that it called, {} of all", plural(frame.total, "instruction"),
                     percent(frame.total, profile.instructions));
  if (number != 0) out += fmt::format(", {} of what is below it", percent(frame.total, parent.total));
  if (frame.self != 0 || frame.kind == Kind::Function) out += fmt::format("\n{} of its own", grouped(frame.self));
  if (frame.inlined) out += "\nThe compiler put it into the one below: no call.";
  if (frame.kind == Kind::Boundary)
    out += frame.in_kernel ? "\nNo call: the way into the kernel." : "\nNo call: somebody else made it go on here.";
  if (frame.shortened) out += "\nCalls within are missing: there was no room to count them apart.";
  return out;
}

void draw_frame(const Picture& picture, std::uint32_t number, Box box) {
  const ViewContext& ctx = picture.ctx;
  const Theme& t = ctx.theme;
  ProfileUi& ui = ctx.ui.profile;
  const ProfileFrame& frame = picture.profile.frames[number];
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Box inner{{box.min.x, box.min.y}, {std::max(box.min.x + 1, box.max.x - 1), box.max.y - 1}};
  const Touch on = touch(ctx, fmt::format("flame {}", number), inner);
  const bool beside = frame.depth < picture.base;  // an ancestor of what fills the width
  const bool searched = !ui.search.empty(), found = searched && ui.found[number];
  ImU32 ground = ground_of(ctx, frame), ink = t.text;
  if (beside) ground = blend(t.panel, ground, 0.55f);
  if (searched && !found) {
    ground = blend(t.panel, ground, 0.35f);
    ink = t.faint;
  }
  if (on.hovered) ground = blend(ground, t.text, 0.14f);
  list->AddRectFilled(inner.min, inner.max, ground, ctx.px(2));
  if (frame.kind == Kind::Boundary && inner.width() > ctx.px(4))
    list->AddRectFilled(inner.min, {inner.min.x + ctx.px(2), inner.max.y},
                        env_colour(t, frame.in_kernel ? debugger::kKernel : frame.env));
  if (found || (!ui.chosen.empty() && ui.chosen == frame.name))
    list->AddRect(inner.min, inner.max, t.accent, ctx.px(2), 0, ctx.px(1.4f));
  if (number == ui.focus && ui.keys) list->AddRect(inner.min, inner.max, t.cursor, ctx.px(2), 0, ctx.px(2));

  float x = inner.min.x + ctx.px(5);
  if (frame.kind == Kind::Owner && inner.width() > ctx.px(20)) {
    env_glyph(list, {x + ctx.px(4), inner.centre().y}, ctx.px(4), frame.env, env_colour(t, frame.env));
    x += ctx.px(13);
  }
  const float room = inner.max.x - x - ctx.px(3);
  if (room > ctx.px(18)) {
    const ImFont* font = ctx.fonts.small;
    std::string_view name = frame.name;
    if (frame.kind == Kind::All) name = "all that was counted";
    if (text_width(font, name) > room) name = short_function(name);
    if (frame.kind == Kind::Boundary) ink = searched && !found ? t.faint : t.soft;
    draw_text_cut(list, font, {x, inner.centre().y - font->FontSize / 2}, room, ink, name);
  }
  if (on.hovered) tooltip(ctx, tip_of(ctx, picture.profile, number));
  if (on.asked) ui.chosen = frame.name;
  if (on.clicked) {
    zoom_flame(ctx, number);
    ui.keys = true;
  }
}

/// What is too narrow to be told apart: `count` frames of so many instructions.
void draw_rest(const Picture& picture, Box box, std::uint32_t parent, std::size_t count, std::uint64_t instructions) {
  const ViewContext& ctx = picture.ctx;
  if (box.width() < 1) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(box.min, {box.max.x, box.max.y - 1}, faded(ctx.theme.line, 0.6f));
  const Touch on = touch(ctx, fmt::format("flame rest {}", parent), box);
  if (on.hovered)
    tooltip(ctx,
            fmt::format("{} too narrow to be drawn: {}", plural(count, "call"), plural(instructions, "instruction")));
  if (on.clicked) zoom_flame(ctx, parent);
}

void draw_within(const Picture& picture, std::uint32_t number, Box box) {
  draw_frame(picture, number, box);
  const auto& frames = picture.profile.frames;
  const ProfileFrame& frame = frames[number];
  const Box next = picture.level(frame.depth + 1, box.min.x, box.width());
  const bool beyond = picture.upwards ? next.max.y < picture.field.min.y : next.min.y > picture.field.max.y;
  if (beyond || frame.total == 0) return;
  const double unit = double(box.width()) / double(frame.total);
  double x = box.min.x;
  std::uint32_t child = number + 1;
  for (; child < frame.end; child = frames[child].end) {
    const double wide = double(frames[child].total) * unit;
    if (wide < 1) break;  // the largest come first
    draw_within(picture, child, picture.level(frame.depth + 1, float(x), float(wide)));
    x += wide;
  }
  std::uint64_t rest = 0;
  std::size_t count = 0;
  for (; child < frame.end; child = frames[child].end, ++count) rest += frames[child].total;
  if (count != 0)
    draw_rest(picture, picture.level(frame.depth + 1, float(x), float(double(rest) * unit)), number, count, rest);
}

/// Levels that what fills the width has.
std::uint32_t deepest(const Profile& profile, std::uint32_t zoom) {
  std::uint32_t out = 0;
  for (std::uint32_t i = zoom; i < profile.frames[zoom].end; ++i) out = std::max(out, profile.frames[i].depth);
  return out;
}

std::uint32_t first_child(const Profile& profile, std::uint32_t of) {
  return of + 1 < profile.frames[of].end ? of + 1 : of;
}

/// The one beside it, on the same parent; itself when there is none.
std::uint32_t neighbour(const Profile& profile, std::uint32_t of, bool right) {
  if (of == 0) return of;
  const std::uint32_t parent = profile.frames[of].parent;
  if (right) return profile.frames[of].end < profile.frames[parent].end ? profile.frames[of].end : of;
  std::uint32_t before = of;
  for (std::uint32_t i = parent + 1; i < of; i = profile.frames[i].end) before = i;
  return before;
}

}  // namespace

void zoom_flame(const ViewContext& ctx, std::uint32_t frame) {
  ProfileUi& ui = ctx.ui.profile;
  if (!ui.made_of || frame >= ui.made_of->frames.size()) return;
  ui.zoom = ui.focus = frame;
  ui.focus_moved = true;
}

bool flame_key(const ViewContext& ctx, Chord chord) {
  ProfileUi& ui = ctx.ui.profile;
  if (!ui.keys || !ui.made_of || ctx.ui.shell.palette_open) return false;
  bool seen = false;
  for (int i = 0; i < regions_in_use(ctx.ui); ++i) seen |= region(ctx.ui, i) == panel_named("profile");
  if (!seen) return ui.keys = false;
  const Profile& profile = *ui.made_of;
  const std::uint32_t before = ui.focus;
  const auto inwards = ui.upwards ? Key::Up : Key::Down, outwards = ui.upwards ? Key::Down : Key::Up;
  if (chord == Key::Escape)
    ui.keys = false;
  else if (chord == inwards)
    ui.focus = first_child(profile, before);
  else if (chord == outwards)
    ui.focus = profile.frames[before].parent;
  else if (chord == Key::Left || chord == Key::Right)
    ui.focus = neighbour(profile, before, chord == Key::Right);
  else if (chord == Key::Enter)
    ui.zoom = ui.focus;
  else if (chord == Key::Backspace)
    ui.zoom = ui.focus = profile.frames[ui.zoom].parent;
  else
    return false;
  const ProfileFrame& zoomed = profile.frames[ui.zoom];
  if (ui.focus < ui.zoom || ui.focus >= zoomed.end) ui.zoom = ui.focus;  // what the keys are at is in the picture
  ui.focus_moved = ui.focus != before;
  return true;
}

void draw_flame_graph(const ViewContext& ctx, Box box) {
  ProfileUi& ui = ctx.ui.profile;
  const Profile& profile = *ui.made_of;
  if (profile.frames.empty() || box.height() < ctx.px(40)) return;
  ui.zoom = std::min<std::uint32_t>(ui.zoom, std::uint32_t(profile.frames.size()) - 1);
  ctx.mark("flame graph", box);
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !box.contains(ImGui::GetIO().MousePos)) ui.keys = false;
  const float pitch = ctx.fonts.small->FontSize + ctx.px(7);
  const float all = pitch * float(deepest(profile, ui.zoom) + 1);
  ImGui::SetCursorScreenPos(box.min);
  ImGui::BeginChild("flames", {box.width(), box.height()}, false);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float height = std::max(all, box.height() - ctx.px(2));
  if (ui.focus_moved && ui.focus < profile.frames.size()) {
    const float depth = pitch * float(profile.frames[ui.focus].depth);
    const float y = ui.upwards ? height - depth - pitch : depth, top = ImGui::GetScrollY();
    if (y < top || y + pitch > top + box.height())
      ImGui::SetScrollY(std::max(0.0f, y - (ui.upwards ? box.height() * 0.7f : box.height() * 0.3f)));
  }
  ui.focus_moved = false;
  const float width = box.width() - (all > box.height() ? ctx.px(12) : 0);
  const Picture picture{ctx,      profile,    box,
                        origin.x, width,      ui.upwards ? origin.y + height : origin.y,
                        pitch,    ui.upwards, profile.frames[ui.zoom].depth};
  // What called it is drawn as wide as itself, and fainter: the way back.
  for (std::uint32_t up = ui.zoom; up != 0;) {
    up = profile.frames[up].parent;
    draw_frame(picture, up, picture.level(profile.frames[up].depth, origin.x, width));
  }
  draw_within(picture, ui.zoom, picture.level(picture.base, origin.x, width));
  ImGui::SetCursorScreenPos({origin.x, origin.y + height});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace exo::views
