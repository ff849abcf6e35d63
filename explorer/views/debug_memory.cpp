// The Memory panel: bytes and letters from an address on, as the environment that is looked at sees them through its
// own bindings, or by physical address. What can't be read is drawn as two dots.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/views/debug_parts.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

void ask(const ViewContext& ctx) {
  if (ctx.ui.debug.address.empty()) return;
  ctx.emit(model::DebugMemory{ctx.ui.debug.address, ctx.ui.debug.physical});
}

/// Address, whose view, and pages; returns the y below.
float draw_head(const ViewContext& ctx, Box box) {
  DebugUi& ui = ctx.ui.debug;
  const debugger::MemoryView& memory = ctx.debug->memory;
  const float height = ctx.px(26), page = ctx.px(30), whose = ctx.px(box.width() > ctx.px(420) ? 150.0f : 86.0f);
  const float y = box.min.y;
  const Box field{{box.min.x, y}, {box.max.x - whose - 2 * page - ctx.px(15), y + height}};
  if (text_field(ctx, "memory address", field, "&table[3], $sp, 0x10010000",
                 "An address: a number, a register or any expression. Enter shows the bytes from there on.",
                 ui.address))
    ask(ctx);
  float x = field.max.x + ctx.px(5);
  const std::string who = ui.physical ? std::string("physical") : model::env_name(ctx.state, ctx.debug->env);
  if (button(ctx, "memory physical", {{x, y}, {x + whose, y + height}}, who,
             "As this environment sees it through its own bindings, or by physical address", {.active = ui.physical})) {
    ui.physical = !ui.physical;
    ask(ctx);
  }
  x += whose + ctx.px(5);
  const auto turn = [&](const char* name, const char* sign, const char* tip, std::uint32_t by) {
    if (button(ctx, name, {{x, y}, {x + page, y + height}}, sign, tip, {.enabled = !memory.bytes.empty()})) {
      ui.address = fmt::format("0x{:08x}", memory.address + by);
      ask(ctx);
    }
    x += page + ctx.px(5);
  };
  const auto bytes = std::uint32_t(memory.bytes.size());
  turn("memory before", "\u2212", "The bytes before these", 0u - bytes);
  turn("memory after", "+", "The bytes after these", bytes);
  return y + height + ctx.px(8);
}

}  // namespace

void show_memory_at(const ViewContext& ctx, std::string address, bool physical) {
  ctx.ui.debug.address = std::move(address);
  ctx.ui.debug.physical = physical;
  show_panel_last(ctx.ui, panel_named("memory"));  // the source stays in sight
  ask(ctx);
}

void draw_memory(const ViewContext& ctx, Box box) {
  if (!debugging(ctx, box)) return;
  const debugger::MemoryView& memory = ctx.debug->memory;
  const Theme& t = ctx.theme;
  const Box field{{box.min.x, draw_head(ctx, box)}, box.max};
  if (field.height() < ctx.px(16)) return;
  if (!memory.problem.empty() || memory.bytes.empty()) {
    draw_sentence(ctx, ctx.fonts.body, field.min, std::min(field.width(), ctx.px(480)),
                  memory.problem.empty() ? t.faint : t.gap,
                  memory.problem.empty() ? "Type an address, and press Enter." : memory.problem);
    ctx.mark("memory problem", field);
    return;
  }
  ImGui::SetCursorScreenPos(field.min);
  ImGui::BeginChild("bytes", {field.width(), field.height()}, false);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImFont* mono = ctx.fonts.mono_small;
  const float cell = text_width(mono, "0"), pitch = mono->FontSize + ctx.px(5);
  // Sixteen a row where they fit: address, two letters and a blank for each byte, and the text.
  const auto room = [&](std::size_t count) { return cell * float(10 + 3 * count + 2 + count + 2); };
  const std::size_t per = room(16) <= field.width() ? 16 : room(8) <= field.width() ? 8 : 4;
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const std::size_t rows = (memory.bytes.size() + per - 1) / per;
  const auto first = std::size_t(std::max(0.0f, (field.min.y - origin.y) / pitch));
  const std::size_t last = std::min(rows, first + std::size_t(field.height() / pitch) + 2);
  for (std::size_t r = first; r < last; ++r) {
    const float y = origin.y + pitch * float(r);
    const std::uint32_t address = memory.address + std::uint32_t(r * per);
    draw_text(list, mono, {origin.x, y}, t.faint, fmt::format("{:08x}", address));
    float x = origin.x + 10 * cell;
    const float letters = x + cell * float(3 * per + 1) + (per >= 8 ? cell : 0);
    for (std::size_t i = 0; i < per && r * per + i < memory.bytes.size(); ++i) {
      if (i != 0 && i % 8 == 0) x += cell;
      const auto& byte = memory.bytes[r * per + i];
      draw_text(list, mono, {x, y},
                !byte        ? t.faint
                : *byte == 0 ? faded(t.soft, 0.7f)
                             : t.text,
                byte ? fmt::format("{:02x}", *byte) : "\u00b7\u00b7");
      const bool written = byte && *byte >= 0x20 && *byte < 0x7f;
      draw_text(list, mono, {letters + cell * float(i), y}, written ? t.soft : faded(t.faint, 0.5f),
                written ? std::string(1, char(*byte)) : std::string("\u00b7"));
      x += 3 * cell;
    }
    const Touch on =
        touch(ctx, fmt::format("memory row {}", r), {{origin.x, y}, {field.max.x - ctx.px(10), y + pitch}});
    if (on.hovered) {
      std::string tip = fmt::format("0x{:08x}{}", address, memory.physical ? ", physical" : "");
      bool holes = false;
      for (std::size_t i = 0; i < per && r * per + i < memory.bytes.size(); ++i)
        holes |= !memory.bytes[r * per + i].has_value();
      if (holes) tip += memory.physical ? "\n\u00b7\u00b7: no memory there" : "\n\u00b7\u00b7: no binding there";
      tooltip(ctx, tip);
    }
  }
  ImGui::SetCursorScreenPos({origin.x, origin.y + pitch * float(rows)});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace exo::views
