// The environments as cards: who runs, who is asked for what, how much each holds. With many of them the cards shrink
// to a name and a count, so that 63 fit.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/machine_parts.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using model::EnvironmentState;

struct Second {
  std::string text;
  bool hot = false;
};

/// What the card says of an environment beside its holdings: the most pressing thing first.
Second second_line(const ViewContext& ctx, std::uint32_t env, const RequestNow* request) {
  const EnvironmentState& shown = ctx.state.envs[env];
  const bool running = ctx.state.running == env;
  const std::string lead = running ? "running \u00b7 " : "";
  if (request != nullptr && request->open()) {
    const bool waits = request->phase == Phase::Requested;
    return {lead + (waits ? "will be asked" : request->phase == Phase::Asked ? "is asked" : "last warning"), true};
  }
  if (shown.behaviour == model::Behaviour::Hung) return {lead + "hangs, answers nothing", true};
  if (shown.state == abi::EnvState::Building) return {"being built", false};
  const bool waits = shown.parked && shown.calls != 0 && shown.calls != env;
  if (waits || shown.state == abi::EnvState::Dormant) return {model::condition_text(ctx.state, env), false};
  if (shown.last_note != 0 && shown.last_note <= ctx.cursor) {
    // A note is the library OS's own claim: said as its words.
    const model::Event note = ctx.history.event(shown.last_note);
    std::string text = model::sentence(note, ctx.state);
    const auto says = text.find(" says: ");
    if (says != std::string::npos) return {lead + text.substr(says + 7), false};
  }
  return {model::condition_text(ctx.state, env), false};
}

const RequestNow* request_of(const std::vector<RequestNow>& requests, std::uint32_t env) {
  const RequestNow* found = nullptr;
  for (const auto& request : requests)
    if (request.state.env == env && request.open() && (found == nullptr || request.phase >= found->phase))
      found = &request;
  return found;
}

std::string tip_of(const ViewContext& ctx, std::uint32_t env) {
  const EnvironmentState& shown = ctx.state.envs[env];
  std::string out = fmt::format("{} (environment {}, address space {}, generation {})\n",
                                model::env_name(ctx.state, env), env, shown.asid, shown.generation);
  out += fmt::format("{}, of which {} guaranteed; {}; {}\n", plural(shown.frames, "frame"), shown.guaranteed,
                     plural(shown.bindings, "binding"), plural(shown.slices, "slice"));
  out += fmt::format("ran {}; {}, {} found in the STLB\n", short_micros(shown.ran),
                     shown.misses == 1 ? "1 miss" : grouped(shown.misses) + " misses", plural(shown.refills, "refill"));
  out += fmt::format("{} shown and accepted, {} refused", plural(shown.authorizations, "capability check"),
                     shown.refusals);
  out += "\n" + model::condition_text(ctx.state, env);
  if (shown.excess != 0) out += fmt::format("; it owes {}", plural(shown.excess, "slice"));
  if (shown.masked != 0) out += "\nmasks upcalls: one waits";
  const std::string last = event_words(ctx, shown.changed);
  return last.empty() ? out : out + "\n\n" + last;
}

/// What it has that only one can have: the floating-point unit, devices.
std::string badges(const ViewContext& ctx, std::uint32_t env) {
  std::string out = ctx.state.fpu_owner == env ? "FPU" : "";
  for (std::uint32_t device = 0; device < abi::kDevices; ++device)
    if (ctx.state.devices[device].holder == env)
      out += (out.empty() ? "" : " \u00b7 ") + std::string(model::device_name(device));
  return out;
}

std::string holdings_words(const EnvironmentState& shown) {
  std::string out = fmt::format("{} \u00b7 {}", plural(shown.frames, "frame"), plural(shown.slices, "slice"));
  return shown.excess == 0 ? out : out + fmt::format(" \u00b7 owes {}", shown.excess);
}

