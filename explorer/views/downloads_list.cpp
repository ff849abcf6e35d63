// Every download that is installed, with what it costs, and every attempt that was refused.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/downloads_parts.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using Kind = Selection::Kind;
constexpr std::size_t kMostRefused = 200;

struct Row {
  std::string name, title, right, below, tip;
  std::uint32_t env = 0;
  bool selected = false, related = false, hot = false, faint = false;
};

bool draw_row(const ViewContext& ctx, Box box, const Row& row, Selection about) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Touch on = touch(ctx, row.name, box);
  if (on.asked) ask_why(ctx, about);
  list->AddRectFilled(box.min, box.max, row.selected || on.hovered ? t.card_hover : faded(t.card, 0.65f), ctx.px(4));
  list->AddRectFilled(box.min, {box.min.x + ctx.px(4), box.max.y}, faded(env_colour(t, row.env), row.faint ? 0.5f : 1),
                      ctx.px(4), ImDrawFlags_RoundCornersLeft);
  if (row.selected || row.related || row.hot)
    list->AddRect(box.min, box.max, row.hot ? t.hot : row.selected ? t.text : t.line, ctx.px(4), 0, ctx.px(1.4f));
  const float x = box.min.x + ctx.px(12), right = box.max.x - ctx.px(8);
  const float wide = text_width(ctx.fonts.small, row.right);
  draw_text_right(list, ctx.fonts.small, {right, box.min.y + ctx.px(6)}, t.soft, row.right);
  draw_text_cut(list, ctx.fonts.strong, {x, box.min.y + ctx.px(4)}, right - x - wide - ctx.px(6),
                row.faint ? t.soft : t.text, row.title);
  draw_text_cut(list, ctx.fonts.small, {x, box.min.y + ctx.px(23)}, right - x, row.hot ? t.hot : t.faint, row.below);
  if (on.hovered) tooltip(ctx, row.tip);
  return on.clicked;
}

/// "28 instr., 0.9 µs": the mean of its runs.
std::string cost_words(const model::DownloadState& one) {
  if (one.calls == 0) return "";
  const double ticks = double(one.ticks) / one.calls;
  return fmt::format("{:.0f} instr. \u00b7 {:.1f} \u00b5s",
                     ticks * abi::kNanosecondsPerTick / abi::kNanosecondsPerInstruction,
                     ticks * abi::kNanosecondsPerTick / 1000);
}

/// What a claim asks for at last, which is what sets it apart: "destination port 7".
std::string claim_words(const ViewContext& ctx, const model::DownloadState& one) {
  const model::Program program = model::program_at(ctx.history, one.offered, std::min(ctx.cursor, one.offered + 64));
  if (program.event == 0) return "";
  if (program.comparisons.empty()) return program.count == 0 ? "every packet" : "";
  bool arp = false;
  for (const abi::Comparison& it : program.comparisons) arp |= says_arp(it.offset, it.bytes, it.value);
  const abi::Comparison& last = program.comparisons.back();
  return field_name(last.offset, last.bytes, last.mask, arp) + " " +
         field_value(last.offset, last.bytes, last.mask, last.value, arp);
}

