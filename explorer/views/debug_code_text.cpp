// A line of source in quiet inks: what is said to the reader apart from what is said to the machine.
#include <algorithm>
#include <array>
#include <cctype>

#include "explorer/views/debug_parts.hpp"

namespace exo::views {
namespace {

constexpr auto kWords = std::to_array<std::string_view>({"alignas",
                                                         "asm",
                                                         "auto",
                                                         "bool",
                                                         "break",
                                                         "case",
                                                         "char",
                                                         "class",
                                                         "const",
                                                         "consteval",
                                                         "constexpr",
                                                         "continue",
                                                         "default",
                                                         "delete",
                                                         "do",
                                                         "else",
                                                         "enum",
                                                         "explicit",
                                                         "extern",
                                                         "false",
                                                         "for",
                                                         "if",
                                                         "inline",
                                                         "int",
                                                         "long",
                                                         "namespace",
                                                         "new",
                                                         "noexcept",
                                                         "nullptr",
                                                         "operator",
                                                         "private",
                                                         "protected",
                                                         "public",
                                                         "return",
                                                         "short",
                                                         "signed",
                                                         "sizeof",
                                                         "static",
                                                         "static_assert",
                                                         "static_cast",
                                                         "reinterpret_cast",
                                                         "struct",
                                                         "switch",
                                                         "template",
                                                         "this",
                                                         "true",
                                                         "typedef",
                                                         "typename",
                                                         "union",
                                                         "unsigned",
                                                         "using",
                                                         "virtual",
                                                         "void",
                                                         "volatile",
                                                         "while"});

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Where a piece of one kind ends.
std::size_t end_of(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (text.substr(at, 2) == "//") return text.size();
  if (text.substr(at, 2) == "/*") {
    const std::size_t end = text.find("*/", at + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  if (c == '"' || c == '\'') {
    std::size_t end = at + 1;
    while (end < text.size() && text[end] != c) end += text[end] == '\\' ? 2 : 1;
    return std::min(text.size(), end + 1);
  }
  std::size_t end = at + 1;
  if (in_word(c))
    while (end < text.size() && (in_word(text[end]) || (text[end] == '\'' && std::isdigit(c)))) ++end;
  else
    while (end < text.size() && !in_word(text[end]) && text[end] != '"' && text[end] != '\'' && text[end] != '/') ++end;
  return end;
}

}  // namespace

void draw_code_text(const ViewContext& ctx, const ImFont* font, ImVec2 at, std::string_view text, bool faint) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 word = blend(t.text, t.accent, 0.55f), quoted = blend(t.text, t.good, 0.6f);
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = end_of(text, i);
    const std::string_view piece = text.substr(i, end - i);
    ImU32 ink = t.text;
    if (piece.starts_with("//") || piece.starts_with("/*"))
      ink = t.faint;
    else if (piece[0] == '"' || piece[0] == '\'')
      ink = quoted;
    else if (piece[0] == '#' || std::ranges::find(kWords, piece) != kWords.end())
      ink = word;
    at.x += draw_text(list, font, at, faint ? faded(ink, 0.6f) : ink, piece);
    i = end;
  }
}

}  // namespace exo::views