/// Share of the frames that are guaranteed, bound and merely owned, as one bar.
void holdings_bar(const ViewContext& ctx, Box box, std::uint32_t env, std::uint32_t most) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& theme = ctx.theme;
  const EnvironmentState& shown = ctx.state.envs[env];
  list->AddRectFilled(box.min, box.max, theme.line, box.height() / 2);
  if (most == 0 || shown.frames == 0) return;
  auto upto = [&](std::uint32_t count) { return box.min.x + box.width() * float(count) / float(most); };
  const ImU32 colour = env_colour(theme, env);
  const float round = box.height() / 2;
  list->AddRectFilled(box.min, {std::max(upto(shown.frames), box.min.x + 2 * round), box.max.y},
                      blend(theme.card, colour, 0.5f), round);
  const std::uint32_t kept = std::min(shown.guaranteed, shown.frames);
  if (kept != 0) list->AddRectFilled(box.min, {std::max(upto(kept), box.min.x + 2 * round), box.max.y}, colour, round);
}

}  // namespace

std::vector<EnvCard> lay_out_cards(const ViewContext& ctx, ImVec2 at, float width, float room, float& height) {
  const bool low = room < ctx.px(520), small = room < ctx.px(330);
  std::vector<std::uint32_t> shown;
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
    if (ctx.state.envs[env].state != abi::EnvState::Free) shown.push_back(env);
  std::vector<EnvCard> cards;
  height = ctx.px(low ? 44.0f : 84.0f);
  if (shown.empty()) return cards;
  const auto count = float(shown.size());
  float gap = ctx.px(12), rows = 1, per_row = count;
  float card_height = ctx.px(low ? 44.0f : 84.0f);
  float card_width = (width - gap * (count - 1)) / count;
  if (card_width < ctx.px(104)) {
    gap = ctx.px(6);
    card_height = ctx.px(38);
    per_row = std::max(1.0f, std::floor((width + gap) / (ctx.px(86) + gap)));
    rows = std::ceil(count / per_row);
    if (rows > (small ? 1 : 4)) {  // a crowd, or a small place: names only
      card_height = ctx.px(low ? 17.0f : 22.0f);
      per_row = std::max(per_row, std::ceil(count / 6));
      rows = std::ceil(count / per_row);
    }
    const float most = std::max(1.0f, std::floor(room * 0.34f / (card_height + gap / 2)));
    if (small && rows > most) {  // a crowd in a small place: its colours
      gap = ctx.px(3);
      rows = most;
      per_row = std::ceil(count / rows);
    }
    card_width = (width - gap * (per_row - 1)) / per_row;
  }
  card_width = std::min(card_width, std::max(ctx.px(360), width * 0.22f));
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const auto row = float(i / std::size_t(per_row)), column = float(i % std::size_t(per_row));
    const ImVec2 corner{std::floor(at.x + column * (card_width + gap)),
                        std::floor(at.y + row * (card_height + gap / 2))};
    cards.push_back({shown[i], {corner, {std::floor(corner.x + card_width), corner.y + card_height}}});
  }
  height = rows * card_height + (rows - 1) * gap / 2;
  return cards;
}

