// Time: the whole run above, and a stretch of it as lanes below: who ran when, what happened when, and the requests,
// all over one axis of guest time with the one cursor. Drawing costs what there are pixels, however many events lie
// under them. What lies after the cursor is shown faint, and of a request nothing that the cursor has not reached: a
// question must not be answered by looking to the right.
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/actions.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/time_actions.hpp"
#include "explorer/views/time_parts.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr double kFirstSpan = 400 * kTicksPerMicro;
constexpr std::size_t kManyLanes = 12;

void keep_in_sight(const ViewContext& ctx, double now) {
  TimeRange& range = ctx.ui.range;
  if (range.to <= range.from) {
    range.from = now - kFirstSpan * 0.7;
    range.to = range.from + kFirstSpan;
  }
  const double span = range.to - range.from;
  if (range.follow && (now < range.from + span * 0.02 || now > range.from + span * 0.86)) {
    range.from = now - span * 0.7;
    range.to = range.from + span;
  }
  if (range.from < -span * 0.05) {
    range.from = -span * 0.05;
    range.to = range.from + span;
  }
}

/// Requests in rows so that none covers another; the names of a row are those of its first request.
using RequestRows = std::vector<std::vector<RequestNow>>;

RequestRows pack(const ViewContext& ctx, const Lanes& lanes, double now, std::size_t& all) {
  constexpr std::size_t kMost = 400;
  const double room = double(ctx.px(150)) * lanes.scale.per_pixel;
  const double from = std::max(0.0, lanes.scale.ticks(lanes.area.min.x) - room);
  const double to = std::min(now, lanes.scale.ticks(lanes.area.max.x));
  RequestRows rows;
  std::vector<double> ends;
  all = 0;
  if (to < 0) return rows;
  for (const std::size_t place :
       ctx.index.requests().in(ctx.history, model::Ticks(from), model::Ticks(to), kMost, all)) {
    const model::RequestState& state = ctx.history.requests()[place];
    if (state.requested_event > ctx.cursor) break;
    const RequestNow request = request_at_cursor(ctx, state);
    double end = state.done != model::kNever ? std::min(double(request.state.done), now) : now;
    if (request.open() && request.deadline) end = std::max(end, double(request.state.fires));
    if (request.state.notified != model::kNever) end = std::max(end, double(request.state.notified));
    end += room;
    if (end < lanes.scale.ticks(lanes.area.min.x)) continue;
    std::size_t row = 0;
    while (row < rows.size() && ends[row] > double(state.requested)) ++row;
    if (row == rows.size()) {
      rows.emplace_back();
      ends.push_back(0);
    }
    rows[row].push_back(request);
    ends[row] = end;
  }
  return rows;
}

/// Environments that have a lane; returns how many have none because they did not run in this stretch.
std::size_t choose_lanes(const ViewContext& ctx, Lanes& lanes) {
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
    if (ctx.state.envs[env].state != abi::EnvState::Free || ctx.history.newest().envs[env].state != abi::EnvState::Free)
      lanes.envs.push_back(env);
  if (lanes.envs.size() <= kManyLanes) return 0;
  // A crowd: only those that ran in this stretch, and the selected, get a lane.
  const auto first = std::max<std::ptrdiff_t>(0, ctx.index.run_at(model::Ticks(std::max(0.0, ctx.ui.range.from))));
  const auto last = ctx.index.run_at(model::Ticks(std::max(0.0, ctx.ui.range.to)));
  const std::uint64_t ran = ctx.index.runners(std::size_t(first), std::size_t(last + 1));
  return std::erase_if(lanes.envs, [&](std::uint32_t env) {
    return ((ran >> env) & 1) == 0 && !ctx.ui.selection.is(Selection::Kind::Environment, env);
  });
}

void draw_cursor(const ViewContext& ctx, const Lanes& lanes, float top, double now) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float x = std::floor(lanes.scale.x(now));
  if (x < lanes.area.min.x - 1 || x > lanes.area.max.x + 1) return;
  const float w = ctx.px(6), h = ctx.px(9);
  list->AddRectFilled({x - ctx.px(0.75f), top + h}, {x + ctx.px(0.75f), lanes.area.max.y}, ctx.theme.cursor);
  list->AddTriangleFilled({x - w, top}, {x + w, top}, {x, top + h}, ctx.theme.cursor);
}

