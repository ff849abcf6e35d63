// The slice vector over time: a column for each position, a row for each round through the vector, the newest below its
// heading. A cell shows who ran in that turn and for what part of it; one that was forfeited is hatched.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/processor_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

struct Grid {
  Box box;
  float label = 0, head = 0, width = 0, height = 0;  ///< of a cell, gap included
  std::vector<std::uint32_t> positions;
  std::array<int, abi::kSlicePositions> column{};  ///< -1: not shown
  [[nodiscard]] Box cell(int column_at, int row, float gap) const {
    const float x = box.min.x + label + width * float(column_at), y = box.min.y + head + height * float(row);
    return {{std::floor(x), std::floor(y)}, {std::floor(x + width) - gap, std::floor(y + height) - gap}};
  }
};

/// A turn and the row that it stands in.
struct Placed {
  std::size_t turn;
  int row;
};

/// The newest rounds before the cursor, newest first.
std::vector<Placed> place(const ViewContext& ctx, int rows) {
  std::vector<Placed> placed;
  const auto& turns = ctx.index.turns();
  int row = 0;
  std::uint32_t after = abi::kSlicePositions;
  for (std::size_t i = ctx.index.turns_at(ctx.cursor); i-- > 0;) {
    if (turns[i].position >= after && ++row >= rows) break;
    after = turns[i].position;
    placed.push_back({i, row});
  }
  return placed;
}

Grid lay_out(const ViewContext& ctx, Box box, const std::vector<Placed>& placed) {
  Grid grid;
  grid.box = box;
  grid.label = ctx.px(64);
  grid.head = ctx.px(34);
  grid.column.fill(-1);
  std::uint64_t shown = 0;
  for (std::uint32_t i = 0; i < abi::kSlicePositions; ++i)
    if (ctx.state.slices[i] != 0) shown |= std::uint64_t{1} << i;
  for (const Placed& one : placed) shown |= std::uint64_t{1} << ctx.index.turns()[one.turn].position;
  for (std::uint32_t i = 0; i < abi::kSlicePositions; ++i) {
    if ((shown >> i & 1) == 0) continue;
    grid.column[i] = int(grid.positions.size());
    grid.positions.push_back(i);
  }
  const auto count = float(std::max<std::size_t>(1, grid.positions.size()));
  grid.width = std::min((box.width() - grid.label) / count, ctx.px(300));
  grid.height = ctx.px(20);
  return grid;
}

void draw_head(const ViewContext& ctx, const Grid& grid) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  for (std::size_t c = 0; c < grid.positions.size(); ++c) {
    const std::uint32_t position = grid.positions[c], owner = ctx.state.slices[position];
    const float x = grid.box.min.x + grid.label + grid.width * float(c);
    const Box head{{std::floor(x), grid.box.min.y},
                   {std::floor(x + grid.width) - ctx.px(2), grid.box.min.y + ctx.px(30)}};
    const bool now = ctx.state.slice_position == position && ctx.state.running != 0;
    const bool asked = (ctx.state.slices_asked >> position & 1) != 0;
    const Box mark{{head.min.x, head.max.y - ctx.px(6)}, {head.max.x, head.max.y - ctx.px(2)}};
    list->AddRectFilled(mark.min, mark.max, owner == 0 ? t.empty : env_colour(t, owner), ctx.px(2));
    const std::string number = fmt::format("{}", position);
    const ImU32 ink = asked ? t.hot : now ? t.text : t.faint;
    float used = 0;
    if (grid.width >= ctx.px(14))
      used =
          draw_text(list, ctx.fonts.mono_small,
                    {head.min.x + ctx.px(grid.width > ctx.px(30) ? 6.0f : 1.0f), head.min.y + ctx.px(6)}, ink, number);
    if (grid.width >= ctx.px(64))
      draw_text_cut(list, ctx.fonts.small, {head.min.x + used + ctx.px(12), head.min.y + ctx.px(5)},
                    head.width() - used - ctx.px(6),
                    asked        ? t.hot
                    : owner == 0 ? t.faint
                                 : env_ink(t, owner),
                    owner == 0 ? std::string("free")
                    : asked    ? "asked back"
                               : model::env_name(ctx.state, owner));
    if (asked || now || ctx.ui.selection.is(Selection::Kind::Slice, position))
      list->AddRect(head.min, head.max, asked ? t.hot : t.text, ctx.px(3), 0, ctx.px(1.2f));
    const Touch on = touch(ctx, fmt::format("position {}", position), head);
    if (on.hovered)
      tooltip(ctx,
              fmt::format("Slice {}: {}, generation {}{}{}", position,
                          owner == 0 ? "nobody's" : model::env_name(ctx.state, owner),
                          ctx.state.slice_generations[position], asked ? "; asked back" : "",
                          now ? fmt::format("; {} runs in it", model::env_name(ctx.state, ctx.state.running)) : ""));
    choose(ctx, on, Selection::Kind::Slice, position);
  }
}

