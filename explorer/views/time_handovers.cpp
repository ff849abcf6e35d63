// What crosses the lanes of time: the processor handed from one environment to another, and what happens to slices.
// Arrows that would stand closer than they can be told apart are left out: the bars say who ran.
#include <algorithm>

#include "explorer/views/time_lanes.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

void arrow_head(ImDrawList* list, ImVec2 tip, float size, bool down, ImU32 colour) {
  const float back = down ? tip.y - size : tip.y + size;
  list->AddTriangleFilled({tip.x - size * 0.62f, back}, {tip.x + size * 0.62f, back}, tip, colour);
}

void draw_arrow(const ViewContext& ctx, const Lanes& lanes, const ProcessorRun& run, float x, bool later) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Box from = lanes.of(run.before), to = lanes.of(run.env);
  const bool down = to.min.y > from.min.y;
  const float start = from.centre().y, end = to.centre().y;
  const ImU32 colour = faded(ctx.theme.light ? ctx.theme.text : ctx.theme.cursor, later ? 0.25f : 0.9f);
  const float thick = ctx.px(run.how == Handover::Yield ? 0.8f : 1.6f), size = std::min(ctx.px(6), lanes.height * 0.5f);
  if (run.how == Handover::CallAsync) {
    const float dash = ctx.px(3), step = down ? dash : -dash;
    for (float y = start; (end - y) * step > 0; y += 2 * step)
      list->AddLine({x, y}, {x, down ? std::min(y + step, end) : std::max(y + step, end)}, colour, thick);
  } else {
    list->AddLine({x, start}, {x, end}, colour, thick);
  }
  arrow_head(list, {x, end}, size, down, colour);
}

}  // namespace

bool draw_handovers(const ViewContext& ctx, const Lanes& lanes, double now) {
  const auto& runs = ctx.index.runs();
  const double to = lanes.scale.ticks(lanes.area.max.x);
  if (runs.empty() || to < 0) return false;
  const auto first =
      std::max<std::ptrdiff_t>(0, ctx.index.run_at(model::Ticks(std::max(0.0, lanes.scale.ticks(lanes.area.min.x)))));
  const auto last = ctx.index.run_at(model::Ticks(to));
  const float apart = ctx.px(5);
  if (double(last - first) > double(lanes.area.width()) * 4) return false;
  float before = -1e9f;
  bool any = false;
  for (std::ptrdiff_t i = first; i <= last; ++i) {
    const ProcessorRun& run = runs[std::size_t(i)];
    if (run.how == Handover::Slice || run.before == run.env || lanes.y[run.before] == 0 || lanes.y[run.env] == 0)
      continue;
    const float x = lanes.scale.x(double(run.from));
    if (x < lanes.area.min.x || x > lanes.area.max.x || x - before < apart) continue;
    before = x;
    any = true;
    draw_arrow(ctx, lanes, run, x, double(run.from) > now);
  }
  return any;
}

void draw_slice_marks(const ViewContext& ctx, const Lanes& lanes, double now) {
  const auto& marks = ctx.index.slice_marks();
  const double from = lanes.scale.ticks(lanes.area.min.x), to = lanes.scale.ticks(lanes.area.max.x);
  auto at = std::lower_bound(marks.begin(), marks.end(), from,
                             [](const SliceMark& mark, double ticks) { return double(mark.at) < ticks; });
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const float size = std::min(ctx.px(9), lanes.height);
  float before = -1e9f;
  for (; at != marks.end() && double(at->at) <= to; ++at) {
    if (lanes.y[at->env] == 0) continue;
    const float x = lanes.scale.x(double(at->at));
    const bool hot = at->kind == SliceMark::Kind::AskedBack || at->kind == SliceMark::Kind::TakenByForce;
    if (!hot && x - before < ctx.px(2)) continue;
    before = x;
    const Box lane = lanes.of(at->env);
    const float faint = double(at->at) > now ? 0.3f : 1.0f;
    switch (at->kind) {
      case SliceMark::Kind::Owed:  // one tick too long: a notch above the bar
        list->AddRectFilled({x - ctx.px(1), lane.min.y - ctx.px(2)}, {x + ctx.px(1), lane.min.y + ctx.px(2)},
                            faded(t.text, faint));
        break;
      case SliceMark::Kind::Forfeited: {
        const Box cell{{x - size / 2, lane.centre().y - size / 2}, {x + size / 2, lane.centre().y + size / 2}};
        list->AddRectFilled(cell.min, cell.max, t.panel, ctx.px(2));
        hatch(list, cell, faded(env_ink(t, at->env), faint), ctx.px(3), ctx.px(1));
        list->AddRect(cell.min, cell.max, faded(env_ink(t, at->env), faint), ctx.px(2), 0, ctx.px(1));
        break;
      }
      case SliceMark::Kind::AskedBack:
      case SliceMark::Kind::TakenByForce: {
        const bool filled = at->kind == SliceMark::Kind::TakenByForce;
        const ImVec2 middle{x, lane.centre().y};
        const float r = size * 0.55f;
        const ImVec2 corners[4] = {
            {middle.x, middle.y - r}, {middle.x + r, middle.y}, {middle.x, middle.y + r}, {middle.x - r, middle.y}};
        list->AddQuadFilled(corners[0], corners[1], corners[2], corners[3],
                            faded(filled ? t.hot : t.hot_ground, faint));
        list->AddQuad(corners[0], corners[1], corners[2], corners[3], faded(t.hot, faint), ctx.px(1.4f));
        break;
      }
    }
  }
}

}  // namespace exo::views
