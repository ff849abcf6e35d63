#include "explorer/views/request_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

void span(ImDrawList* list, Box box, float from, float to, ImU32 colour, float rounding, ImDrawFlags corners) {
  from = std::clamp(from, box.min.x, box.max.x);
  to = std::clamp(to, box.min.x, box.max.x);
  if (to > from) list->AddRectFilled({from, box.min.y}, {std::max(to, from + 1), box.max.y}, colour, rounding, corners);
}

}  // namespace

void draw_request_bar(const ViewContext& ctx, Box box, const TimeScale& scale, const RequestNow& request, bool words) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const model::RequestState& r = request.state;
  const double now = double(ctx.state.now);
  const double end = r.done != model::kNever ? double(r.done) : now;
  const float x_end = scale.x(end);
  const float rounding = std::min(ctx.px(3), box.height() / 3);
  const ImFont* strong = box.height() < ctx.fonts.strong->FontSize * 0.9f ? ctx.fonts.small : ctx.fonts.strong;
  auto text = [&](const ImFont* font, float x, float room, ImU32 colour, std::string_view say) {
    // Words go along with what is in sight of their bar, and not further.
    const float right = std::min(x + room, box.max.x);
    x = std::max(x, box.min.x + ctx.px(4));
    room = right - x;
    if (words && text_width(font, say) <= room) {
      draw_text(list, font, {x, box.centre().y - font->FontSize / 2}, colour, say);
      return true;
    }
    return false;
  };
  // How it ended: not when that lies further back than what is in sight.
  auto after = [&](const ImFont* font, float x, ImU32 colour, std::string_view say) {
    if (x >= box.min.x) text(font, x + ctx.px(8), 1e6f, colour, say);
  };
  list->PushClipRect({box.min.x, box.min.y - ctx.px(6)}, {box.max.x, box.max.y + ctx.px(6)}, true);
  // Requested, and waiting until its owner runs: a thin line.
  const double heard = r.delivered != model::kNever ? double(r.delivered) : end;
  const float middle = box.centre().y;
  list->AddRectFilled({std::clamp(scale.x(double(r.requested)), box.min.x, box.max.x), middle - ctx.px(1)},
                      {std::clamp(scale.x(heard), box.min.x, box.max.x), middle + ctx.px(1)}, t.hot_dark);
  const float x_requested = scale.x(double(r.requested));
  if (x_requested >= box.min.x && x_requested <= box.max.x)
    dot(list, {x_requested, middle}, std::min(ctx.px(3), box.height() / 2), t.hot_dark);
  if (r.delivered != model::kNever) {
    const double armed = r.armed != model::kNever ? double(r.armed) : end;
    const float x_heard = scale.x(heard), x_armed = scale.x(armed);
    const bool returned = request.phase == Phase::Returned;
    const ImU32 asked = returned ? blend(t.panel, env_colour(t, r.env), 0.35f) : t.hot_ground;
    span(list, box, x_heard, x_armed, asked, rounding,
         r.armed != model::kNever ? ImDrawFlags_RoundCornersLeft : ImDrawFlags_RoundCornersAll);
    text(ctx.fonts.small, x_heard + ctx.px(10), x_armed - x_heard - ctx.px(12), returned ? t.text : t.soft, "asked");
    if (r.armed != model::kNever) {
      const ImU32 passed = returned ? blend(t.panel, env_colour(t, r.env), 0.6f) : t.hot_dark;
      span(list, box, x_armed, x_end, passed, rounding, ImDrawFlags_RoundCornersRight);
      text(ctx.fonts.small, x_armed + ctx.px(8), x_end - x_armed - ctx.px(10), t.text, "demanded");
    }
  }
  const float x_fires = request.deadline ? scale.x(double(r.fires)) : 0;
  if (request.open() && request.deadline) {
    // What is left of the deadline: the one bar that shrinks as time goes on.
    const bool armed = request.phase == Phase::Demanded;
    span(list, box, x_end, x_fires, armed ? t.hot : faded(t.hot, 0.28f), rounding, ImDrawFlags_RoundCornersRight);
    const std::string left = request.left != 0 ? fmt::format("{} to the abort", short_micros(request.left))
                             : armed           ? std::string("time is up")
                                               : std::string();
    const ImU32 ink = armed ? t.on_hot : t.hot;
    if (!text(strong, x_end + ctx.px(10), x_fires - x_end - ctx.px(14), ink, left))
      after(strong, std::max(x_fires, x_end), t.hot, left);
    list->AddRectFilled({x_fires - ctx.px(1.5f), box.min.y - ctx.px(4)},
                        {x_fires + ctx.px(1.5f), box.max.y + ctx.px(4)}, t.hot);
  }
  switch (request.phase) {
    case Phase::Returned:
      list->AddRectFilled({x_end - ctx.px(1), box.min.y - ctx.px(3)}, {x_end + ctx.px(2), box.max.y + ctx.px(3)},
                          env_colour(t, r.env));
      after(ctx.fonts.small, x_end, t.soft, phase_words(request));
      break;
    case Phase::Taken:
      list->AddRectFilled({x_end - ctx.px(1.5f), box.min.y - ctx.px(4)}, {x_end + ctx.px(1.5f), box.max.y + ctx.px(4)},
                          t.hot);
      after(ctx.fonts.small, std::max(x_end, r.notified != model::kNever ? scale.x(double(r.notified)) : 0), t.hot,
            r.notified != model::kNever ? "taken by force, and told so" : "taken by force");
      if (r.notified != model::kNever) {
        const float x = scale.x(double(r.notified));
        list->AddCircleFilled({x, middle}, std::min(ctx.px(4), box.height() / 2), t.hot, 16);
        list->AddRectFilled({std::max(x_end, box.min.x), middle - ctx.px(0.8f)},
                            {std::min(x, box.max.x), middle + ctx.px(0.8f)}, t.hot);
      }
      break;
    case Phase::Ended:
      after(ctx.fonts.small, x_end, t.faint, "ended without an answer");
      break;
    case Phase::Requested:
      after(ctx.fonts.small, x_end, t.soft, "not delivered yet");
      break;
    case Phase::Asked:
    case Phase::Demanded:
      break;
  }
  list->PopClipRect();
}

double axis_step(const TimeScale& scale, float pixels) {
  const double us = std::max(1e-3, model::micros(1) * scale.per_pixel * double(pixels));
  const double power = std::pow(10.0, std::floor(std::log10(us)));
  for (double factor : {1.0, 2.0, 5.0})
    if (power * factor >= us) return power * factor;
  return power * 10;
}

std::string axis_text(double micros, double step) {
  // In whole nanoseconds, so that a label never says what it does not mean.
  const auto nanoseconds = std::uint64_t(std::llround(std::max(0.0, micros * 1000)));
  const std::string whole = grouped(nanoseconds / 1000);
  if (step > 0.999) return whole;
  const std::uint64_t rest = nanoseconds % 1000;
  if (step > 0.0999) return fmt::format("{}.{}", whole, rest / 100);
  return step > 0.00999 ? fmt::format("{}.{:02}", whole, rest / 10) : fmt::format("{}.{:03}", whole, rest);
}

}  // namespace exo::views
