#include "explorer/views/shell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/views/actions.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr float kTopBar = 52, kGap = 10, kInject = 252;
constexpr std::size_t kIndexBudget = 200'000, kFilterBudget = 2'000;

void panel_ground(const ViewContext& ctx, Box box) {
  ImGui::GetWindowDrawList()->AddRectFilled(box.min, box.max, ctx.theme.panel, ctx.px(5));
}

Box inset(Box box, float x, float y) { return {{box.min.x + x, box.min.y + y}, {box.max.x - x, box.max.y - y}}; }

}  // namespace

void Shell::look(const model::Look& look) {
  using Object = model::Look::Object;
  using Kind = Selection::Kind;
  const int panel = panel_named(look.view);
  if (panel >= 0) ui.panel = panel;
  switch (look.object) {
    case Object::None:
      break;
    case Object::Frame:
      ui.selection = {Kind::Frame, look.number};
      break;
    case Object::Environment:
      ui.selection = {Kind::Environment, look.number};
      break;
    case Object::TlbEntry:
      ui.selection = {Kind::TlbEntry, look.number};
      break;
    case Object::StlbSlot:
      ui.selection = {Kind::StlbSlot, look.number};
      break;
    case Object::Slice:
      ui.selection = {Kind::Slice, look.number};
      break;
    case Object::Download:
      ui.selection = {Kind::Download, look.number};
      break;
    case Object::Packet:
      ui.selection = {Kind::Packet, look.number};
      break;
    case Object::Request:
      ui.selection = {Kind::Request, look.number};
      break;
  }
}

std::vector<model::Command> Shell::draw(const Frame& frame, const Fonts& fonts, float scale) {
  std::vector<model::Command> out;
  index_.update(frame.history, kIndexBudget);
  ui.filter.set(ui.choice);
  const bool all_found = ui.filter.scan(frame.history, kFilterBudget);
  busy_ = index_.scanned() < frame.history.size() || !all_found;

  // A step that has just begun shows what it wants looked at.
  const int step = frame.story.current(frame.cursor);
  if (step != story_step_) {
    story_step_ = step;
    if (step >= 0) look(frame.story.steps[std::size_t(step)].look);
  }

  const model::State& state = frame.history.state_at(frame.cursor);
  const Highlight highlight = relate(ui.selection, state);
  const Theme& colours = theme(ui.light);
  const ViewContext ctx{frame.history,
                        state,
                        frame.story,
                        index_,
                        colours,
                        fonts,
                        highlight,
                        ui,
                        out,
                        frame.cursor,
                        frame.following,
                        frame.playing || frame.status == MachineStatus::Running,
                        frame.status,
                        frame.status_text,
                        frame.source,
                        frame.warning,
                        frame.pace,
                        scale,
                        frame.sources};
  apply_style(colours, scale);
  take_keys(ctx);

  const ImVec2 size = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0.0f);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, colours.ground);
  ImGui::Begin("Exoscope", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse |
                   ImGuiWindowFlags_NoNav);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(2);
  ImGui::PushFont(fonts.body);
  const Box screen{{0, 0}, size};
  const Selection before = ui.selection;
  lay_out(ctx, screen);
  answer_by_click(ctx, before);
  ImGui::PopFont();
  ImGui::End();
  why_card(ctx, screen);
  if (ui.help) draw_help(ctx, screen);
  return out;
}

