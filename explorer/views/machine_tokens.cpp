// Requests on their way. A token stands where the request's own times put it at the cursor: at the kernel line until
// its owner hears of it; then between the card and the kernel line, as far as the time given to the owner has passed;
// and at the end with the frame, when it was returned, or at the line, where the thread was cut. Nothing moves by
// itself.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/machine_parts.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

/// How long a request that has ended is still shown in words, in guest time.
constexpr model::Ticks kAfterglow = 400'000 / abi::kNanosecondsPerTick;

model::Ticks since_done(const RequestNow& request, model::Ticks now) {
  return request.state.done == model::kNever || request.state.done > now ? 0 : now - request.state.done;
}

float passed(model::Ticks from, model::Ticks until, model::Ticks now) {
  if (until == model::kNever || until <= from || now <= from) return 0;
  return std::min(1.0f, float(double(now - from) / double(until - from)));
}

Path path_of(const ViewContext& ctx, const MachineScene& scene, const RequestNow& request) {
  const std::uint32_t env = request.state.env, asked = request.state.asked;
  const float lane = float(request.state.id % 7) / 12.0f - 0.25f;
  if (asked < abi::kFrameCount) return path_to_frame(scene, env, asked, lane);
  const EnvCard* card = scene.card(env);
  if (card == nullptr) return {};
  if (abi::asks_for_slice(asked) && asked != abi::kAnySlice)
    return path_to_strip(scene, env, slice_cell(ctx, scene.plan.slices, asked & 0xff), lane);
  if (abi::asks_for_download(asked)) {
    const Box chip = download_chip(ctx, scene.plan.kernel, asked & 0xff);
    if (chip.width() > 0) return path_to_kernel(scene, env, chip.centre().x, lane);
  }
  return path_to_kernel(scene, env, card->box.centre().x, lane);
}

void cross(ImDrawList* list, ImVec2 at, float r, ImU32 colour, float thick) {
  list->AddLine({at.x - r, at.y - r}, {at.x + r, at.y + r}, colour, thick);
  list->AddLine({at.x + r, at.y - r}, {at.x - r, at.y + r}, colour, thick);
}

/// The token's shape says how far it is; the ring around it how much time is left.
void draw_shape(const ViewContext& ctx, const RequestNow& request, ImVec2 at, bool crowd) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float r = ctx.px(crowd ? 3.5f : 6.0f), line = ctx.px(crowd ? 1.2f : 2.0f);
  switch (request.phase) {
    case Phase::Requested:
      list->AddNgonFilled(at, r * 1.2f, theme.panel, 4);
      list->AddNgon(at, r * 1.2f, theme.hot, 4, line);
      break;
    case Phase::Asked:
      list->AddCircleFilled(at, r, theme.panel, 20);
      list->AddCircle(at, r, theme.hot, 20, line);
      break;
    case Phase::Demanded:
      list->AddCircleFilled(at, r, theme.hot, 20);
      break;
    case Phase::Returned:
      list->AddCircleFilled(at, r * 1.15f, theme.good, 20);
      list->AddLine({at.x - r * 0.5f, at.y}, {at.x - r * 0.1f, at.y + r * 0.4f}, theme.panel, line);
      list->AddLine({at.x - r * 0.1f, at.y + r * 0.4f}, {at.x + r * 0.55f, at.y - r * 0.4f}, theme.panel, line);
      break;
    case Phase::Taken:
      list->AddCircleFilled(at, r * 1.5f, theme.hot_ground, 20);
      list->AddCircle(at, r * 1.5f, theme.hot, 20, line);
      cross(list, at, r * 0.7f, theme.hot, line);
      break;
    case Phase::Ended:
      break;
  }
  if (crowd || request.left == 0) return;
  const model::Ticks from = request.phase == Phase::Demanded ? request.state.armed : request.state.delivered;
  const float left = 1 - passed(from, request.state.fires, ctx.state.now);
  list->PathArcTo(at, r * 1.75f, -1.5708f, -1.5708f + 6.2832f * left, 28);
  list->PathStroke(theme.hot, 0, line);
}

model::EventNumber event_of(const RequestNow& request) {
  const model::RequestState& state = request.state;
  switch (request.phase) {
    case Phase::Requested:
      return state.requested_event;
    case Phase::Asked:
      return state.delivered_event;
    case Phase::Demanded:
      return state.armed_event;
    default:
      return state.done_event;
  }
}

void touch_token(const ViewContext& ctx, const RequestNow& request, std::string_view name, Box place) {
  const Touch on = touch(ctx, fmt::format("{} {}", name, request.state.id), place);
  if (on.hovered)
    tooltip(ctx, fmt::format("A visible revocation of {}: {}.\n\n{}", asked_words(request.state.asked),
                             phase_words(request), event_words(ctx, event_of(request))));
  choose(ctx, on, Selection::Kind::Request, request.state.id);
}

