#include "explorer/views/incidents_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/actions.hpp"
#include "explorer/views/debug_parts.hpp"
#include "explorer/views/time_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {

const model::Incident* incident_at(const ViewContext& ctx, model::EventNumber event) {
  if (ctx.incidents == nullptr) return nullptr;
  const auto& all = ctx.incidents->incidents;
  const auto found = std::ranges::lower_bound(all, event, {}, &model::Incident::event);
  return found != all.end() && found->event == event ? &*found : nullptr;
}

bool may_tell(const ViewContext& ctx, const model::Incident& incident) {
  return incident.event > ctx.history.forgotten() && incident.event <= ctx.newest() &&
         (incident.event <= ctx.cursor || may_tell_future(ctx));
}

const model::Incident* incident_to_tell(const ViewContext& ctx) {
  if (ctx.incidents == nullptr) return nullptr;
  const auto& all = ctx.incidents->incidents;
  if (all.size() < ctx.ui.incidents.told) ctx.ui.incidents.told = 0;  // it runs anew
  for (std::size_t i = ctx.ui.incidents.told; i < all.size(); ++i)
    if (may_tell(ctx, all[i])) return &all[i];
  return nullptr;
}

void go_to_incident(const ViewContext& ctx, const model::Incident& incident) {
  const auto& all = ctx.incidents->incidents;
  const auto index = std::size_t(std::ranges::find(all, incident.event, &model::Incident::event) - all.begin());
  ctx.ui.incidents.told = std::max(ctx.ui.incidents.told, index + 1);
  ctx.ui.scroll_to_cursor = true;
  ctx.ui.range.follow = true;
  show_debugger(ctx);
  ctx.emit(model::DebugIncident{incident.event});
}

void go_to_next_incident(const ViewContext& ctx) {
  if (ctx.incidents == nullptr) return;
  const model::Incident* first = nullptr;
  for (const model::Incident& one : ctx.incidents->incidents) {
    if (!may_tell(ctx, one)) continue;
    if (one.event > ctx.cursor) return go_to_incident(ctx, one);
    if (first == nullptr) first = &one;
  }
  if (first != nullptr) go_to_incident(ctx, *first);
}

float incident_bar_height(const ViewContext& ctx) { return ctx.fonts.body->FontSize + ctx.px(18); }

void draw_incident_sign(const ViewContext& ctx, ImVec2 centre, float radius, bool here) {
  const float r = radius;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 a{centre.x - r, centre.y - r * 0.8f}, b{centre.x + r, centre.y - r * 0.8f},
      c{centre.x, centre.y + r * 0.9f};
  list->AddTriangleFilled(a, b, c, ctx.theme.gap);
  if (here) list->AddTriangle(a, b, c, ctx.theme.cursor, ctx.px(1.5f));
}

void draw_incident_bar(const ViewContext& ctx, Box box) {
  const model::Incident* one = incident_to_tell(ctx);
  if (one == nullptr) return;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float away = ctx.px(30), gap = ctx.px(6);
  const Box card{box.min, {box.max.x - away - gap, box.max.y}};
  const Touch on = touch(ctx, "incident", card);
  list->AddRectFilled(card.min, card.max, on.hovered ? t.card_hover : t.card, ctx.px(4));
  list->AddRect(card.min, card.max, t.gap, ctx.px(4), 0, ctx.px(1.4f));
  const float middle = box.centre().y;
  draw_incident_sign(ctx, {card.min.x + ctx.px(18), middle}, ctx.px(6), false);
  const std::string go = box.width() > ctx.px(560) ? "Go there" : "";
  const float words = go.empty() ? 0 : text_width(ctx.fonts.strong, go) + ctx.px(20);
  const float x = card.min.x + ctx.px(34), room = card.max.x - words - ctx.px(10) - x;
  std::string text = model::printable(one->text);
  const std::uint64_t more = ctx.incidents->count - ctx.ui.incidents.told - 1;
  const std::string others = more != 0 ? fmt::format("and {} more", grouped(more)) : "";
  const float wide = others.empty() ? 0 : text_width(ctx.fonts.small, others) + ctx.px(10);
  draw_text_cut(list, ctx.fonts.body, {x, middle - ctx.fonts.body->FontSize / 2}, room - wide, t.text, text);
  if (!others.empty())
    draw_text_right(list, ctx.fonts.small, {x + room - ctx.px(6), middle - ctx.fonts.small->FontSize / 2}, t.soft,
                    others);
  if (!go.empty())
    draw_text_right(list, ctx.fonts.strong, {card.max.x - ctx.px(14), middle - ctx.fonts.strong->FontSize / 2},
                    t.accent, go);
  if (on.hovered)
    tooltip(ctx, fmt::format("{}\nEvent {}, {} \u00b5s. {}", text, grouped(one->event), micros_text(one->at),
                             with_keys("Click: go there, with its stack and source", "debug.incident")));
  if (on.clicked) go_to_incident(ctx, *one);
  const Box put_away{{box.max.x - away, box.min.y}, box.max};
  if (button(ctx, "incident away", put_away, "\u00d7", "Put this away; its mark stays in time"))
    ctx.ui.incidents.told = ctx.incidents->incidents.size();
}

}  // namespace exo::views
