// The kernel as one thin line: what it does in five words, the code that library OSes put into it, and how often it
// checked against how often a binding was used without a check.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/machine_parts.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

const char* motto(const ViewContext& ctx) {
  return ctx.state.panicked ? "panicked: a bug in the kernel" : "protects \u00b7 multiplexes \u00b7 decides nothing";
}

std::string counts_words(const ViewContext& ctx, float width) {
  if (width < ctx.px(330))  // a small place: the tooltip says which is which
    return fmt::format("{} \u00b7 {}", grouped(ctx.state.authorizations), grouped(ctx.state.uses));
  return fmt::format("authorised {} \u00b7 used {}", grouped(ctx.state.authorizations), grouped(ctx.state.uses));
}

/// The words at the left and the counts at the right: the chips stand between.
struct Room {
  float name = 0, motto = 0, left = 0, right = 0;
};

Room room_of(const ViewContext& ctx, Box line) {
  Room room;
  room.name = line.min.x + ctx.px(16);
  room.motto = room.name + text_width(ctx.fonts.strong, "kernel") + ctx.px(16);
  room.right = line.max.x - ctx.px(16) - text_width(ctx.fonts.mono, counts_words(ctx, line.width()));
  room.left = std::min(room.motto + text_width(ctx.fonts.body, motto(ctx)) + ctx.px(18), room.right);
  return room;
}

std::uint32_t installed(const model::State& state) {
  return std::uint32_t(std::count_if(state.downloads.begin(), state.downloads.end(),
                                     [](const model::DownloadState& one) { return one.installed; }));
}

}  // namespace

Box download_chip(const ViewContext& ctx, Box line, std::uint32_t download) {
  if (download >= abi::kMaxDownloads || !ctx.state.downloads[download].installed) return {};
  const Room room = room_of(ctx, line);
  const float space = room.right - ctx.px(14) - room.left;
  const float pitch = std::min(ctx.px(34), space / float(std::max(1u, installed(ctx.state))));
  if (pitch < ctx.px(5)) return {};
  std::uint32_t place = 0;
  for (std::uint32_t i = 0; i < download; ++i) place += ctx.state.downloads[i].installed;
  const float x = room.left + pitch * float(place);
  return {{x, line.min.y + ctx.px(5)}, {x + pitch - ctx.px(pitch > ctx.px(14) ? 4.0f : 1.0f), line.max.y - ctx.px(5)}};
}

void draw_kernel_line(const ViewContext& ctx, Box box) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(box.min, box.max, theme.card, ctx.px(4));
  list->AddRect(box.min, box.max, ctx.state.panicked ? theme.gap : theme.faint, ctx.px(4), 0, ctx.px(1.4f));
  const float y = box.centre().y - ctx.fonts.body->FontSize / 2;
  const Room room = room_of(ctx, box);
  draw_text(list, ctx.fonts.strong, {room.name, y}, theme.text, "kernel");
  draw_text_cut(list, ctx.fonts.body, {room.motto, y}, room.right - ctx.px(14) - room.motto, theme.soft, motto(ctx));
  draw_text(list, ctx.fonts.mono, {room.right, box.centre().y - ctx.fonts.mono->FontSize / 2}, theme.soft,
            counts_words(ctx, box.width()));
  for (std::uint32_t number = 0; number < abi::kMaxDownloads; ++number) {
    const Box chip = download_chip(ctx, box, number);
    if (chip.width() <= 0) continue;
    const model::DownloadState& shown = ctx.state.downloads[number];
    const Touch on = touch(ctx, fmt::format("chip {}", number), chip);
    const ImU32 colour = env_colour(theme, shown.owner);
    const bool ran = shown.changed == std::uint32_t(ctx.cursor);
    list->AddRectFilled(chip.min, chip.max,
                        blend(theme.card, colour,
                              ran          ? 0.9f
                              : on.hovered ? 0.6f
                                           : 0.35f),
                        ctx.px(3));
    if (shown.asked || ctx.ui.selection.is(Selection::Kind::Download, number))
      list->AddRect(chip.min, chip.max, shown.asked ? theme.hot : theme.text, ctx.px(3), 0, ctx.px(1.6f));
    const std::string text = std::to_string(number);
    if (chip.width() > text_width(ctx.fonts.mono_small, text) + ctx.px(4))
      draw_text_centred(list, ctx.fonts.mono_small, chip, theme.text, text);
    if (on.hovered)
      tooltip(ctx, fmt::format("{}, a {} of {}: verified, then run in the kernel {} times.{}\n\n{}",
                               model::download_text(number), model::download_kind_name(shown.kind),
                               model::env_name(ctx.state, shown.owner), grouped(shown.calls),
                               shown.asked ? "\nIt is asked back." : "", event_words(ctx, shown.changed)));
    choose(ctx, on, Selection::Kind::Download, number);
  }
  if (touch(ctx, "kernel", box).hovered)
    tooltip(ctx, fmt::format("A capability is checked once, when a page is bound: {} so far, {} refused. The binding "
                             "is then used without a check: {} TLB refills so far, and countless accesses that hit "
                             "the TLB.",
                             plural(ctx.state.authorizations, "check"), grouped(ctx.state.refusals),
                             grouped(ctx.state.uses)));
}

}  // namespace exo::views