void draw_path(const ViewContext& ctx, const RequestNow& request, const Path& path, TokenPlace place, bool crowd) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float thick = ctx.px(crowd ? 1.2f : 2.4f), dash = ctx.px(crowd ? 4.0f : 7.0f);
  if (place.cut) {
    // What is left of it hangs from the card; below the line nothing holds any more.
    path.draw_dashed(list, faded(theme.hot, 0.9f), thick, 1e6f, 0, 0.3f);
    path.draw_dashed(list, faded(theme.hot, 0.55f), thick, dash * 0.5f, 0.3f, 0.42f);
    path.draw_dashed(list, faded(theme.hot, 0.3f), ctx.px(1.2f), dash, 0.62f, 1);
    return;
  }
  if (request.phase == Phase::Returned) return path.draw_dashed(list, faded(theme.good, 0.7f), thick, dash, 0.5f, 1);
  const float strength = request.phase == Phase::Demanded ? 1.0f : 0.65f;
  path.draw_dashed(list, theme.hot_dark, thick, dash, 0, place.share);
  path.draw_dashed(list, faded(theme.hot, strength), thick, dash, place.share, 1);
}

}  // namespace

TokenPlace token_place(const RequestNow& request, const model::State& state) {
  const model::RequestState& one = request.state;
  switch (request.phase) {
    case Phase::Requested:
      return {true, false, 0.5f};
    case Phase::Asked:
      return {true, false, request.deadline ? 0.5f * passed(one.delivered, one.fires, state.now) : 0.0f};
    case Phase::Demanded:
      return {true, false, request.deadline ? 0.5f * passed(one.armed, one.fires, state.now) : 0.0f};
    case Phase::Returned:
      return {since_done(request, state.now) < kAfterglow, false, 1.0f};
    case Phase::Taken: {
      // A cut stays to be seen as long as the frame is as the cut left it.
      const bool still =
          one.asked < abi::kFrameCount && state.frames[one.asked].owner == 0 && state.frames[one.asked].taken != 0;
      return {still || since_done(request, state.now) < kAfterglow, true, 0.5f};
    }
    case Phase::Ended:
      break;
  }
  return {};
}

void draw_tokens(const ViewContext& ctx, const MachineScene& scene) {
  struct Token {
    const RequestNow* request;
    Path path;
    TokenPlace place;
  };
  std::vector<Token> tokens;
  for (const RequestNow& request : scene.requests) {
    const TokenPlace place = token_place(request, ctx.state);
    if (!place.shown) continue;
    Path path = path_of(ctx, scene, request);
    if (!path.empty()) tokens.push_back({&request, path, place});
  }
  // The most pressing first: they get their words before the room is gone.
  std::stable_sort(tokens.begin(), tokens.end(), [](const Token& a, const Token& b) {
    auto rank = [](const Token& token) {
      return token.request->phase == Phase::Demanded ? 0 : token.request->open() ? 1 : 2;
    };
    return rank(a) != rank(b) ? rank(a) < rank(b) : a.request->left < b.request->left;
  });
  const bool crowd = tokens.size() > 8;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->ChannelsSetCurrent(kBelow);
  for (auto token = tokens.rbegin(); token != tokens.rend(); ++token)
    draw_path(ctx, *token->request, token->path, token->place, crowd);

  list->ChannelsSetCurrent(kAbove);
  std::vector<Box> taken;
  const Box& box = scene.plan.box;
  const float height = ctx.fonts.strong->FontSize + ctx.px(10);
  const float top = scene.plan.cards.max.y + ctx.px(3), bottom = scene.plan.kernel.min.y - ctx.px(3);
  for (const Token& token : tokens) {
    const RequestNow& request = *token.request;
    const ImVec2 at = token.path.reaches_hardware() || token.place.share <= 0.5f ? token.path.at(token.place.share)
                                                                                 : token.path.end();
    const float r = ctx.px(crowd ? 5.0f : 10.0f);
    touch_token(ctx, request, "token", {{at.x - r, at.y - r}, {at.x + r, at.y + r}});
    const bool fresh = request.open() || since_done(request, ctx.state.now) < kAfterglow;
    const std::string text = hot_words(request);
    const float width = pill_width(ctx, text);
    if (fresh && width < box.width() && bottom - top >= height * 0.8f) {
      const ImVec2 near = token.place.share > 0.5f ? token.path.gate() : at;
      float x = near.x + r + ctx.px(6);
      if (x + width > box.max.x) x = near.x - r - ctx.px(6) - width;
      x = std::clamp(x, box.min.x, box.max.x - width);
      const float y = std::clamp(near.y - height / 2, top, std::max(top, bottom - height));
      const Box place{{x, y}, {x + width, y + height}};
      const bool free = std::none_of(taken.begin(), taken.end(), [&](const Box& other) {
        return place.min.x < other.max.x && other.min.x < place.max.x && place.min.y < other.max.y &&
               other.min.y < place.max.y;
      });
      if (free) {
        taken.push_back(place);
        const bool returned = request.phase == Phase::Returned;
        pill(ctx, place.min, text, returned ? ctx.theme.good : ctx.theme.hot,
             returned ? ctx.theme.card : ctx.theme.hot_ground);
        touch_token(ctx, request, "pill", place);
      }
    }
    draw_shape(ctx, request, at, crowd);
  }
}

}  // namespace exo::views
