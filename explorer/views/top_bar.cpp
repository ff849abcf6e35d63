// The bar above everything: what is being looked at, the transport, the pace, the clock at the cursor, and three
// lights: the connection, the audit and the live invariants.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "explorer/views/actions.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/views/overlay.hpp"
#include "explorer/views/shell.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using Unit = model::SetPace::Unit;

constexpr float kTight = 1250;  // narrower than this, words give way

// The stops of the pace slider, from a step a second to the machine's own speed.
constexpr std::array<model::SetPace, 11> kPaces{{{Unit::Events, 1},
                                                 {Unit::Events, 5},
                                                 {Unit::Events, 20},
                                                 {Unit::Events, 100},
                                                 {Unit::Events, 1000},
                                                 {Unit::Micros, 10},
                                                 {Unit::Micros, 50},
                                                 {Unit::Micros, 200},
                                                 {Unit::Micros, 1000},
                                                 {Unit::Micros, 10000},
                                                 {Unit::Full, 0}}};

int pace_index(const model::SetPace& pace) {
  int best = int(kPaces.size()) - 1;
  double distance = 1e18;
  for (int i = 0; i < int(kPaces.size()); ++i) {
    if (kPaces[std::size_t(i)].unit != pace.unit) continue;
    const double off = std::abs(kPaces[std::size_t(i)].per_second - pace.per_second);
    if (off < distance) {
      distance = off;
      best = i;
    }
  }
  return best;
}

std::string pace_words(const model::SetPace& pace) {
  switch (pace.unit) {
    case Unit::Full:
      return "full speed";
    case Unit::Events:
      return fmt::format("{:g} events/s", pace.per_second);
    case Unit::Micros:
      return fmt::format("{:g} \u00b5s/s", pace.per_second);
  }
  return {};
}

struct StatusLook {
  std::string text;
  ImU32 ink, ground;
  std::string tip;
};

StatusLook status_look(const ViewContext& ctx) {
  const Theme& t = ctx.theme;
  const std::string detail(ctx.status_text);
  const bool past = ctx.cursor < ctx.newest();
  switch (ctx.status) {
    case MachineStatus::Starting:
      return {"starting", t.soft, t.card, detail};
    case MachineStatus::Running:
      if (past) return {"running; you look back", t.accent, t.card, detail};
      return {"running", t.good, t.card, detail};
    case MachineStatus::Paused:
      if (past)
        return {"looking back", t.accent, t.card,
                "The machine is paused. You look at an earlier moment: End returns to the newest. " + detail};
      return {"PAUSED: time stands still", t.text, t.card,
              "The machine is stopped, and so is its clock: no deadline moves. " + detail};
    case MachineStatus::Finished:
      return {past ? "looking back" : "finished", past ? t.accent : t.good, t.card,
              "The scenario has come to its end. " + detail};
    case MachineStatus::Recording:
      if (!ctx.warning.empty()) return {"recording, cut off", t.gap, t.card, std::string(ctx.warning)};
      return {ctx.playing ? "playing" : "recording", t.accent, t.card,
              "A recording is read: there is no machine. " + detail};
    case MachineStatus::Lost:
      return {"the machine is gone", t.gap, t.card, detail};
  }
  return {};
}

/// A light with words; returns its width.
float light(const ViewContext& ctx, std::string_view name, ImVec2 right_middle, ImU32 colour, std::string_view text,
            std::string_view tip, model::EventNumber leads_to) {
  // On a narrow window the light alone has to do; its words are in the tooltip.
  const bool words = ImGui::GetIO().DisplaySize.x >= ctx.px(kTight);
  const ImFont* font = ctx.fonts.body;
  const float width = words ? text_width(font, text) + ctx.px(20) : ctx.px(14);
  const Box box{{right_middle.x - width, right_middle.y - ctx.px(12)}, {right_middle.x, right_middle.y + ctx.px(12)}};
  const Touch on = touch(ctx, name, box);
  ImDrawList* list = ImGui::GetWindowDrawList();
  dot(list, {box.min.x + ctx.px(6), right_middle.y}, ctx.px(5), colour);
  if (words) draw_text(list, font, {box.min.x + ctx.px(18), right_middle.y - font->FontSize / 2}, ctx.theme.soft, text);
  if (on.hovered) tooltip(ctx, words ? std::string(tip) : fmt::format("{}\n{}", text, tip));
  if (on.clicked && leads_to != 0) ctx.seek(leads_to);
  return width;
}