/// Who ran in the turn, each as wide as its part of it. Many short ones are sampled pixel by pixel.
void draw_turn(const ViewContext& ctx, const Box& cell, const SliceTurn& turn, model::Ticks end) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  list->AddRectFilled(cell.min, cell.max, t.empty, ctx.px(2.5f));
  if (turn.forfeited) {
    const ImU32 ink = env_ink(t, turn.env);
    hatch(list, cell, faded(ink, 0.8f), ctx.px(5), ctx.px(1.2f));
    list->AddRect(cell.min, cell.max, faded(ink, 0.8f), ctx.px(2.5f), 0, ctx.px(1));
    return;
  }
  const auto& runs = ctx.index.runs();
  const double span = std::max(1.0, double(end - turn.from));
  const auto x_of = [&](model::Ticks at) { return cell.min.x + cell.width() * float(double(at - turn.from) / span); };
  const auto last = ctx.index.run_at(end == turn.from ? end : end - 1);
  const auto count = last - std::ptrdiff_t(turn.run) + 1;
  if (count <= 64) {
    for (std::size_t i = turn.run; std::ptrdiff_t(i) <= last && i < runs.size(); ++i) {
      if (runs[i].env == 0 || runs[i].event > ctx.cursor) continue;
      const model::Ticks until = i + 1 < runs.size() ? std::min(runs[i + 1].from, end) : end;
      const float x0 = x_of(std::max(runs[i].from, turn.from)), x1 = x_of(until);
      list->AddRectFilled({x0, cell.min.y}, {std::max(x1, x0 + 1), cell.max.y}, env_colour(t, runs[i].env), ctx.px(2));
    }
    return;
  }
  for (float x = cell.min.x; x < cell.max.x; x += 1) {
    const auto at = turn.from + model::Ticks(span * double((x - cell.min.x) / cell.width()));
    const auto run = ctx.index.run_at(at);
    if (run >= 0 && runs[std::size_t(run)].env != 0)
      list->AddRectFilled({x, cell.min.y}, {x + 1, cell.max.y}, env_colour(t, runs[std::size_t(run)].env));
  }
}

std::string turn_words(const ViewContext& ctx, const SliceTurn& turn, model::Ticks end) {
  const std::string when = fmt::format("Slice {} at {} \u00b5s: ", turn.position, micros_text(turn.from));
  if (turn.forfeited)
    return when + model::env_name(ctx.state, turn.env) + " forfeits it, because it owes slices. Click to go there.";
  const std::uint32_t most = runner_of(ctx.index, turn, end);
  std::string text = when + (most == 0 ? std::string("nobody ran") : model::env_name(ctx.state, most) + " ran longest");
  if (turn.env != most) text += fmt::format("; {} began", model::env_name(ctx.state, turn.env));
  return text + fmt::format(", {} in all. Click to go there.", short_micros(end - turn.from));
}

}  // namespace

model::Ticks end_of(const ViewContext& ctx, std::size_t turn) {
  const auto& turns = ctx.index.turns();
  const bool over = turn + 1 < turns.size() && turns[turn + 1].event <= ctx.cursor;
  return std::max(over ? turns[turn + 1].from : ctx.state.now, turns[turn].from);
}

std::uint32_t runner_of(const TraceIndex& index, const SliceTurn& turn, model::Ticks end) {
  constexpr std::size_t kMost = 256;  // with more, the first ones tell as much
  const auto& runs = index.runs();
  std::array<model::Ticks, abi::kMaxEnvironments> ran{};
  for (std::size_t i = turn.run; i < runs.size() && i < turn.run + kMost && runs[i].from < end; ++i)
    ran[runs[i].env] += (i + 1 < runs.size() ? std::min(runs[i + 1].from, end) : end) - runs[i].from;
  ran[0] = 0;
  const auto most = std::max_element(ran.begin(), ran.end());
  return *most == 0 ? 0 : std::uint32_t(most - ran.begin());
}

void draw_rounds(const ViewContext& ctx, Box box) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const float label = draw_label(ctx, box.min, "SLICES");
  draw_text_cut(
      list, ctx.fonts.small, {box.min.x + label + ctx.px(8), box.min.y - ctx.px(1)}, box.width() - label - ctx.px(8),
      t.faint,
      "a column for each position, a row for each round, the newest first, its time in \u00b5s; hatched: forfeited");
  box.min.y += ctx.fonts.label->FontSize + ctx.px(9);
  const int rows = std::max(1, int((box.height() - ctx.px(34)) / ctx.px(20)));
  const std::vector<Placed> placed = place(ctx, rows);
  const Grid grid = lay_out(ctx, box, placed);
  if (grid.positions.empty()) {
    draw_text(list, ctx.fonts.body, {box.min.x, box.min.y + ctx.px(20)}, t.faint,
              "No slice of the processor has been given out yet.");
    return;
  }
  draw_head(ctx, grid);
  const float gap = ctx.px(grid.width > ctx.px(10) ? 2.0f : 1.0f);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const Touch on = touch(ctx, "rounds", {{box.min.x + grid.label, box.min.y + grid.head}, box.max});
  int named = -1;
  for (const Placed& one : placed) {
    const SliceTurn& turn = ctx.index.turns()[one.turn];
    const Box cell = grid.cell(grid.column[turn.position], one.row, gap);
    const model::Ticks end = end_of(ctx, one.turn);
    draw_turn(ctx, cell, turn, end);
    if (one.row != named) {  // the round's newest turn names it
      named = one.row;
      draw_text_right(list, ctx.fonts.mono_small,
                      {box.min.x + grid.label - ctx.px(8), cell.centre().y - ctx.fonts.mono_small->FontSize / 2},
                      one.row == 0 ? t.soft : t.faint, grouped(std::uint64_t(model::micros(turn.from))));
    }
    if (!on.hovered || !cell.contains(mouse)) continue;
    list->AddRect(cell.min, cell.max, t.text, ctx.px(2.5f), 0, ctx.px(1.2f));
    tooltip(ctx, turn_words(ctx, turn, end));
    if (on.clicked) ctx.seek(turn.event);
  }
  if (!placed.empty() && placed.front().row == 0) {
    const SliceTurn& turn = ctx.index.turns()[placed.front().turn];
    const Box cell = grid.cell(grid.column[turn.position], 0, gap);
    if (ctx.state.running != 0)
      list->AddRect({cell.min.x - 1, cell.min.y - 1}, {cell.max.x + 1, cell.max.y + 1}, t.cursor, ctx.px(3), 0,
                    ctx.px(1.6f));
  }
}

}  // namespace exo::views