/// The instruction that a debugger stands at, between the cursor's event and the next one.
void draw_instant(const ViewContext& ctx, const Lanes& lanes, float top) {
  if (ctx.debug == nullptr || ctx.debug->moving || ctx.debug->event != ctx.cursor) return;
  const double exact = double(ctx.debug->instant) * abi::kNanosecondsPerInstruction / abi::kNanosecondsPerTick;
  // Never before its event, nor after the next.
  const auto from = double(ctx.state.now);
  const double to = ctx.cursor < ctx.newest() ? double(ctx.history.ticks(ctx.cursor + 1)) : exact;
  const float x = std::floor(lanes.scale.x(std::clamp(exact, from, std::max(from, to))));
  if (x < lanes.area.min.x - 1 || x > lanes.area.max.x + 1) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float y = lanes.area.max.y - ctx.px(4), h = ctx.px(4);
  ctx.mark("debug instant", {{x - h, top}, {x + h, lanes.area.max.y}});
  list->AddRectFilled({x - ctx.px(0.5f), top + ctx.px(9)}, {x + ctx.px(0.5f), y}, ctx.theme.accent);
  list->AddQuadFilled({x, y - h}, {x + h, y}, {x, y + h}, {x - h, y}, ctx.theme.accent);
}

/// Lanes that do not fit are scrolled with the wheel over their names; a thin bar says where they are.
void scroll(const ViewContext& ctx, std::string_view name, Box names, Box field, float content, float& scrolled) {
  const float most = std::max(0.0f, content - field.height());
  if (most > 0) {
    const Touch on = touch(ctx, name, {{field.max.x - ctx.px(7), field.min.y}, field.max});
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (names.contains(mouse) && ImGui::IsWindowHovered()) scrolled -= ImGui::GetIO().MouseWheel * ctx.px(26);
    const float thumb = std::max(ctx.px(14), field.height() * field.height() / content);
    if (on.held) scrolled = (mouse.y - field.min.y - thumb / 2) / std::max(1.0f, field.height() - thumb) * most;
    scrolled = std::clamp(scrolled, 0.0f, most);
    const float y = field.min.y + (field.height() - thumb) * scrolled / most;
    ImGui::GetWindowDrawList()->AddRectFilled({field.max.x - ctx.px(5), y}, {field.max.x - ctx.px(1), y + thumb},
                                              on.hovered || on.held ? ctx.theme.soft : ctx.theme.faint, ctx.px(2));
    if (on.hovered) tooltip(ctx, "More lanes: drag, or the wheel over the names");
  }
  scrolled = std::clamp(scrolled, 0.0f, most);
}

/// When the cursor has moved, the lane of who runs is among those in sight.
void follow_runner(const ViewContext& ctx, const Lanes& lanes, float pitch, float room) {
  TimeUi& time = ctx.ui.time;
  if (time.scrolled_at == ctx.cursor) return;
  time.scrolled_at = ctx.cursor;
  const auto runner = std::ranges::find(lanes.envs, ctx.state.running);
  if (runner == lanes.envs.end()) return;
  const float top = pitch * float(runner - lanes.envs.begin());
  if (top < time.scrolled_envs || top + pitch > time.scrolled_envs + room)
    time.scrolled_envs = std::floor((top - room * 0.7f) / pitch + 0.5f) * pitch;
}

void draw_env_names(const ViewContext& ctx, const Lanes& lanes, float names, float pitch) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const bool named = pitch >= ctx.px(10);
  const ImFont* font = pitch >= ctx.px(17) ? ctx.fonts.body : ctx.fonts.small;
  for (std::uint32_t env : lanes.envs) {
    if (lanes.y[env] == 0) continue;
    const Box lane = lanes.of(env);
    const float left = lanes.area.min.x - names;
    const Touch on =
        touch(ctx, fmt::format("lane {}", env), {{left, lane.min.y}, {lanes.area.min.x - ctx.px(6), lane.max.y}});
    const bool lit =
        ctx.ui.selection.is(Selection::Kind::Environment, env) || (ctx.highlight.any && ctx.highlight.envs[env]);
    // Before it is created at the cursor, it has the name that it will get.
    const bool there = ctx.state.envs[env].state != abi::EnvState::Free;
    const std::string name = model::env_name(there ? ctx.state : ctx.history.newest(), env);
    if (named) {
      const float width = std::min(text_width(font, name), names - ctx.px(14));
      draw_text_cut(list, font, {lanes.area.min.x - ctx.px(12) - width, lane.centre().y - font->FontSize / 2},
                    width + 1, lit ? t.text : env_ink(t, env), name);
      if (t.shapes)
        env_glyph(list, {lanes.area.min.x - ctx.px(20) - width, lane.centre().y}, ctx.px(4), env, env_colour(t, env));
    } else {
      list->AddRectFilled({lanes.area.min.x - ctx.px(14), lane.min.y}, {lanes.area.min.x - ctx.px(8), lane.max.y},
                          env_colour(t, env));
    }
    if (on.hovered) tooltip(ctx, name + ". Click: select it.");
    choose(ctx, on, Selection::Kind::Environment, env);
  }
}