/// Lights at the right end; returns the x where they begin.
float draw_lights(const ViewContext& ctx, float right, float middle) {
  const Theme& t = ctx.theme;
  // The audit shown is the last one at or before the cursor.
  const model::AuditResult* audit = nullptr;
  for (const auto& result : ctx.history.audits())
    if (result.number <= ctx.cursor) audit = &result;
  if (audit == nullptr) {
    right -= light(ctx, "audit light", {right, middle}, t.faint, "no audit yet",
                   "An audit has the kernel show its own tables, which are compared with what this window shows.", 0);
  } else {
    std::string tip = fmt::format("The kernel showed its tables: {} values compared at event {}.",
                                  grouped(audit->checked), grouped(audit->number));
    for (std::size_t i = 0; i < audit->differences.size() && i < 6; ++i) tip += "\n" + audit->differences[i];
    right -= light(ctx, "audit light", {right, middle}, audit->difference_count == 0 ? t.good : t.gap,
                   "audit: " + plural(audit->difference_count, "difference"), tip, audit->number);
  }
  right -= ctx.px(16);
  const model::Complaint* broken = nullptr;
  std::size_t count = 0;
  for (const auto& complaint : ctx.history.broken_invariants())
    if (complaint.number <= ctx.cursor) broken = &complaint, ++count;
  if (!ctx.state.certain) {
    right -= light(
        ctx, "invariants light", {right, middle}, t.gap, "uncertain",
        fmt::format("{} were lost before this moment. What is shown may differ from the machine until the next audit.",
                    plural(ctx.state.dropped, "event")),
        0);
  } else if (broken != nullptr) {
    right -= light(ctx, "invariants light", {right, middle}, t.gap,
                   count == 1 ? "an invariant is broken" : fmt::format("{} broken invariants", count), broken->text,
                   broken->number);
  } else {
    right -= light(
        ctx, "invariants light", {right, middle}, t.good, "invariants",
        "At every event so far: each TLB and STLB entry stands on a live binding, no frame has two owners, no binding "
        "outlives its capability's generation, no guaranteed frame was taken, no deadline fired early.",
        0);
  }
  return right - ctx.px(16);
}

/// Layouts, what can be hidden, the projector and colours: rows of the table of actions.
std::vector<MenuRow> layout_menu(const ViewContext& ctx) {
  std::vector<MenuRow> rows;
  const ShellUi& shell = ctx.ui.shell;
  const auto row = [&](std::string_view id, bool chosen, bool rule_above = false) {
    const Action* action = action_named(id);
    if (action == nullptr) return;
    rows.push_back({"menu " + action->id, action->title,
                    action->keys.empty() ? std::string() : words_of(action->keys.front()), chosen,
                    !action->enabled || action->enabled(ctx), rule_above, [&ctx, action] { action->run(ctx); }});
  };
  for (const LayoutRow& one : layouts()) row(std::string("layout.") + one.name, shell.layout == one.name);
  row("layout.mine", shell.layout == "Mine");
  row("layout.save", false);
  row("layout.reset", false);
  row("view.story", shell.story, true);
  row("view.side", shell.side);
  row("view.time", shell.time);
  row("view.mirror", shell.mirrored);
  row("view.projector", shell.projector, true);
  row("view.spotlight", shell.spotlight);
  row("view.larger", false);
  row("view.smaller", false);
  for (int i = 0; i < kPalettes; ++i)
    row(std::string("view.colours-") + theme(Palette(i)).name, shell.palette == Palette(i), i == 0);
  return rows;
}

}  // namespace