void Shell::lay_out(const ViewContext& ctx, Box screen) {
  if (ui.data.only) {  // a picture of one view
    panel_ground(ctx, screen);
    panels()[std::size_t(ui.panel)].draw(ctx, inset(screen, ctx.px(16), ctx.px(14)));
    return;
  }
  const float gap = ctx.px(kGap), top = ctx.px(kTopBar);
  // Sides give way on a small window before the middle does.
  const float width = screen.width(), height = screen.height();
  const float left = std::clamp(ctx.px(ui.left), ctx.px(150), width * 0.24f);
  const float right = std::clamp(ctx.px(ui.right), ctx.px(150), width * 0.24f);
  const float bottom = std::clamp(ctx.px(ui.bottom), ctx.px(70), height * (height < ctx.px(900) ? 0.24f : 0.42f));
  draw_top_bar(ctx, {{0, 0}, {width, top}});

  const float y0 = top + gap, y1 = height - bottom - 2 * gap;
  const Box story{{gap, y0}, {gap + left, y1}};
  const Box side{{width - gap - right, y0}, {width - gap, y1}};
  const Box middle{{story.max.x + gap, y0}, {side.min.x - gap, y1}};
  const Box time{{gap, y1 + gap}, {width - gap, height - gap}};
  splitter(ctx, "split left", {{story.max.x, y0}, {middle.min.x, y1}}, true, ui.left, 1, 150, 900);
  splitter(ctx, "split right", {{middle.max.x, y0}, {side.min.x, y1}}, true, ui.right, -1, 150, 900);
  splitter(ctx, "split bottom", {{gap, y1}, {width - gap, time.min.y}}, false, ui.bottom, -1, 70, 900);

  const float pad = ctx.px(16);
  panel_ground(ctx, story);
  draw_story(ctx, inset(story, pad, pad));

  draw_middle(ctx, middle);

  panel_ground(ctx, side);
  const float inject = ctx.live() ? std::min(ctx.px(kInject), side.height() * 0.6f) : ctx.px(64);
  const Box selected{side.min, {side.max.x, side.max.y - inject}};
  draw_selected(ctx, inset(selected, pad, pad));
  rule(ctx, {side.min.x + pad, selected.max.y}, side.width() - 2 * pad);
  draw_inject(ctx, {{side.min.x + pad, selected.max.y + ctx.px(12)}, {side.max.x - pad, side.max.y - ctx.px(8)}});

  panel_ground(ctx, time);
  draw_time(ctx, {{time.min.x + pad, time.min.y + ctx.px(14)}, {time.max.x - pad, time.max.y - ctx.px(8)}});

  if (ctx.status == MachineStatus::Lost || ctx.state.panicked) {
    // The one thing that must not be overlooked.
    const std::string text =
        ctx.state.panicked ? "The kernel panicked: " + std::string(ctx.status_text) : std::string(ctx.status_text);
    const float wide = std::min(text_width(ctx.fonts.strong, text) + ctx.px(40), middle.width());
    const Box note{{middle.centre().x - wide / 2, middle.min.y + ctx.px(44)},
                   {middle.centre().x + wide / 2, middle.min.y + ctx.px(78)}};
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(note.min, note.max, ctx.theme.card, ctx.px(6));
    list->AddRect(note.min, note.max, ctx.theme.gap, ctx.px(6), 0, ctx.px(1.6f));
    draw_text_cut(list, ctx.fonts.strong, {note.min.x + ctx.px(20), note.centre().y - ctx.fonts.strong->FontSize / 2},
                  note.width() - ctx.px(40), ctx.theme.text, text);
  }
}

void Shell::draw_middle(const ViewContext& ctx, Box box) {
  const float pad = ctx.px(16), tabs = ctx.px(30);
  auto draw = [&](int& which, Box place, bool first) {
    panel_ground(ctx, place);
    if (first) ctx.mark("middle", place);
    ImGui::PushID(first ? "first" : "second");
    draw_tabs(ctx, {{place.min.x + pad, place.min.y + ctx.px(8)}, {place.max.x - pad, place.min.y + ctx.px(8) + tabs}},
              which, first);
    ImGui::PushID(which);
    panels()[std::size_t(which)].draw(
        ctx, {{place.min.x + pad, place.min.y + ctx.px(16) + tabs}, {place.max.x - pad, place.max.y - ctx.px(14)}});
    ImGui::PopID();
    ImGui::PopID();
  };
  if (ui.second < 0) return draw(ui.panel, box, true);
  // Two panels: side by side when each stays wide enough to be read, else one above the other.
  const float gap = ctx.px(kGap);
  Box one = box, two = box;
  if (box.width() >= ctx.px(1300)) {
    one.max.x = std::floor(box.centre().x - gap / 2);
    two.min.x = std::floor(box.centre().x + gap / 2);
  } else {
    one.max.y = std::floor(box.min.y + box.height() * 0.56f - gap / 2);
    two.min.y = std::floor(one.max.y + gap);
  }
  draw(ui.panel, one, true);
  draw(ui.second, two, false);
}

