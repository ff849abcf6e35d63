// Terms under the mouse. A term is no control: it takes no click from what lies beneath.
#include "explorer/views/terms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/views/arrangement.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr TermName kNames[] = {{"owner", "environment"},
                               {"bindings", "secure binding"},
                               {"capabilities", "capability"},
                               {"guaranteed", "guaranteed minimum"},
                               {"save to", "save location"},
                               {"saved to", "save location"},
                               {"address space", "address-space identifier"},
                               {"upcalls", "upcall"},
                               {"owes", "excess time"},
                               {"owed", "excess time"},
                               {"entered", "entry point"},
                               {"abort at", "abort protocol"},
                               {"notified", "repossession vector"},
                               {"requested", "revocation request"},
                               {"asked back", "visible revocation"},
                               {"runs in it", "slice"},
                               {"handler", "ASH"},
                               {"handles", "packet filter"},
                               {"time", "guest time"},
                               {"library operating systems", "library OS"},
                               {"predict", "story"},
                               {"floating-point unit", "floating-point unit"},
                               {"misses", "TLB miss"},
                               {"refills", "STLB"},
                               {"TLB refills", "STLB"},
                               {"checks", "authorisation"},
                               {"stlb slot", "STLB"}};

/// What a name stands for: the term of the table, or itself.
const model::GlossaryEntry* entry_of(std::string_view name) {
  if (const model::GlossaryEntry* entry = model::glossary_entry(name)) return entry;
  const auto same = [&](const TermName& row) {
    return std::ranges::equal(row.name, name,
                              [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
  };
  const auto* row = std::ranges::find_if(kNames, same);
  return row == std::end(kNames) ? nullptr : model::glossary_entry(row->term);
}

}  // namespace

std::span<const TermName> term_names() { return kNames; }

void draw_entry(const ViewContext& ctx, const model::GlossaryEntry& entry, std::string_view more) {
  ImGui::PushTextWrapPos(ctx.px(360));
  ImGui::PushFont(ctx.fonts.strong);
  ImGui::TextUnformatted(entry.term.data(), entry.term.data() + entry.term.size());
  ImGui::PopFont();
  ImGui::PushFont(ctx.fonts.body);
  const std::string text = entry.text();
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopFont();
  ImGui::PushFont(ctx.fonts.small);
  ImGui::PushStyleColor(ImGuiCol_Text, ctx.theme.faint);
  std::string below = entry.source();
  if (!more.empty()) below += (below.empty() ? "" : " \u00b7 ") + std::string(more);
  if (!below.empty()) ImGui::TextUnformatted(below.c_str());
  ImGui::PopStyleColor();
  ImGui::PopFont();
  ImGui::PopTextWrapPos();
}

void underline_term(const ViewContext& ctx, Box box) {
  const float y = box.max.y + ctx.px(1.5f), step = ctx.px(3);
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (float x = box.min.x; x < box.max.x; x += step)
    list->AddRectFilled({x, y}, {x + ctx.px(1), y + ctx.px(1)}, ctx.theme.faint);
}

bool point_at_term(const ViewContext& ctx, Box box, const model::GlossaryEntry& entry, bool clicks) {
  if (!ImGui::IsMouseHoveringRect(box.min, {box.max.x, box.max.y + ctx.px(4)}) || !ImGui::IsWindowHovered())
    return false;
  if (clicks) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  ctx.ui.words.explained = entry.term;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(ctx.px(12), ctx.px(10)));
  ImGui::BeginTooltip();
  draw_entry(ctx, entry, clicks ? "click: the glossary" : "");
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
  return true;
}

void open_term(const ViewContext& ctx, std::string_view term) {
  WordsUi& words = ctx.ui.words;
  words.search.clear();
  words.open = words.chosen = term;
  show_panel(ctx.ui, panel_named("glossary"));
}

bool explain_term(const ViewContext& ctx, Box box, std::string_view term) {
  const model::GlossaryEntry* entry = entry_of(term);
  if (entry == nullptr) return false;
  ctx.mark(fmt::format("term {}", entry->term), box);
  underline_term(ctx, box);
  point_at_term(ctx, box, *entry, false);
  return true;
}

float draw_term(const ViewContext& ctx, const ImFont* font, ImVec2 at, ImU32 colour, std::string_view text,
                std::string_view term) {
  const float width = draw_text(ImGui::GetWindowDrawList(), font, at, colour, text);
  explain_term(ctx, {at, {at.x + width, at.y + font->FontSize}}, term.empty() ? text : term);
  return width;
}

void draw_field_name(const ViewContext& ctx, ImVec2 at, float width, std::string_view name) {
  const ImFont* font = ctx.fonts.body;
  draw_text_cut(ImGui::GetWindowDrawList(), font, at, width, ctx.theme.faint, name);
  explain_term(ctx, {at, {at.x + std::min(width, text_width(font, name)), at.y + font->FontSize}}, name);
}

}  // namespace exo::views