void draw_requests(const ViewContext& ctx, const Lanes& lanes, const RequestRows& rows, Box field, float names,
                   float pitch) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const bool named = pitch >= ctx.px(10);
  const ImFont* font = pitch >= ctx.px(17) ? ctx.fonts.body : ctx.fonts.small;
  float y = field.min.y - ctx.ui.time.scrolled_requests;
  for (const auto& row : rows) {
    const Box lane{{lanes.area.min.x, y}, {lanes.area.max.x, y + lanes.height}};
    y += pitch;
    if (lane.max.y < field.min.y || lane.min.y > field.max.y) continue;
    for (const RequestNow& request : row) draw_request_bar(ctx, lane, lanes.scale, request, named);
    const RequestNow& first = row.back();
    const Touch on = touch(ctx, fmt::format("request lane {}", first.state.id),
                           {{lanes.area.min.x - names, std::max(lane.min.y, field.min.y)},
                            {lanes.area.min.x - ctx.px(6), std::min(lane.max.y, field.max.y)}});
    if (named) {
      const std::string name = asked_words(first.state.asked);
      draw_text_right(list, font, {lanes.area.min.x - ctx.px(12), lane.centre().y - font->FontSize / 2},
                      first.open() || first.phase == Phase::Taken ? t.hot : env_ink(t, first.state.env), name);
    }
    if (on.hovered)
      tooltip(ctx, fmt::format("Request {} to {}: {}. Click: select it.", first.state.id,
                               model::env_name(ctx.state, first.state.env), phase_words(first)));
    choose(ctx, on, Selection::Kind::Request, first.state.id);
  }
}

/// The field in which a bookmark's name is typed; returns where it ends.
float draw_naming(const ViewContext& ctx, float x, float y) {
  TimeUi& time = ctx.ui.time;
  const auto at = std::ranges::find(time.bookmarks, time.naming, &Bookmark::event);
  if (at == time.bookmarks.end()) {
    time.naming = 0;
    return x;
  }
  const float width = ctx.px(190), height = ctx.px(20);
  ImGui::SetCursorScreenPos({x, y});
  ctx.mark("bookmark name", {{x, y}, {x + width, y + height}});
  ImGui::PushItemWidth(width);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(ctx.px(6), ctx.px(1)));
  ImGui::PushFont(ctx.fonts.small);
  if (time.naming_begins) ImGui::SetKeyboardFocusHere();
  const bool done = ImGui::InputTextWithHint("##bookmark name", "its name, then Enter", &at->name,
                                             ImGuiInputTextFlags_EnterReturnsTrue);
  const bool left = ImGui::IsItemDeactivated();
  if (ImGui::IsItemHovered()) tooltip(ctx, "A short name for this moment; Enter keeps it");
  ImGui::PopFont();
  ImGui::PopStyleVar();
  ImGui::PopItemWidth();
  if (done || (left && !time.naming_begins)) time.naming = 0;
  time.naming_begins = false;
  return x + width + ctx.px(8);
}

