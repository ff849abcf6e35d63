// Keys, and the sheet that says what each does: both read the table of actions.
#include <algorithm>
#include <array>
#include <utility>

#include "explorer/views/actions.hpp"
#include "explorer/views/command_palette.hpp"
#include "explorer/views/lessons_view.hpp"
#include "explorer/views/profile_parts.hpp"
#include "explorer/views/shell.hpp"

namespace exo::views {
namespace {

struct Line {
  std::string keys, words;
  bool heading = false;
  int group = 0;
};

/// The lines of the sheet, group by group; what the mouse does stands with them.
std::vector<Line> sheet() {
  std::vector<Line> out;
  for (int group = 0; group < kGroups; ++group) {
    const std::size_t start = out.size();
    for (const Action& action : actions()) {
      if (action.group != Group(group) || action.keys.empty() || !action.on_sheet) continue;
      std::string keys = words_of(action.keys[0]);
      if (action.keys.size() > 1) keys += ", " + words_of(action.keys[1]);
      out.push_back({keys, action.title, false, group});
    }
    if (Group(group) == Group::Time) {
      out.push_back({"wheel", "Over the lanes: zoom in time", false, group});
      out.push_back({"drag", "Over the lanes: move in time", false, group});
    }
    if (out.size() > start) out.insert(out.begin() + std::ptrdiff_t(start), {"", title_of(Group(group)), true, group});
  }
  return out;
}

}  // namespace

std::string file_name(std::string_view source, std::string_view ending) {
  std::string_view name =
      source.substr(source.find_last_of('/') == std::string_view::npos ? 0 : source.find_last_of('/') + 1);
  name = name.substr(0, name.find_last_of('.'));
  std::string out(name.empty() ? "recording" : name);
  return out.append(ending);
}
std::string recording_name(std::string_view source) { return file_name(source, ".exotrace"); }
std::string packets_name(std::string_view source) { return file_name(source, ".pcap"); }

bool Shell::takes(Chord chord) const {
  return ui.shell.palette_open &&
         (chord == Key::Escape || chord == Key::Enter || chord == Key::Up || chord == Key::Down);
}

bool Shell::is_for_field(Chord chord) const {
  return ImGui::GetIO().WantTextInput && !works_while_typing(chord) && !takes(chord);
}

namespace {

/// ImGui takes a click in two frames, its going down and its going up, and the panels act on it when they are drawn.
bool is_clicking() {
  for (const ImGuiMouseButton button : {ImGuiMouseButton_Left, ImGuiMouseButton_Right})
    if (ImGui::IsMouseClicked(button) || ImGui::IsMouseReleased(button)) return true;
  return false;
}

}  // namespace

// A key that comes behind a click is for what was clicked: it waits until that is chosen.
void Shell::take_keys(const ViewContext& ctx) {
  if (is_clicking()) return;
  const std::vector<Chord> pressed = std::exchange(keys_, {});
  for (const Chord& chord : pressed) {
    if (is_for_field(chord)) continue;  // the click gave the keyboard to one
    const Action* action = action_of(chord);
    // On a black screen any key but the one that made it brings the picture back.
    if (ui.shell.blank && (action == nullptr || action->id != "view.blank")) {
      ui.shell.blank = false;
      continue;
    }
    if (ui.shell.palette_open) {
      if (!command_palette_key(ctx, chord) && action != nullptr && works_while_typing(chord))
        (void)perform(ctx, *action);
      continue;
    }
    if (ui.shell.lessons_open) {
      const bool outside = action != nullptr && action->group != Group::Story && action->group != Group::Run;
      if (!lessons_key(ctx, chord) && outside) (void)perform(ctx, *action);
      continue;
    }
    if (flame_key(ctx, chord)) continue;
    if (action != nullptr) (void)perform(ctx, *action);
  }
}

void draw_help(const ViewContext& ctx, Box screen) {
  const Theme& t = ctx.theme;
  const std::vector<Line> lines = sheet();
  // As many columns as the window is wide, and rows as close as its height asks for.
  const float pad = ctx.px(26), head = ctx.px(34), gap = ctx.px(22);
  const int most = std::clamp(int((screen.width() - 2 * pad) / ctx.px(320)), 1, 3);
  const int per = (int(lines.size()) + most - 1) / most + 1;  // a heading more, where a group goes on
  const float row =
      std::min(ctx.fonts.body->FontSize + ctx.px(9), (screen.height() - 2 * pad - head - ctx.px(20)) / float(per));
  const float column = std::min(ctx.px(400), (screen.width() - 2 * pad - ctx.px(20)) / float(most) - gap);
  const ImVec2 size{float(most) * (column + gap) - gap + 2 * pad, row * float(per) + 2 * pad + head};
  const Box box{{screen.centre().x - size.x / 2, screen.centre().y - size.y / 2},
                {screen.centre().x + size.x / 2, screen.centre().y + size.y / 2}};
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(screen.max);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, faded(t.ground, 0.6f));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0.0f);
  ImGui::Begin("keys", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoNav);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(box.min, box.max, t.card, ctx.px(8));
  list->AddRect(box.min, box.max, t.line, ctx.px(8));
  ctx.mark("sheet", box);
  draw_text(list, ctx.fonts.heading, {box.min.x + pad, box.min.y + pad}, t.text, "Keys");
  const float top = box.min.y + pad + head;
  float keys = 0;
  for (const Line& line : lines) keys = std::max(keys, text_width(ctx.fonts.mono, line.keys) + ctx.px(12));
  float x = box.min.x + pad, y = top;
  int used = 0;
  for (const Line& line : lines) {
    // A heading never stands at the foot of a column.
    if (used >= per - (line.heading ? 1 : 0)) {
      x += column + gap;
      y = top;
      used = 0;
      if (!line.heading) {  // goes on with the group of the column before
        draw_label(ctx, {x, y + row * 0.3f}, title_of(Group(line.group)));
        y += row;
        ++used;
      }
    }
    if (line.heading) {
      draw_label(ctx, {x, y + row * 0.3f}, line.words);
    } else {
      draw_text(list, ctx.fonts.mono, {x, y}, t.accent, line.keys);
      draw_text_cut(list, ctx.fonts.body, {x + keys, y}, column - keys, t.text, line.words);
    }
    y += row;
    ++used;
  }
  if (touch(ctx, "close help", screen).clicked) ctx.ui.help = false;
  ImGui::End();
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
}

}  // namespace exo::views
