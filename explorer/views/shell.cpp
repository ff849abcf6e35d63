#include "explorer/views/shell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "explorer/views/actions.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/views/command_palette.hpp"
#include "explorer/views/incidents_view.hpp"
#include "explorer/views/lessons_view.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/rebuild_parts.hpp"
#include "explorer/views/stage.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr float kTopBar = 52, kGap = 10, kInject = 244;
constexpr std::size_t kIndexBudget = 400'000, kFilterBudget = 2'000, kMostMarks = 20'000;

void panel_ground(const ViewContext& ctx, Box box) {
  ImGui::GetWindowDrawList()->AddRectFilled(box.min, box.max, ctx.theme.panel, ctx.px(5));
}

Box inset(Box box, float x, float y) { return {{box.min.x + x, box.min.y + y}, {box.max.x - x, box.max.y - y}}; }

}  // namespace

void Shell::look(const model::Look& look) {
  using Object = model::Look::Object;
  using Kind = Selection::Kind;
  const int panel = panel_named(look.view);
  // Who hides the story does not follow it from panel to panel.
  if (panel >= 0 && ui.shell.story) show_panel(ui, panel);
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
  // Names carry numbers of events: over a long run there is no end to them.
  if (ui.marks.size() > kMostMarks) ui.marks.clear();
  index_.update(frame.history, kIndexBudget);
  ui.filter.set(ui.choice);
  const std::size_t dropped = ui.filter.dropped();
  const bool all_found = ui.filter.scan(frame.history, kFilterBudget);
  if (ui.filter.dropped() > dropped) ui.events_top -= double(ui.filter.dropped() - dropped);
  busy_ = index_.scanned() < frame.history.size() || !all_found;

  // Another run came to stand where the old one stood: what was found out about that one is of no use.
  if (frame.rebuilding != nullptr && frame.rebuilding->stage == model::Rebuilding::Stage::Back &&
      ui.rebuild.seen != frame.rebuilding->number) {
    ui.filter = model::FilterIndex();
    ui.filter.set(ui.choice);
    ui.time.columns.clear();
    story_step_ = frame.story.current(frame.cursor);
  }

  // A step that has just begun shows what it wants looked at.
  const int step = frame.story.current(frame.cursor);
  if (step != story_step_) {
    story_step_ = step;
    if (step >= 0) look(frame.story.steps[std::size_t(step)].look);
  }

  // So does another run to compare with.
  if (frame.partner != ui.compare.seen) {
    ui.compare.seen = frame.partner;
    ui.compare.shown.reset();
    if (frame.partner != nullptr) show_panel(ui, panel_named("compare"));
  }
  busy_ = busy_ || std::exchange(ui.console.busy, false) || ui.compare.busy ||
          (frame.partner != nullptr && !frame.partner->over);

  const model::State& state = frame.history.state_at(frame.cursor);
  const Highlight highlight = relate(ui.selection, state);
  const Theme& colours = this->colours();
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
                        frame.sources,
                        frame.lessons,
                        frame.partner,
                        frame.partner_choices,
                        frame.saving,
                        frame.debug,
                        frame.rebuilding,
                        frame.opened,
                        frame.profile,
                        frame.incidents};
  apply_style(colours, scale);
  react_to_rebuild(ctx);
  if (frame.rebuilding != nullptr && !frame.rebuilding->busy() && (!keys_.empty() || ImGui::IsMouseClicked(0)))
    ui.rebuild.closed = frame.rebuilding->number;
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
  if (!ui.data.only) why_card(ctx, screen);
  if (!ui.data.only) draw_overlays(ctx, screen, frame.notice);
  return out;
}

const Theme& Shell::colours() const {
  return theme(ui.shell.projector ? with_contrast(ui.shell.palette) : ui.shell.palette);
}

ImVec2 Shell::least_size() const {
  if (ui.shell.projector) return {720, 560};
  return {960, 690};
}

std::size_t Shell::memory_bytes() const {
  return index_.memory_bytes() + ui.filter.memory_bytes() + ui.marks.size() * sizeof(*ui.marks.begin()) +
         ui.time.columns.capacity() * sizeof(TimeUi::Column);
}

void Shell::begin_again() {
  UiState next;
  next.shell = ui.shell;
  next.shell.lessons_open = next.shell.palette_open = false;
  ui = std::move(next);
  index_ = TraceIndex();
  story_step_ = -1;
}

