// Words and numbers as they are drawn: measured, cut, wrapped, grouped (declared in widgets.hpp).
#include <fmt/format.h>

#include <cmath>

#include "explorer/views/text_lines.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

// Dear ImGui rounds positions of glyphs to pixels only when the start is whole.
ImVec2 whole(ImVec2 at) { return {std::floor(at.x + 0.5f), std::floor(at.y + 0.5f)}; }

}  // namespace

float text_width(const ImFont* font, std::string_view text) {
  return font->CalcTextSizeA(font->FontSize, 1e9f, 0, text.data(), text.data() + text.size()).x;
}

float draw_text(ImDrawList* list, const ImFont* font, ImVec2 at, ImU32 colour, std::string_view text) {
  if (text.empty()) return 0;
  list->AddText(font, font->FontSize, whole(at), colour, text.data(), text.data() + text.size());
  return text_width(font, text);
}

void draw_text_cut(ImDrawList* list, const ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view text) {
  if (width <= 0) return;
  if (text_width(font, text) <= width) {
    draw_text(list, font, at, colour, text);
    return;
  }
  const float room = width - text_width(font, kEllipsis);
  if (room <= 0) return;
  const char* stop = text.data();
  font->CalcTextSizeA(font->FontSize, room, 0, text.data(), text.data() + text.size(), &stop);
  while (stop > text.data() && stop[-1] == ' ') --stop;
  std::string cut(text.data(), stop);
  cut += kEllipsis;
  draw_text(list, font, at, colour, cut);
}

void draw_text_right(ImDrawList* list, const ImFont* font, ImVec2 right, ImU32 colour, std::string_view text) {
  draw_text(list, font, {right.x - text_width(font, text), right.y}, colour, text);
}

void draw_text_centred(ImDrawList* list, const ImFont* font, Box box, ImU32 colour, std::string_view text) {
  draw_text(list, font, {box.centre().x - text_width(font, text) / 2, box.centre().y - font->FontSize / 2}, colour,
            text);
}

float draw_text_wrapped(ImDrawList* list, const ImFont* font, ImVec2 at, float width, ImU32 colour,
                        std::string_view text, int lines, float leading) {
  const float step = std::floor(font->FontSize * leading + 0.5f);
  const float start = at.y;
  break_lines(font, width, text, lines, [&](std::string_view line, bool more) {
    if (more) {
      std::string cut(line);
      cut += kEllipsis;
      draw_text_cut(list, font, at, width, colour, cut);
    } else {
      draw_text(list, font, at, colour, line);
    }
    at.y += step;
  });
  return at.y - start;
}

float wrapped_height(const ImFont* font, float width, std::string_view text, float leading) {
  const float step = std::floor(font->FontSize * leading + 0.5f);
  return step * float(break_lines(font, width, text, 1000, [](std::string_view, bool) {}));
}

std::string grouped(std::uint64_t number) {
  const std::string digits = fmt::format("{}", number);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) out += ' ';
    out += digits[i];
  }
  return out;
}

std::string micros_text(model::Ticks ticks) {
  const std::uint64_t hundredths = ticks * abi::kNanosecondsPerTick / 10;
  return fmt::format("{}.{:02}", grouped(hundredths / 100), hundredths % 100);
}

std::string short_micros(model::Ticks ticks) {
  const double us = model::micros(ticks);
  if (us < 10) return fmt::format("{:.1f} \u00b5s", us);
  if (us < 10'000) return fmt::format("{} \u00b5s", grouped(std::uint64_t(us + 0.5)));
  if (us < 1e6) return fmt::format("{:.1f} ms", us / 1000);
  return fmt::format("{:.2f} s", us / 1e6);
}

std::string plural(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(count), noun, count == 1 ? "" : "s");
}

}  // namespace exo::views