Row installed_row(const ViewContext& ctx, std::uint32_t number) {
  const model::DownloadState& one = ctx.state.downloads[number];
  Row row;
  row.name = fmt::format("download {}", number);
  row.title = download_name(ctx.state, number);
  row.env = one.owner;
  row.selected = ctx.ui.selection.is(Kind::Download, number);
  row.related = ctx.highlight.any && ctx.highlight.envs[one.owner % abi::kMaxEnvironments] &&
                ctx.ui.selection.kind == Kind::Environment;
  if (ctx.ui.downloads.program != nullptr && ctx.ui.downloads.program->event == one.offered && one.offered != 0 &&
      !ctx.ui.downloads.draft)
    row.related = true;
  row.hot = one.asked;
  row.right = one.kind == abi::DownloadKind::Claim ? plural(one.calls, "packet") : plural(one.calls, "call");
  row.below = model::env_name(ctx.state, one.owner);
  if (one.kind == abi::DownloadKind::Claim)
    if (const std::string words = claim_words(ctx, one); !words.empty()) row.below += " \u00b7 " + words;
  if (one.filter != 0) row.below += " \u00b7 of " + download_name(ctx.state, one.filter);
  if (one.kind == abi::DownloadKind::Filter) row.below += fmt::format(" \u00b7 asked {}.", one.order);
  if (one.asked)
    row.below += " \u00b7 is asked back";
  else if (const std::string cost = cost_words(one); !cost.empty() && one.kind != abi::DownloadKind::Claim)
    row.below += " \u00b7 " + cost;
  row.tip = fmt::format("{} of {}, attempt {}\n{}", row.title, model::env_name(ctx.state, one.owner), one.offer,
                        one.calls == 0 ? std::string("It has not run yet.")
                                       : fmt::format("{}, {} on average", row.right, cost_words(one)));
  return row;
}

Row refused_row(const ViewContext& ctx, const model::Attempt& one) {
  Row row;
  row.name = fmt::format("attempt {}", one.event);
  row.title = fmt::format("{} refused", model::download_kind_name(one.kind));
  row.env = one.owner;
  row.faint = true;
  row.selected = ctx.ui.selection.is(Kind::Attempt, one.event);
  row.right = fmt::format("at {}", one.instruction);
  row.below = model::verdict_text(std::uint32_t(one.verdict));
  row.tip =
      fmt::format("{} offered a {} of {}: attempt {}\nRefused at {} {}: {}", model::env_name(ctx.state, one.owner),
                  model::download_kind_name(one.kind),
                  plural(one.count, one.kind == abi::DownloadKind::Claim ? "comparison" : "instruction"), one.offer,
                  one.kind == abi::DownloadKind::Claim ? "comparison" : "instruction", one.instruction, row.below);
  return row;
}

}  // namespace

void draw_download_list(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImGui::SetCursorScreenPos(box.min);
  ImGui::BeginChild("downloads", {box.width(), box.height()}, false);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = box.width() - ctx.px(10), height = ctx.px(42), pitch = height + ctx.px(5);
  float y = origin.y;
  const auto place = [&] {
    const Box row{{origin.x, y}, {origin.x + width, y + height}};
    y += pitch;
    return row;
  };
  const auto in_sight = [&] { return y + height > box.min.y && y < box.max.y; };
  bool any = false;
  for (std::uint32_t number = 1; number < abi::kMaxDownloads; ++number) {
    if (!ctx.state.downloads[number].installed) continue;
    any = true;
    if (!in_sight()) {
      (void)place();
      continue;
    }
    if (draw_row(ctx, place(), installed_row(ctx, number), {Kind::Download, number})) {
      ctx.select(Kind::Download, number);
      ctx.ui.downloads.draft = false;
    }
  }
  if (!any) {
    y += draw_text_wrapped(list, ctx.fonts.small, {origin.x, y}, width, t.faint,
                           "Nothing is installed at this moment.") +
         ctx.px(8);
  }
  const auto& attempts = ctx.history.attempts();
  const auto after = std::ranges::upper_bound(attempts, ctx.cursor, {}, &model::Attempt::event);
  std::size_t refused = 0;
  for (auto one = after; one != attempts.begin() && refused < kMostRefused;) {
    --one;
    if (!one->refused() || one->ended > ctx.cursor) continue;
    if (refused++ == 0) {
      draw_text(list, ctx.fonts.small, {origin.x, y + ctx.px(3)}, t.faint, "refused, the last first");
      y += ctx.fonts.small->FontSize + ctx.px(9);
    }
    if (!in_sight()) {
      (void)place();
      continue;
    }
    if (draw_row(ctx, place(), refused_row(ctx, *one), {Kind::Attempt, one->event})) {
      ctx.select(Kind::Attempt, one->event);
      ctx.ui.downloads.draft = false;
    }
  }
  ImGui::SetCursorScreenPos({origin.x, y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace exo::views