void Shell::draw_overlays(const ViewContext& ctx, Box screen, std::string_view notice) {
  if (ctx.saving != nullptr) draw_saving(ctx, screen);
  if (ctx.rebuilding != nullptr) draw_rebuilding(ctx, screen);
  if (!notice.empty()) draw_notice(ctx, screen, notice);
  if (ui.help) draw_help(ctx, screen);
  if (ui.shell.lessons_open) draw_lessons(ctx, screen);
  if (ui.shell.palette_open) draw_command_palette(ctx, screen);
  if (ui.shell.spotlight) draw_spotlight(ctx, screen);
  if (ui.shell.blank) draw_blank(ctx, screen);
}

void Shell::lay_out(const ViewContext& ctx, Box screen) {
  if (ui.data.only) {  // a picture of one view
    panel_ground(ctx, screen);
    panels()[std::size_t(ui.shell.panel)].draw(ctx, inset(screen, ctx.px(16), ctx.px(14)));
    return;
  }
  const ShellUi& shell = ui.shell;
  const float gap = ctx.px(kGap), top = shell.projector ? 0 : ctx.px(kTopBar);
  // Sides give way on a small window before the middle does.
  const float width = screen.width(), height = screen.height(), most = shell.projector ? 0.36f : 0.24f;
  const float left = shell.story ? std::clamp(ctx.px(shell.left), ctx.px(150), std::max(ctx.px(150), width * most)) : 0;
  const float right =
      shell.side ? std::clamp(ctx.px(shell.right), ctx.px(150), std::max(ctx.px(150), width * 0.24f)) : 0;
  const float bottom =
      shell.time ? std::clamp(ctx.px(shell.bottom), ctx.px(70), height * (height < ctx.px(900) ? 0.24f : 0.42f)) : 0;
  if (!shell.projector) draw_top_bar(ctx, {{0, 0}, {width, top}});

  const float y0 = top + gap, y1 = height - gap - (shell.time ? bottom + gap : 0);
  const float first = shell.mirrored ? right : left, last = shell.mirrored ? left : right;
  const Box one{{gap, y0}, {gap + first, y1}}, two{{width - gap - last, y0}, {width - gap, y1}};
  const Box middle{{first > 0 ? one.max.x + gap : gap, y0}, {last > 0 ? two.min.x - gap : width - gap, y1}};
  const Box story = shell.mirrored ? two : one, side = shell.mirrored ? one : two;
  const Box time{{gap, y1 + gap}, {width - gap, height - gap}};
  float& one_size = shell.mirrored ? ui.shell.right : ui.shell.left;
  float& two_size = shell.mirrored ? ui.shell.left : ui.shell.right;
  if (first > 0) splitter(ctx, "split left", {{one.max.x, y0}, {middle.min.x, y1}}, true, one_size, 1, 150, 900);
  if (last > 0) splitter(ctx, "split right", {{middle.max.x, y0}, {two.min.x, y1}}, true, two_size, -1, 150, 900);
  if (shell.time)
    splitter(ctx, "split bottom", {{gap, y1}, {width - gap, time.min.y}}, false, ui.shell.bottom, -1, 70, 900);

  const float pad = ctx.px(16);
  if (shell.story) {
    panel_ground(ctx, story);
    draw_story(ctx, inset(story, pad, pad));
  }
  if (incident_to_tell(ctx) != nullptr) {
    const float bar = incident_bar_height(ctx);
    draw_incident_bar(ctx, {middle.min, {middle.max.x, middle.min.y + bar}});
    draw_middle(ctx, {{middle.min.x, middle.min.y + bar + gap}, middle.max});
  } else {
    draw_middle(ctx, middle);
  }
  if (shell.side) draw_side(ctx, side, pad);
  if (shell.time) {
    panel_ground(ctx, time);
    draw_time(ctx, {{time.min.x + pad, time.min.y + ctx.px(14)}, {time.max.x - pad, time.max.y - ctx.px(8)}});
  }

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

void Shell::draw_side(const ViewContext& ctx, Box side, float pad) {
  panel_ground(ctx, side);
  const float inject = ctx.live() ? std::min(ctx.px(kInject), side.height() * 0.6f) : ctx.px(64);
  const Box selected{side.min, {side.max.x, side.max.y - inject}};
  draw_selected(ctx, inset(selected, pad, pad));
  rule(ctx, {side.min.x + pad, selected.max.y}, side.width() - 2 * pad);
  draw_inject(ctx, {{side.min.x + pad, selected.max.y + ctx.px(12)}, {side.max.x - pad, side.max.y - ctx.px(8)}});
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
