// The Registers panel: all of one environment's, with those that changed since the last stop marked, and what the bits
// of coprocessor 0 mean. The TLB's entries are in the Machine panel, as the kernel published them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "explorer/model/words.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/views/debug_parts.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

constexpr std::array<const char*, 32> kNames{"zero", "at", "v0", "v1", "a0", "a1", "a2", "a3", "t0", "t1", "t2",
                                             "t3",   "t4", "t5", "t6", "t7", "s0", "s1", "s2", "s3", "s4", "s5",
                                             "s6",   "s7", "t8", "t9", "k0", "k1", "gp", "sp", "fp", "ra"};

struct Value {
  const char* name;
  std::uint32_t now = 0;
  std::uint32_t before = 0;
  std::string words = {};
};

/// Name and value; what changed is in the ink of choice. `cell` is as wide as a digit.
void draw_register(const ViewContext& ctx, const Value& value, Box box, float cell) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImFont* mono = ctx.fonts.mono_small;
  const bool changed = value.now != value.before;
  const float y = box.centre().y - mono->FontSize / 2;
  const Touch on = touch(ctx, std::string("register ") + value.name, box);
  if (changed) list->AddRectFilled(box.min, {box.min.x + ctx.px(2.5f), box.max.y}, t.accent);
  if (on.hovered) list->AddRectFilled(box.min, box.max, t.card);
  draw_text(list, mono, {box.min.x + ctx.px(7), y}, t.faint, value.name);
  draw_text(list, mono, {box.min.x + ctx.px(7) + cell * 8, y},
            changed          ? t.accent
            : value.now == 0 ? t.faint
                             : t.text,
            fmt::format("{:08x}", value.now));
  if (!value.words.empty())
    draw_text_cut(list, ctx.fonts.small,
                  {box.min.x + ctx.px(7) + cell * 18, box.centre().y - ctx.fonts.small->FontSize / 2},
                  box.max.x - box.min.x - ctx.px(14) - cell * 18, t.soft, value.words);
  if (on.hovered)
    tooltip(ctx,
            fmt::format("{} = 0x{:08x}\n{} \u00b7 {}{}{}", value.name, value.now, value.now, std::int32_t(value.now),
                        changed ? fmt::format("\nBefore: 0x{:08x}", value.before) : std::string(),
                        value.words.empty() ? "" : "\n" + value.words));
}

/// Singles, and of each pair of registers the double; returns the y below.
float draw_floating(const ViewContext& ctx, const debugger::Registers& now, const debugger::Registers& before, Box box,
                    int columns, float cell) {
  static const std::array<std::string, 32> names = [] {
    std::array<std::string, 32> out;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = fmt::format("f{}", i);
    return out;
  }();
  const float pitch = ctx.fonts.mono_small->FontSize + ctx.px(6.5f);
  float y = draw_section(ctx, box, box.min.y, "FLOATING-POINT UNIT");
  const int wide = columns > 1 ? 2 : 1, rows = 32 / wide;
  const float column = box.width() / float(wide);
  for (std::size_t i = 0; i < 32; ++i) {
    const float x = box.min.x + column * float(int(i) / rows), top = y + pitch * float(int(i) % rows);
    std::string words = fmt::format("{:.7g}", std::bit_cast<float>(now.floating[i]));
    if (i % 2 == 0)
      words += fmt::format("; as a pair {:.10g}",
                           std::bit_cast<double>(std::uint64_t(now.floating[i + 1]) << 32 | now.floating[i]));
    draw_register(
        ctx, {names[i].c_str(), now.floating[i], before.has_floating ? before.floating[i] : now.floating[i], words},
        {{x, top}, {x + column - ctx.px(6), top + pitch}}, cell);
  }
  y += pitch * float(rows);
  draw_register(ctx,
                {"fcsr", now.floating_control, before.has_floating ? before.floating_control : now.floating_control},
                {{box.min.x, y}, {box.max.x, y + pitch}}, cell);
  return y + pitch + ctx.px(8);
}

}  // namespace

