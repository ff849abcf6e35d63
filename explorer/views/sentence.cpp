#include "explorer/views/sentence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/views/terms.hpp"
#include "explorer/views/text_lines.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

struct Line {
  ImVec2 at;
  std::size_t begin, end;  ///< bytes of the whole text
};

/// The part of a term that stands on a line; false when none does. A term may be broken between two words.
bool part_of(const Line& line, const model::FoundTerm& term, const ImFont* font, std::string_view text, Box& box) {
  const std::size_t begin = std::max<std::size_t>(line.begin, term.begin);
  std::size_t end = std::min<std::size_t>(line.end, term.end);
  while (end > begin && text[end - 1] == ' ') --end;
  if (begin >= end) return false;
  const float left = line.at.x + text_width(font, text.substr(line.begin, begin - line.begin));
  box = {{left, line.at.y}, {left + text_width(font, text.substr(begin, end - begin)), line.at.y + font->FontSize}};
  return true;
}

bool explain(const ViewContext& ctx, const ImFont* font, const Line& line, std::string_view text,
             const SentenceLook& look, bool dots) {
  bool on_term = false;
  for (const model::FoundTerm& term : ctx.ui.words.terms.of(text)) {
    Box box;
    if (term.entry->term == look.own || !part_of(line, term, font, text, box)) continue;
    ctx.mark(fmt::format("word {}", term.entry->term), box);
    if (dots && !term.plain) underline_term(ctx, box);
    if (!point_at_term(ctx, box, *term.entry, look.clicks)) continue;
    on_term = true;
    if (look.clicks && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) open_term(ctx, term.entry->term);
  }
  return on_term;
}

}  // namespace

SentenceDrawn draw_sentence(const ViewContext& ctx, const ImFont* font, ImVec2 at, float width, ImU32 colour,
                            std::string_view text, const SentenceLook& look) {
  const float step = std::floor(font->FontSize * look.leading + 0.5f);
  ImDrawList* list = ImGui::GetWindowDrawList();
  SentenceDrawn out;
  break_lines(font, width, text, look.lines, [&](std::string_view words, bool more) {
    const ImVec2 here{at.x, at.y + out.height};
    const auto begin = std::size_t(words.data() - text.data());
    draw_text_cut(list, font, here, width, colour, more ? std::string(words) + std::string(kEllipsis) : words);
    out.on_term |= explain(ctx, font, {here, begin, begin + words.size()}, text, look, true);
    out.height += step;
  });
  return out;
}

bool draw_sentence_cut(const ViewContext& ctx, const ImFont* font, ImVec2 at, float width, ImU32 colour,
                       std::string_view text) {
  draw_text_cut(ImGui::GetWindowDrawList(), font, at, width, colour, text);
  const Box line{at, {at.x + width, at.y + font->FontSize}};
  if (!ImGui::IsMouseHoveringRect(line.min, line.max)) return false;
  const char* stop = nullptr;
  font->CalcTextSizeA(font->FontSize, width, 0, text.data(), text.data() + text.size(), &stop);
  return explain(ctx, font, {at, 0, std::size_t(stop - text.data())}, text, {.clicks = false}, true);
}

}  // namespace exo::views