void draw_top_bar(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(box.min, box.max, t.bar);
  list->AddRectFilled({box.min.x, box.max.y - 1}, box.max, t.line);
  const float middle = box.centre().y - 1;
  const float height = ctx.px(30), top = middle - height / 2;

  // Right: lights, status, clock.
  const bool tight = box.width() < ctx.px(kTight);
  float right = box.max.x - ctx.px(14);
  auto corner = [&](std::string_view id, std::string_view name, Icon icon, std::string_view text) {
    const Box place{{right - ctx.px(30), top}, {right, top + height}};
    right -= ctx.px(35);
    action_button(ctx, id, name, place, text, {.icon = icon});
  };
  corner("view.help", "help", Icon::None, "?");
  corner("view.theme", "theme", Icon::Sun, "");
  if (ctx.status != MachineStatus::Recording) corner("file.save", "save", Icon::Save, "");
  corner("run.restart", "restart", Icon::Restart, "");
  const Box arrange_box{{right - ctx.px(30), top}, {right, top + height}};
  right -= ctx.px(35);
  if (button(ctx, "layout", arrange_box, "", "What stands where, how large, in which colours", {.icon = Icon::Layout}))
    open_menu("layouts");
  draw_menu(ctx, "layouts", {arrange_box.max.x, box.max.y}, true, layout_menu(ctx));
  right -= ctx.px(8);
  right = draw_lights(ctx, right, middle);
  const StatusLook look = status_look(ctx);
  const float pill_height = ctx.fonts.strong->FontSize + ctx.px(10), wide = pill_width(ctx, look.text);
  const Box status{{right - wide, middle - pill_height / 2}, {right, middle + pill_height / 2}};
  pill(ctx, status.min, look.text, look.ink, look.ground);
  if (touch(ctx, "status", status).hovered) tooltip(ctx, look.tip);
  right = status.min.x - ctx.px(16);
  const std::string clock = micros_text(ctx.state.now) + " \u00b5s";
  const float clock_width = text_width(ctx.fonts.clock, clock);
  const Box time{{right - clock_width, top}, {right, top + height}};
  draw_text(list, ctx.fonts.clock, {time.min.x, middle - ctx.fonts.clock->FontSize / 2}, t.text, clock);
  if (touch(ctx, "clock", time).hovered)
    tooltip(ctx, fmt::format("Guest time at the cursor, since boot: {} instructions. Event {} of {}.",
                             grouped(model::instructions(ctx.state.now)), grouped(ctx.cursor), grouped(ctx.newest())));
  right = time.min.x - ctx.px(18);

  // Left: name and source; then the transport.
  float x = box.min.x + ctx.px(20);
  const float text_y = middle - ctx.fonts.heading->FontSize / 2;
  x += draw_text(list, ctx.fonts.heading, {x, text_y}, t.text, "Exoscope") + ctx.px(14);
  const std::string_view title = ctx.story.title.empty() ? ctx.source : std::string_view(ctx.story.title);
  const float buttons = ctx.px(5 * 36 + 8), slider = ctx.px(tight ? 60 : 110), words = ctx.px(78);
  const float transport = buttons + slider + words + ctx.px(24);
  float start = std::max(x + ctx.px(tight ? 0 : 60), std::min(box.centre().x - transport * 0.7f, right - transport));
  start = std::min(start, right - transport);
  draw_text_cut(list, ctx.fonts.body, {x, middle - ctx.fonts.body->FontSize / 2}, start - x - ctx.px(16), t.soft,
                title);
  const Touch on_title = touch(ctx, "title", {{x, top}, {std::max(x, start - ctx.px(16)), top + height}});
  if (on_title.hovered)
    tooltip(ctx, fmt::format("{}\n{}\n{}\n{}", title, ctx.story.goal, ctx.source,
                             ctx.lessons.empty() ? std::string() : tip_of("lessons.open")));
  if (on_title.clicked) (void)perform(ctx, "lessons.open");

  x = start;
  auto transport_button = [&](std::string_view id, std::string_view name, Icon icon, bool enabled = true) {
    const Box place{{x, top}, {x + ctx.px(34), top + height}};
    x += ctx.px(37);
    action_button(ctx, id, name, place, "", {.icon = icon, .enabled = enabled});
  };
  transport_button("run.back", "back", Icon::Back);
  transport_button("run.toggle", "run", ctx.playing ? Icon::Pause : Icon::Run);
  transport_button("run.step", "step", Icon::Step);
  transport_button("story.next", "story", Icon::Story);
  transport_button("run.live", "live", Icon::Live, ctx.cursor < ctx.newest());

  // Pace: a slider over the stops.
  x += ctx.px(10);
  draw_text_cut(list, ctx.fonts.small, {x, middle - ctx.fonts.small->FontSize / 2}, words, t.soft,
                pace_words(ctx.pace));
  x += words;
  const Box rail{{x, top}, {x + slider, top + height}};
  const Touch on = touch(ctx, "pace", rail);
  const float last = float(kPaces.size() - 1);
  const float share = float(pace_index(ctx.pace)) / last;
  const float knob = rail.min.x + share * rail.width();
  list->AddRectFilled({rail.min.x, middle - ctx.px(1.5f)}, {rail.max.x, middle + ctx.px(1.5f)}, t.line, ctx.px(1.5f));
  list->AddRectFilled({rail.min.x, middle - ctx.px(1.5f)}, {knob, middle + ctx.px(1.5f)}, t.accent, ctx.px(1.5f));
  dot(list, {knob, middle}, ctx.px(on.held ? 7.0f : 6.0f), t.cursor);
  if (on.hovered) tooltip(ctx, "How fast Run goes: events a second, guest time a second, or as fast as the machine");
  if (on.held) {
    const float wanted = std::clamp((ImGui::GetIO().MousePos.x - rail.min.x) / rail.width(), 0.0f, 1.0f) * last;
    const int index = int(std::lround(wanted));
    if (index != pace_index(ctx.pace)) ctx.emit(kPaces[std::size_t(index)]);
  }
}

}  // namespace exo::views