void draw_registers(const ViewContext& ctx, Box box) {
  if (!debugging(ctx, box)) return;
  const debugger::View& view = *ctx.debug;
  const Theme& t = ctx.theme;
  if (!view.registers) {
    draw_sentence(ctx, ctx.fonts.body, {box.min.x, box.min.y + ctx.px(6)}, std::min(box.width(), ctx.px(480)), t.faint,
                  view.moving ? std::string()
                              : fmt::format("Nobody keeps registers of {} now: it gave them up, and is entered anew at "
                                            "its next slice or message.",
                                            model::env_name(ctx.state, view.env)));
    return;
  }
  const debugger::Registers& now = *view.registers;
  const debugger::Registers& before = view.before ? *view.before : now;
  ImGui::SetCursorScreenPos(box.min);
  ImGui::BeginChild("registers", {box.width(), box.height()}, false);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = box.width() - ctx.px(12), pitch = ctx.fonts.mono_small->FontSize + ctx.px(6.5f);
  const float cell = text_width(ctx.fonts.mono_small, "0"), least = cell * 17 + ctx.px(16);
  const int columns = std::clamp(int(width / least), 1, 4) == 3 ? 2 : std::clamp(int(width / least), 1, 4);
  const float column = width / float(columns);
  float y = origin.y;
  const auto place = [&](int i, int rows) {
    const float x = origin.x + column * float(i / rows), top = y + pitch * float(i % rows);
    return Box{{x, top}, {x + column - ctx.px(6), top + pitch}};
  };
  const int rows = 32 / columns;
  for (int i = 0; i < 32; ++i)
    draw_register(ctx, {kNames[std::size_t(i)], now.general[std::size_t(i)], before.general[std::size_t(i)]},
                  place(i, rows), cell);
  y += pitch * float(rows) + ctx.px(6);
  const std::array<Value, 3> rest{{{"pc", now.pc, before.pc}, {"lo", now.lo, before.lo}, {"hi", now.hi, before.hi}}};
  const int rest_rows = columns > 1 ? 2 : 3;
  for (int i = 0; i < 3; ++i) draw_register(ctx, rest[std::size_t(i)], place(i, rest_rows), cell);
  y += pitch * float(rest_rows) + ctx.px(8);

  y = draw_section(ctx, {{origin.x, y}, {origin.x + width, y}}, y, "COPROCESSOR 0");
  const std::array<Value, 5> system{
      {{"status", now.status, before.status, status_words(now.status)},
       {"cause", now.cause, before.cause, cause_words(now.cause)},
       {"epc", now.exception_pc, before.exception_pc, "where the last exception was"},
       {"badvad", now.bad_address, before.bad_address, "the address that could not be used"},
       {"entryhi", now.entry_hi, before.entry_hi, fmt::format("address space {}", abi::entry_hi_asid(now.entry_hi))}}};
  for (const Value& value : system) {
    draw_register(ctx, value, {{origin.x, y}, {origin.x + width, y + pitch}}, cell);
    y += pitch;
  }
  y += ctx.px(8);
  if (now.has_floating)
    y = draw_floating(ctx, now, before, {{origin.x, y}, {origin.x + width, y}}, columns, cell);
  else if (ctx.state.fpu_owner != 0)
    y += ctx.px(8) +
         draw_sentence(ctx, ctx.fonts.small, {origin.x, y}, width, t.faint,
                       fmt::format("The floating-point unit holds the registers of {}: they can be read while it runs.",
                                   model::env_name(ctx.state, ctx.state.fpu_owner)))
             .height;
  if (button(ctx, "show tlb", {{origin.x, y}, {origin.x + std::min(width, ctx.px(210)), y + ctx.px(26)}},
             "The 16 TLB entries", "As the kernel published them: in the Machine panel"))
    show_panel(ctx.ui, panel_named("machine"));
  y += ctx.px(30);
  ImGui::SetCursorScreenPos({origin.x, y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace exo::views