void Shell::draw_tabs(const ViewContext& ctx, Box box, int& which, bool first) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  float x = box.min.x, words = 0;
  for (const Panel& panel : panels()) words += text_width(ctx.fonts.strong, panel.title);
  // On a narrow window the tabs stand closer, and the button at the right is a sign.
  const bool narrow = words + float(panels().size()) * ctx.px(16) + ctx.px(66) > box.width();
  const float width_of_button = ctx.px(narrow ? 24 : 58);
  const float air = (box.width() - width_of_button - ctx.px(6) - words) / float(panels().size());
  const float pad = std::clamp(air, ctx.px(2), ctx.px(22));
  for (int i = 0; i < int(panels().size()); ++i) {
    const Panel& panel = panels()[std::size_t(i)];
    const bool chosen = i == which;
    const ImFont* font = chosen ? ctx.fonts.strong : ctx.fonts.body;
    const float width = text_width(ctx.fonts.strong, panel.title) + pad;
    const Box tab{{x, box.min.y}, {x + width, box.max.y}};
    const Touch on = touch(ctx, fmt::format("{}tab {}", first ? "" : "second ", panel.name), tab);
    draw_text_centred(list, font, tab, chosen || on.hovered ? ctx.theme.text : ctx.theme.soft, panel.title);
    if (chosen)
      list->AddRectFilled({tab.min.x + pad * 0.4f, tab.max.y - ctx.px(3)},
                          {tab.max.x - pad * 0.4f, tab.max.y - ctx.px(1)}, ctx.theme.accent, ctx.px(1));
    if (on.hovered) tooltip(ctx, with_keys(panel.tip, std::string("panel.") + panel.name));
    if (on.clicked) which = i;
    x += width;
  }
  const Box split{{box.max.x - width_of_button, box.min.y + ctx.px(2)}, {box.max.x, box.max.y - ctx.px(5)}};
  if (first && ui.second < 0 &&
      button(ctx, "split", split, narrow ? "+" : "Split", with_keys("Show a second panel", "panel.split")))
    ui.second = panel_named("events");
  if (!first && button(ctx, "unsplit", split, narrow ? "\u00d7" : "Close", with_keys("One panel only", "panel.split")))
    ui.second = -1;
  rule(ctx, {box.min.x, box.max.y}, box.width());
}

void Shell::splitter(const ViewContext& ctx, std::string_view name, Box box, bool vertical, float& size,
                     float direction, float low, float high) {
  const Touch on = touch(ctx, name, box);
  if (on.hovered || on.held) {
    ImGui::SetMouseCursor(vertical ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    const ImVec2 c = box.centre();
    const float half = ctx.px(1.5f);
    const Box bar = vertical ? Box{{c.x - half, box.min.y}, {c.x + half, box.max.y}}
                             : Box{{box.min.x, c.y - half}, {box.max.x, c.y + half}};
    ImGui::GetWindowDrawList()->AddRectFilled(bar.min, bar.max, ctx.theme.line, half);
  }
  if (on.held) {
    const ImVec2 delta = ImGui::GetIO().MouseDelta;
    size = std::clamp(size + direction * (vertical ? delta.x : delta.y) / ctx.scale, low, high);
  }
}

}  // namespace exo::views