void draw_heading(const ViewContext& ctx, Box box, const std::string& words) {
  float x = box.max.x;
  auto small_button = [&](std::string_view name, float width, std::string_view text, const std::string& tip,
                          bool active = false) {
    const Box place{{x - width, box.min.y - ctx.px(6)}, {x, box.min.y + ctx.px(13)}};
    x -= width + ctx.px(5);
    return button(ctx, name, place, text, tip, {.active = active});
  };
  TimeRange& range = ctx.ui.range;
  const TimeUi& time = ctx.ui.time;
  const bool narrow = box.width() < ctx.px(900);
  if (small_button("zoom in", ctx.px(26), "+",
                   with_keys("Shorter stretch, down to an instruction; or the wheel over the lanes", "time.zoom-in")))
    act(ctx, TimeAction::ZoomIn);
  if (small_button("zoom out", ctx.px(26), "\u2212", with_keys("Longer stretch", "time.zoom-out")))
    act(ctx, TimeAction::ZoomOut);
  if (small_button("zoom all", ctx.px(40), "All", with_keys("The whole run", "time.zoom-all")))
    act(ctx, TimeAction::ZoomAll);
  if (small_button("follow", ctx.px(60), "Follow", "Keep the cursor in sight", range.follow))
    range.follow = !range.follow;
  x -= ctx.px(8);
  if (small_button("select end", ctx.px(narrow ? 60.0f : 124.0f),
                   time.one_end ? (narrow ? "to here" : "Select to here") : (narrow ? "Select" : "Select from here"),
                   time.one_end
                       ? with_keys("The other end of the selected time is where the cursor stands", "time.select-to")
                       : with_keys("One end of the selected time is where the cursor stands; or Shift and drag over "
                                   "the lanes",
                                   "time.select-from"),
                   time.one_end.has_value()))
    act(ctx, TimeAction::SetEnd);
  if (small_button("mark next", ctx.px(24), "\u203a",
                   with_keys("The next step of the story or bookmark", "time.mark-next")))
    act(ctx, TimeAction::NextMark);
  const bool marked = std::ranges::find(time.bookmarks, ctx.cursor, &Bookmark::event) != time.bookmarks.end();
  if (small_button("bookmark", ctx.px(narrow ? 46.0f : 76.0f),
                   narrow   ? "Mark"
                   : marked ? "Unmark"
                            : "Bookmark",
                   marked
                       ? with_keys("Remove the bookmark at the cursor; it can be brought back", "time.bookmark-remove")
                       : with_keys("Set a bookmark at the cursor", "time.bookmark"),
                   marked))
    act(ctx, marked ? TimeAction::RemoveBookmark : TimeAction::SetBookmark);
  if (small_button("mark previous", ctx.px(24), "\u2039",
                   with_keys("The step of the story or bookmark before", "time.mark-previous")))
    act(ctx, TimeAction::PreviousMark);

  float left = box.min.x + draw_label(ctx, box.min, "TIME") + ctx.px(6);
  if (time.naming != 0) left = draw_naming(ctx, left, box.min.y - ctx.px(5));
  draw_text_cut(ImGui::GetWindowDrawList(), ctx.fonts.small, {left, box.min.y - ctx.px(1)}, x - left - ctx.px(6),
                ctx.theme.faint, words);
}

std::string heading_words(const ViewContext& ctx, std::size_t quiet, std::size_t requests, bool handed_over) {
  const auto span = model::Ticks(std::max(0.0, ctx.ui.range.to - ctx.ui.range.from));
  std::string words = fmt::format("\u00b5s of guest time \u00b7 {} in sight", short_micros(span));
  if (model::micros(span) < 100) words += fmt::format(", {}", plural(model::instructions(span), "instruction"));
  if (quiet != 0) words += fmt::format(" \u00b7 {} did not run in this stretch", plural(quiet, "environment"));
  if (requests > 400) words += fmt::format(" \u00b7 400 of {} requests drawn", grouped(requests));
  if (handed_over) words += " \u00b7 arrows: entered (solid), asynchronously (dashed), yielded to (thin)";
  return words;
}

}  // namespace

