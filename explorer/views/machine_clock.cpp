// The clock as hardware: what it says, and the deadlines that its timer is armed for, each a mark that comes nearer to
// the left end, where the time is up.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/machine_parts.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

model::Ticks ticks_of(std::uint32_t micros) { return model::Ticks(micros) * 1000 / abi::kNanosecondsPerTick; }

model::Ticks span_of(const RequestNow& request) {
  const model::Ticks from = request.phase == Phase::Demanded ? request.state.armed : request.state.delivered;
  return request.state.fires > from ? request.state.fires - from : ticks_of(request.state.deadline_us);
}

/// What the timer will do when nothing else is armed: how long the slice under way has run.
std::string slice_words(const ViewContext& ctx, model::EventNumber& event) {
  const std::size_t turns = ctx.index.turns_at(ctx.cursor);
  if (turns == 0 || ctx.state.running == 0) return "no deadline runs";
  const SliceTurn& turn = ctx.index.turns()[turns - 1];
  event = turn.event;
  return fmt::format("no deadline runs \u00b7 slice {} for {}", turn.position,
                     short_micros(ctx.state.now - std::min(turn.from, ctx.state.now)));
}

}  // namespace

void draw_clock(const ViewContext& ctx, Box box, const std::vector<RequestNow>& requests) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_label(ctx, {box.min.x, box.centre().y - ctx.fonts.label->FontSize / 2}, "CLOCK");
  const float x = box.min.x + ctx.px(64), middle = box.centre().y;
  const std::string now = micros_text(ctx.state.now) + " \u00b5s";
  const float used = draw_text(list, ctx.fonts.mono, {x, middle - ctx.fonts.mono->FontSize / 2}, theme.text, now);
  Box bar{{x + std::max(used, ctx.px(96)) + ctx.px(14), box.min.y}, {box.max.x - ctx.px(2), box.max.y}};
  const bool narrow = bar.width() < ctx.px(60);
  if (narrow) bar = {{x, box.max.y - ctx.px(1)}, {box.max.x - ctx.px(2), box.max.y + ctx.px(3)}};  // under the time
  const RequestNow* nearest = nullptr;
  model::Ticks longest = 1;
  for (const RequestNow& request : requests) {
    if (!request.open() || request.phase == Phase::Requested || request.left == 0) continue;
    longest = std::max(longest, span_of(request));
    if (nearest == nullptr || request.left < nearest->left) nearest = &request;
  }
  if (nearest == nullptr) {
    model::EventNumber event = 0;
    const std::string words = slice_words(ctx, event);
    if (!narrow)
      draw_text_cut(list, ctx.fonts.small, {bar.min.x, middle - ctx.fonts.small->FontSize / 2}, bar.width(),
                    theme.faint, words);
    if (touch(ctx, "clock", box).hovered)
      tooltip(ctx,
              "Guest time: it stands still while the machine is paused. The timer ends slices and, when a request "
              "has a deadline, takes by force.\n\n" +
                  event_words(ctx, event));
    return;
  }
  list->AddRectFilled(bar.min, bar.max, theme.empty, ctx.px(3));
  auto place = [&](model::Ticks left) { return bar.min.x + bar.width() * float(double(left) / double(longest)); };
  const bool demanded = nearest->phase == Phase::Demanded;
  std::vector<float> marks;
  list->AddRectFilled(bar.min, {std::max(bar.min.x + ctx.px(3), place(nearest->left)), bar.max.y},
                      demanded ? theme.hot : theme.hot_dark, ctx.px(3));
  for (const RequestNow& request : requests) {
    if (!request.open() || request.phase == Phase::Requested || request.left == 0) continue;
    const float at = std::min(place(request.left), bar.max.x - ctx.px(1));
    const Box mark{{at - ctx.px(3), bar.min.y - ctx.px(2)}, {at + ctx.px(3), bar.max.y + ctx.px(2)}};
    const Touch on = touch(ctx, fmt::format("timer {}", request.state.id), mark);
    marks.push_back(at);
    list->AddRectFilled({at - ctx.px(1), mark.min.y}, {at + ctx.px(1), mark.max.y}, theme.hot);
    if (on.hovered)
      tooltip(ctx, hot_words(request) + "\n\n" +
                       event_words(ctx, request.phase == Phase::Demanded ? request.state.armed_event
                                                                         : request.state.delivered_event));
    choose(ctx, on, Selection::Kind::Request, request.state.id);
  }
  const std::string words = fmt::format("{} {} {}", short_micros(nearest->left),
                                        demanded ? "to the abort:" : "to answer:", asked_words(nearest->state.asked));
  const float room = text_width(ctx.fonts.small, words);
  std::ranges::sort(marks);
  marks.push_back(bar.max.x);
  // In the bar that shrinks, or in the first gap between two marks that is wide enough; else the tooltip says it.
  const bool wide = marks.front() - bar.min.x > room + ctx.px(14);
  float words_x = wide ? bar.min.x + ctx.px(7) : 0;
  for (std::size_t i = 0; i + 1 < marks.size() && words_x == 0; ++i)
    if (marks[i + 1] - marks[i] > room + ctx.px(14)) words_x = marks[i] + ctx.px(8);
  if (!narrow && words_x == 0 && marks.size() == 2) words_x = marks[0] + ctx.px(8);
  if (!narrow && words_x != 0)
    draw_text_cut(list, ctx.fonts.small, {words_x, middle - ctx.fonts.small->FontSize / 2}, bar.max.x - words_x,
                  wide && demanded ? theme.on_hot : theme.text, words);
  if (touch(ctx, "clock", box).hovered)
    tooltip(ctx, "The timer is armed: " + hot_words(*nearest) +
                     ".\nThe bar shrinks in guest time, and stands still "
                     "while the machine is paused.");
}

}  // namespace exo::views
