// Every request for a frame as one lane. The lanes share one scale that begins when the owner heard the request, so
// that polite and stubborn can be compared by eye; open requests come first, the most urgent above. Many of them stand
// closer, each in one line: what they leave out is in their tooltips.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/request_bar.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr double kTicksPerMicro = 1000.0 / abi::kNanosecondsPerTick;

double start_of(const RequestNow& request) {
  return double(request.state.delivered != model::kNever ? request.state.delivered : request.state.requested);
}

double end_of(const RequestNow& request, double now) {
  double end = request.state.done != model::kNever ? double(request.state.done) : now;
  if (request.deadline && request.phase != Phase::Returned) end = std::max(end, double(request.state.fires));
  if (request.state.notified != model::kNever) end = std::max(end, double(request.state.notified));
  return end;
}

std::string since(const RequestNow& request, model::Ticks ticks) {
  if (ticks == model::kNever) return "\u2013";
  const double from = start_of(request), at = double(ticks);
  if (at == from) return "at 0";
  const std::string text = short_micros(model::Ticks(std::abs(at - from)));
  return at < from ? "\u2212" + text : "+" + text;
}

struct Stage {
  const char* word;
  model::Ticks ticks;
  std::uint32_t event;
  bool hot;
};

void draw_stages(const ViewContext& ctx, ImVec2 at, float width, const RequestNow& request) {
  const model::RequestState& r = request.state;
  std::vector<Stage> stages{{"requested", r.requested, r.requested_event, false},
                            {"delivered", r.delivered, r.delivered_event, false}};
  if (r.deadline_us != 0) stages.push_back({"demanded", r.armed, r.armed_event, true});
  stages.push_back({request.phase == Phase::Taken   ? "taken"
                    : request.phase == Phase::Ended ? "ended"
                                                    : "returned",
                    r.done, r.done_event, request.phase == Phase::Taken});
  if (request.phase == Phase::Taken) stages.push_back({"notified", r.notified, r.notified_event, true});
  const float pitch = std::min(ctx.px(150), width / float(stages.size()));
  for (const Stage& stage : stages) {
    const bool done = stage.ticks != model::kNever;
    const Box box{{at.x, at.y - ctx.px(2)}, {at.x + pitch - ctx.px(6), at.y + ctx.fonts.small->FontSize + ctx.px(3)}};
    const Touch on = touch(ctx, fmt::format("stage {} {}", r.id, stage.word), box);
    const ImU32 ink = !done ? faded(ctx.theme.faint, 0.6f) : stage.hot ? ctx.theme.hot : ctx.theme.soft;
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (done)
      dot(list, {at.x + ctx.px(4), at.y + ctx.fonts.small->FontSize * 0.55f}, ctx.px(3), ink);
    else
      list->AddCircle({at.x + ctx.px(4), at.y + ctx.fonts.small->FontSize * 0.55f}, ctx.px(2.6f), ink, 12, ctx.px(1));
    draw_text_cut(list, ctx.fonts.small, {at.x + ctx.px(12), at.y}, pitch - ctx.px(16), ink,
                  done ? fmt::format("{} {}", stage.word, since(request, stage.ticks)) : std::string(stage.word));
    if (done && on.hovered)
      tooltip(ctx, fmt::format("{} at {} \u00b5s, event {}. Click to go there.", stage.word, micros_text(stage.ticks),
                               stage.event));
    if (done && on.clicked) ctx.seek(stage.event);
    at.x += pitch;
  }
}

/// Open ones first, then those whose deadline runs, then the ones with less time left; those that are over, newest
/// first.
bool more_urgent(const RequestNow& a, const RequestNow& b) {
  if (a.open() != b.open()) return a.open();
  if (!a.open()) return a.state.id > b.state.id;
  if (a.phase != b.phase) return a.phase > b.phase;
  return a.deadline && b.deadline && a.left != b.left ? a.left < b.left : a.state.id < b.state.id;
}

/// What is left, in both units; or how it ended.
std::string left_words(const RequestNow& request) {
  if (request.open() && request.left != 0)
    return fmt::format("{} \u00b7 {} instr.", short_micros(request.left), grouped(model::instructions(request.left)));
  if (request.phase == Phase::Requested) return "not delivered yet";
  if (request.phase == Phase::Asked) return request.deadline ? "asked, patience over" : "asked, no deadline";
  return request.phase == Phase::Demanded ? "time is up" : phase_words(request);
}

/// The words at the left of a lane: in three lines, or in one.
void draw_words(const ViewContext& ctx, Box lane, float room, const RequestNow& request, bool one_line) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const model::RequestState& r = request.state;
  const float x = lane.min.x + ctx.px(one_line ? 12.0f : 16.0f);
  const std::string env = model::env_name(ctx.state, r.env), asked = asked_words(r.asked);
  if (one_line) {
    const ImFont* font = ctx.fonts.small;
    const float y = lane.centre().y - font->FontSize / 2, first = std::min(room * 0.55f, text_width(font, asked));
    draw_text_cut(list, font, {x, y}, first + 1, request.open() ? t.text : t.soft, asked);
    draw_text_cut(list, font, {x + first + ctx.px(8), y}, room - first - ctx.px(8), env_ink(t, r.env), env);
    return;
  }
  draw_text_cut(list, ctx.fonts.strong, {x, lane.min.y + ctx.px(8)}, room, t.text, asked);
  draw_text_cut(list, ctx.fonts.small, {x, lane.min.y + ctx.px(27)}, room, env_ink(t, r.env), env);
  draw_text_cut(list, ctx.fonts.small, {x, lane.min.y + ctx.px(44)}, room,
                request.open() || request.phase == Phase::Taken ? t.hot : t.soft, left_words(request));
}

}  // namespace