void draw_cards(const ViewContext& ctx, const std::vector<EnvCard>& cards, const std::vector<RequestNow>& requests) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::uint32_t most = 1;
  for (const EnvCard& card : cards) most = std::max(most, ctx.state.envs[card.env].frames);
  for (const EnvCard& card : cards) {
    const EnvironmentState& shown = ctx.state.envs[card.env];
    const Box& box = card.box;
    const RequestNow* request = request_of(requests, card.env);
    const Touch on = touch(ctx, fmt::format("env {}", card.env), box);
    const bool running = ctx.state.running == card.env, hot = request != nullptr && request->phase != Phase::Requested;
    const bool dormant = shown.state == abi::EnvState::Dormant;
    const bool selected = ctx.ui.selection.is(Selection::Kind::Environment, card.env);
    const bool related = ctx.highlight.any && ctx.highlight.envs[card.env];
    list->AddRectFilled(box.min, box.max, on.hovered ? theme.card_hover : theme.card, ctx.px(5));
    list->AddRectFilled(box.min, {box.min.x + ctx.px(5), box.max.y}, env_colour(theme, card.env), ctx.px(5),
                        ImDrawFlags_RoundCornersLeft);
    if (dormant) hatch(list, box, faded(theme.line, 0.8f), ctx.px(10), ctx.px(1));
    const ImU32 edge = hot                   ? theme.hot
                       : selected || related ? theme.text
                       : running             ? env_colour(theme, card.env)
                                             : theme.line;
    list->AddRect(box.min, box.max, edge, ctx.px(5), 0, ctx.px(hot || selected || running ? 2.0f : 1.0f));

    // Shape beside colour, where there is room for both.
    const bool shape = box.width() > ctx.px(96) && box.height() >= ctx.px(30);
    const float first = box.min.y + ctx.px(box.height() < ctx.px(60) ? 4 : 8) + ctx.fonts.strong->FontSize * 0.55f;
    if (shape) env_glyph(list, {box.max.x - ctx.px(13), first}, ctx.px(5), card.env, env_colour(theme, card.env));
    const float x = box.min.x + ctx.px(14), room = box.width() - ctx.px(shape ? 38 : 22);
    const std::string name = model::env_name(ctx.state, card.env);
    if (box.height() < ctx.px(30)) {
      // The beginnings of names are often the same: then the number tells more.
      const bool fits = text_width(ctx.fonts.small, name) <= room + ctx.px(6) || box.width() > ctx.px(70);
      draw_text_cut(list, ctx.fonts.small, {x - ctx.px(4), box.centre().y - ctx.fonts.small->FontSize / 2},
                    room + ctx.px(6), theme.text, fits ? name : std::to_string(card.env));
    } else if (box.height() < ctx.px(60)) {
      draw_text_cut(list, ctx.fonts.strong, {x - ctx.px(2), box.min.y + ctx.px(4)}, room, theme.text, name);
      draw_text_cut(list, ctx.fonts.small, {x - ctx.px(2), box.min.y + ctx.px(20)}, room, hot ? theme.hot : theme.soft,
                    hot       ? second_line(ctx, card.env, request).text
                    : running ? "running \u00b7 " + plural(shown.frames, "frame")
                    : dormant ? std::string("dormant")
                              : plural(shown.frames, "frame"));
    } else {
      const std::string has = badges(ctx, card.env);
      const float badge = has.empty() ? 0 : text_width(ctx.fonts.small, has) + ctx.px(8);
      const bool fits = room - badge > std::min(text_width(ctx.fonts.heading, name), ctx.px(60));
      draw_text_cut(list, ctx.fonts.heading, {x, box.min.y + ctx.px(8)}, fits ? room - badge : room, theme.text, name);
      if (fits && badge != 0)
        draw_text_right(list, ctx.fonts.small, {x + room, box.min.y + ctx.px(12)}, env_ink(theme, card.env), has);
      const bool large = box.height() > ctx.px(80) && box.width() > ctx.px(180);
      const ImFont* words = large ? ctx.fonts.body : ctx.fonts.small;
      draw_text_cut(list, words, {x, box.min.y + ctx.px(31)}, room, theme.soft, holdings_words(shown));
      const Second second = second_line(ctx, card.env, request);
      draw_text_cut(list, words, {x, box.min.y + ctx.px(large ? 50.0f : 48.0f)}, room,
                    second.hot ? theme.hot
                    : running  ? theme.text
                               : theme.faint,
                    second.text);
      const float y = box.max.y - ctx.px(10);
      holdings_bar(ctx, {{x, y}, {x + room, y + ctx.px(4)}}, card.env, most);
    }
    if (on.hovered) tooltip(ctx, tip_of(ctx, card.env));
    choose(ctx, on, Selection::Kind::Environment, card.env);
  }
}

}  // namespace exo::views
