// Keys: what each does, and the sheet that says so. The sheet and the meaning stand side by side so that they agree.
#include <algorithm>
#include <array>

#include "explorer/views/shell.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr std::array<std::array<const char*, 2>, 19> kSheet{{
    {"Space", "run or pause"},
    {"Right", "one event on"},
    {"Left", "one event back"},
    {"N, Page Down", "next step of the story"},
    {"Page Up", "previous step of the story"},
    {"Home, End", "first event, newest event"},
    {"1 to 6", "Machine, Bindings, Revocations, Events, Processor, Downloads"},
    {"Tab", "next panel (Shift: previous)"},
    {"Ctrl F", "search the events"},
    {"Enter", "reveal the answer"},
    {"+ and \u2212", "larger and smaller"},
    {"T", "dark or light"},
    {"S", "one panel or two"},
    {"Ctrl S", "save a recording of this run"},
    {"Ctrl P", "save its packets, for tcpdump and others"},
    {"Esc", "select nothing"},
    {"?", "this sheet"},
    {"wheel", "over the lanes: zoom in time"},
    {"drag", "over the lanes: move in time"},
}};

std::string file_name(std::string_view source, const char* ending) {
  std::string_view name =
      source.substr(source.find_last_of('/') == std::string_view::npos ? 0 : source.find_last_of('/') + 1);
  name = name.substr(0, name.find_last_of('.'));
  std::string out(name.empty() ? "recording" : name);
  return out + ending;
}
}  // namespace

std::string recording_name(std::string_view source) { return file_name(source, ".exotrace"); }
std::string packets_name(std::string_view source) { return file_name(source, ".pcap"); }

void Shell::take_keys(const ViewContext& ctx) {
  const int count = int(panels().size());
  for (const Key key : keys_) {
    switch (key) {
      case Key::Space:
        ctx.emit(ctx.playing ? model::Command(model::Pause{}) : model::Command(model::Run{}));
        break;
      case Key::Right:
        ctx.emit(model::StepEvent{1});
        break;
      case Key::Left:
        ctx.emit(model::StepBack{1});
        break;
      case Key::PageDown:
      case Key::Next:
        ctx.emit(model::StepStory{});
        break;
      case Key::PageUp:
        ctx.emit(model::StepStoryBack{});
        break;
      case Key::Home:
        ctx.seek(0);
        break;
      case Key::End:
        ctx.emit(model::GoLive{});
        break;
      case Key::Plus:
        ui.scale = std::min(4.0f, ui.scale + 0.25f);
        break;
      case Key::Minus:
        ui.scale = std::max(1.0f, ui.scale - 0.25f);
        break;
      case Key::Tab:
        ui.panel = (ui.panel + 1) % count;
        break;
      case Key::BackTab:
        ui.panel = (ui.panel + count - 1) % count;
        break;
      case Key::Digit1:
      case Key::Digit2:
      case Key::Digit3:
      case Key::Digit4:
      case Key::Digit5:
      case Key::Digit6:
        ui.panel = std::min(count - 1, int(key) - int(Key::Digit1));
        break;
      case Key::Escape:
        if (ui.help)
          ui.help = false;
        else
          ui.selection = {};
        ui.inject.confirm_kill = 0;
        break;
      case Key::Search:
        ui.panel = panel_named("events");
        ui.focus_search = true;
        break;
      case Key::Theme:
        ui.light = !ui.light;
        break;
      case Key::Split:
        ui.second = ui.second >= 0 ? -1 : panel_named(ui.panel == panel_named("events") ? "machine" : "events");
        break;
      case Key::Save:
        ctx.emit(model::SaveRecording{recording_name(ctx.source)});
        break;
      case Key::SavePackets:
        ctx.emit(model::SavePackets{packets_name(ctx.source)});
        break;
      case Key::Help:
        ui.help = !ui.help;
        break;
      case Key::Enter: {
        const int step = ctx.story.current(ctx.cursor);
        if (step >= 0 && ctx.story.steps[std::size_t(step)].ask) ui.revealed.insert(step);
        break;
      }
    }
  }
  keys_.clear();
}

void draw_help(const ViewContext& ctx, Box screen) {
  const Theme& t = ctx.theme;
  const float row = ctx.fonts.body->FontSize + ctx.px(9), pad = ctx.px(26);
  const ImVec2 size{ctx.px(440), row * float(kSheet.size()) + 2 * pad + ctx.px(34)};
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
  float y = box.min.y + pad;
  draw_text(list, ctx.fonts.heading, {box.min.x + pad, y}, t.text, "Keys");
  y += ctx.px(34);
  for (const auto& line : kSheet) {
    draw_text(list, ctx.fonts.mono, {box.min.x + pad, y}, t.accent, line[0]);
    draw_text(list, ctx.fonts.body, {box.min.x + pad + ctx.px(140), y}, t.text, line[1]);
    y += row;
  }
  if (touch(ctx, "close help", screen).clicked) ctx.ui.help = false;
  ImGui::End();
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
}

}  // namespace exo::views
