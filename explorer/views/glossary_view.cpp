// The glossary as a list that can be searched: a term, its three sentences, and where the lecture and the paper have
// it.
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cctype>

#include "explorer/model/glossary.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

bool holds(std::string_view text, std::string_view part) {
  const auto lower = [](unsigned char c) { return std::tolower(c); };
  return !std::ranges::search(text, part, {}, lower, lower).empty() || part.empty();
}

}  // namespace

void draw_glossary(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  std::string& search = ctx.ui.words.search;
  const float field = ctx.px(28);
  ctx.mark("glossary search", {box.min, {box.min.x + ctx.px(260), box.min.y + field}});
  ImGui::SetCursorScreenPos(box.min);
  ImGui::SetNextItemWidth(ctx.px(260));
  ImGui::InputTextWithHint("##glossary search", "Find a term", &search);
  if (ImGui::IsItemHovered()) tooltip(ctx, "Shows the entries in which these words occur");
  const Box body{{box.min.x, box.min.y + field + ctx.px(10)}, box.max};
  ImGui::SetCursorScreenPos(body.min);
  ImGui::BeginChild("glossary list", {body.width(), body.height()}, false);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float room = body.width() - ctx.px(14), names = std::clamp(room * 0.28f, ctx.px(110), ctx.px(240));
  const float width = std::min(room - names, ctx.px(720));
  float y = origin.y;
  std::size_t shown = 0;
  for (const model::GlossaryEntry& entry : model::glossary()) {
    const std::string text = entry.text();
    if (!holds(entry.term, search) && !holds(text, search)) continue;
    ++shown;
    const float height = std::max(wrapped_height(ctx.fonts.body, width, text),
                                  wrapped_height(ctx.fonts.strong, names - ctx.px(14), entry.term)) +
                         ctx.fonts.small->FontSize + ctx.px(18);
    const std::string name = fmt::format("glossary {}", entry.term);
    ctx.mark(name, {{origin.x, y}, {origin.x + room, y + height}});
    if (ctx.ui.words.open == entry.term) {
      ImGui::SetScrollFromPosY(y - ImGui::GetWindowPos().y, 0.0f);
      ctx.ui.words.open.clear();
    }
    if (y + height > body.min.y && y < body.max.y) {
      if (ctx.ui.words.chosen == entry.term)
        list->AddRectFilled({origin.x - ctx.px(8), y - ctx.px(6)}, {origin.x + room, y + height - ctx.px(8)}, t.card,
                            ctx.px(5));
      draw_text_wrapped(list, ctx.fonts.strong, {origin.x, y}, names - ctx.px(14), t.text, entry.term);
      const float used =
          draw_sentence(ctx, ctx.fonts.body, {origin.x + names, y}, width, t.soft, text, {.own = entry.term}).height;
      draw_text(list, ctx.fonts.small, {origin.x + names, y + used + ctx.px(2)}, t.faint, entry.source());
    }
    y += height;
  }
  if (shown == 0) draw_text(list, ctx.fonts.body, {origin.x, y}, t.faint, "No entry has these words.");
  ImGui::SetCursorScreenPos({origin.x, y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace exo::views
