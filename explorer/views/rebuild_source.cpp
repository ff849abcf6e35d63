// A file with complaints about its lines, as it is now: the compiler's words stand below the lines that they are about.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "explorer/views/actions.hpp"
#include "explorer/views/debug_parts.hpp"
#include "explorer/views/rebuild_parts.hpp"

namespace exo::views {
namespace {

struct Row {
  std::uint32_t line = 0;
  const model::BuildComplaint* complaint = nullptr;  ///< instead of the line's text
};

std::vector<Row> rows_of(const ViewContext& ctx, const model::OpenedSource& source) {
  std::vector<Row> out;
  for (std::uint32_t line = 1; line <= source.text.size(); ++line) {
    out.push_back({line, nullptr});
    if (ctx.rebuilding == nullptr) continue;
    for (const auto& one : ctx.rebuilding->complaints)
      if (one.file == source.file && one.line == line) out.push_back({line, &one});
  }
  return out;
}

void draw_text_rows(const ViewContext& ctx, const model::OpenedSource& source, Box field) {
  const Theme& t = ctx.theme;
  const std::vector<Row> rows = rows_of(ctx, source);
  const ImFont* mono = ctx.fonts.mono;
  const float cell = text_width(mono, "0"), pitch = std::floor(mono->FontSize + ctx.px(4.5f));
  std::size_t longest = 0;
  for (const std::string& line : source.text) longest = std::max(longest, line.size());
  ImGui::SetCursorScreenPos(field.min);
  ImGui::BeginChild("opened text", {field.width(), field.height()}, false, ImGuiWindowFlags_HorizontalScrollbar);
  ctx.mark("opened text", field);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float number = origin.x + ctx.px(14) + 5 * cell, text = number + ctx.px(18);
  const float width = std::max(field.width() - ctx.px(12), text - origin.x + cell * float(longest + 2));
  if (ctx.ui.rebuild.line != source.line) {
    ctx.ui.rebuild.line = source.line;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (rows[i].line == source.line && rows[i].complaint == nullptr)
        ImGui::SetScrollY(std::max(0.0f, pitch * float(i) - field.height() * 0.4f));
  }
  const auto first = std::size_t(std::max(0.0f, (field.min.y - origin.y) / pitch));
  const std::size_t last = std::min(rows.size(), first + std::size_t(field.height() / pitch) + 2);
  for (std::size_t i = first; i < last; ++i) {
    const Box row{{origin.x, origin.y + pitch * float(i)}, {origin.x + width, origin.y + pitch * float(i + 1)}};
    const float y = row.centre().y - mono->FontSize / 2;
    if (const auto* one = rows[i].complaint) {
      const ImU32 ink = one->error ? t.gap : t.soft;
      list->AddRectFilled(row.min, row.max, faded(ink, 0.12f));
      const float mark = text + cell * float(one->column == 0 ? 0 : one->column - 1);
      list->AddTriangleFilled({mark + cell / 2, row.min.y}, {mark, row.min.y + ctx.px(5)},
                              {mark + cell, row.min.y + ctx.px(5)}, ink);
      draw_text(list, ctx.fonts.body, {text, row.centre().y - ctx.fonts.body->FontSize / 2 + ctx.px(1)}, t.text,
                one->text);
      continue;
    }
    if (rows[i].line == source.line) list->AddRectFilled(row.min, row.max, t.card_hover);
    draw_text_right(list, mono, {number, y}, t.faint, fmt::format("{}", rows[i].line));
    draw_code_text(ctx, mono, {text, y}, source.text[rows[i].line - 1], false);
  }
  ImGui::SetCursorScreenPos({origin.x, origin.y + pitch * float(rows.size())});
  ImGui::Dummy({width, 1});
  ImGui::EndChild();
}

}  // namespace

void draw_opened_source(const ViewContext& ctx, Box box) {
  const model::OpenedSource& source = *ctx.opened;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = ctx.px(26);
  const Box again{{box.max.x - ctx.px(80), box.min.y}, {box.max.x, box.min.y + height}};
  const Box close{{again.min.x - ctx.px(130), box.min.y}, {again.min.x - ctx.px(6), box.min.y + height}};
  action_button(ctx, "debug.rebuild", "rebuild opened", again, "Rebuild");
  if (button(ctx, "close opened", close, "Back to the run", "Shows where the run stands instead of this file"))
    ctx.emit(model::OpenSource{});
  draw_text_cut(list, ctx.fonts.small, {box.min.x, box.min.y + (height - ctx.fonts.small->FontSize) / 2},
                close.min.x - box.min.x - ctx.px(8), ctx.theme.soft,
                fmt::format("{}:{}, as the file is now", source.file, source.line));
  const Box field{{box.min.x, box.min.y + height + ctx.px(6)}, box.max};
  if (!source.problem.empty())
    (void)draw_text_wrapped(list, ctx.fonts.body, field.min, field.width(), ctx.theme.gap, source.problem);
  else if (field.height() > ctx.px(16))
    draw_text_rows(ctx, source, field);
}

}  // namespace exo::views