void draw_time(const ViewContext& ctx, Box box) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto now = double(ctx.state.now);
  keep_in_sight(ctx, now);
  const Box whole = box;
  // Not while it is being dragged out: the lanes must not move under the mouse.
  if (ctx.ui.time.stretch && ctx.ui.time.drag != TimeUi::Drag::Select) {
    const float card = std::clamp(box.width() * 0.3f, std::min(ctx.px(220), box.width() * 0.4f), ctx.px(330));
    draw_stretch_card(ctx, {{box.max.x - card, box.min.y - ctx.px(6)}, box.max});
    box.max.x -= card + ctx.px(12);
  }

  const float names = ctx.px(110), overview = overview_height(ctx, whole.height());
  const Box strip{{box.min.x + names, box.min.y + ctx.px(18)}, {box.max.x, box.min.y + ctx.px(18) + overview}};
  const Box ruler{{strip.min.x, strip.max.y + ctx.px(2)}, {box.max.x, strip.max.y + ctx.px(20)}};
  Lanes lanes;
  lanes.area = {{ruler.min.x, ruler.max.y}, {box.max.x, std::max(box.max.y, ruler.max.y + 1)}};
  lanes.scale = {ctx.ui.range.from, (ctx.ui.range.to - ctx.ui.range.from) / double(std::max(1.0f, lanes.area.width())),
                 lanes.area.min.x};
  std::size_t all_requests = 0;
  const RequestRows rows = pack(ctx, lanes, now, all_requests);
  const std::size_t quiet = choose_lanes(ctx, lanes);
  find_edges(ctx, lanes);

  // Lanes shrink until they can't be told apart, then they scroll; requests keep their part of the room.
  const float between = rows.empty() || lanes.envs.empty() ? 0 : ctx.px(6);
  const float room = std::max(1.0f, lanes.area.height() - between - ctx.px(2));
  const auto count = lanes.envs.size() + rows.size();
  const float least = count > kManyLanes ? ctx.px(12) : ctx.px(6);
  const float pitch = std::clamp(room / float(std::max<std::size_t>(1, count)), least, ctx.px(26));
  lanes.height = std::max(2.0f, pitch * 0.68f);
  const float envs_content = pitch * float(lanes.envs.size()), requests_content = pitch * float(rows.size());
  const float requests_room = std::min(requests_content, std::max(room * 0.45f, room - envs_content));
  const Box envs_field{{lanes.area.min.x, lanes.area.min.y + ctx.px(2)},
                       {box.max.x, lanes.area.min.y + ctx.px(2) + std::min(envs_content, room - requests_room)}};
  const Box requests_field{{lanes.area.min.x, envs_field.max.y + between},
                           {box.max.x, envs_field.max.y + between + requests_room}};

  list->PushClipRect({whole.min.x, whole.min.y - ctx.px(8)}, {whole.max.x + ctx.px(8), whole.max.y}, true);
  TimeUi& time = ctx.ui.time;
  follow_runner(ctx, lanes, pitch, envs_field.height());
  scroll(ctx, "lanes scroll", {{box.min.x, envs_field.min.y}, {strip.min.x, envs_field.max.y}}, envs_field,
         envs_content, time.scrolled_envs);
  scroll(ctx, "requests scroll", {{box.min.x, requests_field.min.y}, {strip.min.x, requests_field.max.y}},
         requests_field, requests_content, time.scrolled_requests);
  float y = envs_field.min.y - time.scrolled_envs;
  for (std::uint32_t env : lanes.envs) {
    if (y + lanes.height > envs_field.min.y - 1 && y < envs_field.max.y && y > 0) lanes.y[env] = y;
    y += pitch;
  }

  if (overview > 0) draw_overview(ctx, strip, names);
  draw_axis(ctx, lanes, ruler.min.y + ctx.px(1));
  draw_flags(ctx, lanes, ruler);
  steer(ctx, lanes, ruler, lanes.area);
  draw_selected_stretch(ctx, lanes, ruler.min.y);
  list->PushClipRect({box.min.x, envs_field.min.y - ctx.px(1)}, {box.max.x + ctx.px(8), envs_field.max.y + ctx.px(1)},
                     true);
  draw_runs(ctx, lanes, now);
  draw_events_on_lanes(ctx, lanes, now);
  draw_slice_marks(ctx, lanes, now);
  const bool handed_over = draw_handovers(ctx, lanes, now);
  draw_env_names(ctx, lanes, names, pitch);
  list->PopClipRect();
  list->PushClipRect({box.min.x, requests_field.min.y - ctx.px(4)}, {box.max.x + ctx.px(8), requests_field.max.y},
                     true);
  draw_requests(ctx, lanes, rows, requests_field, names, pitch);
  list->PopClipRect();
  draw_gaps(ctx, lanes);
  draw_cursor(ctx, lanes, ruler.min.y + ctx.px(8), now);
  draw_instant(ctx, lanes, ruler.min.y + ctx.px(8));
  list->PopClipRect();
  draw_heading(ctx, {box.min, {box.max.x, whole.max.y}}, heading_words(ctx, quiet, all_requests, handed_over));
}

}  // namespace exo::views