void draw_revocations(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::vector<RequestNow> requests = requests_now(ctx);
  const auto now = double(ctx.state.now);
  const RequestCounts all = count_requests(ctx);
  double longest = 60 * kTicksPerMicro;
  for (const RequestNow& request : requests) {
    if (request.state.delivered != model::kNever) longest = std::max(longest, end_of(request, now) - start_of(request));
  }
  // Requests that were answered long after the rest would flatten them all: those run out of the picture.
  longest = std::min(longest, 2'000 * kTicksPerMicro);
  float label = draw_label(ctx, box.min, "REVOCATIONS");
  draw_text_cut(list, ctx.fonts.small, {box.min.x + label + ctx.px(10), box.min.y - ctx.px(1)},
                box.width() - label - ctx.px(10), t.faint,
                fmt::format("{} \u00b7 {} open \u00b7 {} returned \u00b7 {} taken by force", plural(all.all, "request"),
                            all.open, all.returned, all.taken));
  if (requests.empty()) {
    draw_sentence(ctx, ctx.fonts.body, {box.min.x, box.min.y + ctx.px(40)}, std::min(box.width(), ctx.px(480)), t.faint,
                  "No frame has been asked for up to this moment. When the kernel asks a library OS for a frame, "
                  "the request gets a lane here: "
                  "requested, delivered, the deadline running out, and returned or taken by force.");
    return;
  }
  std::stable_sort(requests.begin(), requests.end(), more_urgent);

  const float axis_y = box.min.y + ctx.px(22), names = std::min(ctx.px(168), box.width() * 0.45f);
  TimeScale scale;
  scale.left = box.min.x + names;
  const float field = box.width() - names - ctx.px(14);
  scale.per_pixel = longest * 1.3 / double(std::max(1.0f, field));
  scale.from = -longest * 0.05;
  const double step = axis_step(scale, ctx.px(90));
  draw_text(list, ctx.fonts.small, {box.min.x, axis_y}, t.faint, "\u00b5s since it was heard");
  const Box lanes{{box.min.x, axis_y + ctx.px(18)}, box.max};
  for (double us = 0;; us += step) {
    const float x = scale.x(us * kTicksPerMicro);
    if (x > box.max.x - ctx.px(20)) break;
    draw_text(list, ctx.fonts.mono_small, {x - ctx.px(4), axis_y}, t.faint, axis_text(us, step));
    list->AddRectFilled({x, lanes.min.y}, {x + 1, lanes.max.y}, faded(t.line, 0.5f));
  }

  ImGui::SetCursorScreenPos(lanes.min);
  ImGui::BeginChild("lanes", {lanes.width(), lanes.height()}, false);
  list = ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  // As tall as there is room, or so small that thirty have it.
  const float each = lanes.height() / float(requests.size());
  const bool one_line = each < ctx.px(50) || box.width() < ctx.px(360);
  const float pitch = one_line ? std::clamp(each, ctx.px(20), ctx.px(28)) : ctx.px(74);
  const float height = pitch - ctx.px(one_line ? 2.0f : 8.0f), half = std::min(ctx.px(10), height * 0.36f);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const RequestNow& request = requests[i];
    const Box lane{{origin.x, origin.y + pitch * float(i)},
                   {origin.x + lanes.width() - ctx.px(12), origin.y + pitch * float(i) + height}};
    if (lane.max.y < lanes.min.y || lane.min.y > lanes.max.y) continue;
    const model::RequestState& r = request.state;
    const bool selected = ctx.ui.selection.is(Selection::Kind::Request, r.id);
    const bool related = ctx.highlight.any && ctx.highlight.requests[r.id % abi::kMaxRequests];
    const float rounding = ctx.px(one_line ? 3.0f : 5.0f);
    list->AddRectFilled(lane.min, lane.max, faded(t.card, 0.65f), rounding);
    list->AddRectFilled(lane.min, {lane.min.x + rounding, lane.max.y}, env_colour(t, r.env), rounding,
                        ImDrawFlags_RoundCornersLeft);
    // Lanes that stand close say by their bars alone that a deadline runs.
    if (selected || related || (request.phase == Phase::Demanded && !one_line))
      list->AddRect(lane.min, lane.max,
                    request.phase == Phase::Demanded ? t.hot
                    : selected                       ? t.text
                                                     : t.line,
                    rounding, 0, ctx.px(selected ? 1.8f : 1.2f));
    draw_words(ctx, lane, names - ctx.px(24), request, one_line);
    TimeScale own = scale;
    own.from += start_of(request);
    own.left = origin.x + names;
    const float middle = one_line ? lane.centre().y : lane.min.y + ctx.px(23);
    draw_request_bar(ctx, {{origin.x + names - ctx.px(4), middle - half}, {lane.max.x - ctx.px(8), middle + half}}, own,
                     request, true);
    if (!one_line)
      draw_stages(ctx, {origin.x + names, lane.min.y + ctx.px(45)}, lane.max.x - origin.x - names - ctx.px(10),
                  request);
    const Touch on = touch(ctx, fmt::format("request {}", r.id),
                           {lane.min, {lane.max.x, one_line ? lane.max.y : lane.min.y + ctx.px(40)}});
    if (on.hovered)
      tooltip(ctx, fmt::format("Request {}: {} is asked for {}. Patience {} \u00b5s, then {}.\n{}", r.id,
                               model::env_name(ctx.state, r.env), asked_words(r.asked), r.patience_us,
                               r.deadline_us == 0 ? std::string("no deadline")
                                                  : fmt::format("a deadline of {} \u00b5s", r.deadline_us),
                               phase_words(request)));
    choose(ctx, on, Selection::Kind::Request, r.id);
  }
  ImGui::SetCursorScreenPos({origin.x, origin.y + pitch * float(requests.size())});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace exo::views
