// The two machines in small: environments as cards, frames as a map, both at the moment shown.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/compare_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using Kind = Selection::Kind;

/// The environments of a run, those of both first and in the order of A, so that the cards stand beside each other.
std::vector<std::uint32_t> order_of(const ComparePicture& picture, int run) {
  std::vector<std::uint32_t> out;
  const model::State& state = *picture.states[std::size_t(run)];
  const auto lives = [](const model::State& in, std::uint32_t env) {
    return in.envs[env].state != abi::EnvState::Free;
  };
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env) {
    if (!lives(*picture.states[0], env)) continue;
    const std::uint32_t other = picture.match.second_of[env];
    if (run == 0)
      out.push_back(env);
    else if (other != model::kNobody)
      out.push_back(other);
  }
  if (run == 1)
    for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
      if (lives(state, env) && picture.match.first_of[env] == model::kNobody) out.push_back(env);
  return out;
}

const model::StateDifference* difference_of(const ComparePicture& picture, int run, std::uint32_t env) {
  for (const model::StateDifference& one : picture.differences.environments) {
    const bool here = one.run == run || one.run == 2;
    if (here && (run == 0 || one.run == 1 ? one.number : one.other) == env) return &one;
  }
  return nullptr;
}

void select_env(const ComparePicture& picture, int run, std::uint32_t env) {
  const std::uint32_t first = run == 0 ? env : picture.match.first_of[env];
  if (first != model::kNobody) picture.ctx.select(Kind::Environment, first);
}

std::string card_tip(const ComparePicture& picture, int run, std::uint32_t env, const model::StateDifference* differs) {
  const model::State& state = *picture.states[std::size_t(run)];
  if (differs == nullptr)
    return fmt::format("{}: {}. The same in both runs.", model::env_name(state, env),
                       model::condition_text(state, env));
  const auto words = model::words_of(*differs, *picture.states[0], *picture.states[1]);
  return fmt::format("{}\nA: {}\nB: {}", words.what, words.first, words.second);
}

}  // namespace

float draw_compare_cards(const ComparePicture& picture, int run, ImVec2 at, float width) {
  const ViewContext& ctx = picture.ctx;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const model::State& state = *picture.states[std::size_t(run)];
  const std::vector<std::uint32_t> envs = order_of(picture, run);
  const std::size_t most = std::max(envs.size(), order_of(picture, 1 - run).size());
  const float gap = ctx.px(6);
  const auto a_line = std::max<std::size_t>(1, std::size_t((width + gap) / (ctx.px(112) + gap)));
  const bool small = most > 2 * a_line;  // a crowd stands as squares
  const std::size_t columns = small ? std::max<std::size_t>(1, std::size_t((width + gap) / ctx.px(24)))
                                    : std::min(a_line, std::max<std::size_t>(most, 3));
  const float wide = small ? ctx.px(24) - gap : (width + gap) / float(columns) - gap;
  const float tall = small ? wide : ctx.px(42);
  for (std::size_t i = 0; i < envs.size(); ++i) {
    const std::uint32_t env = envs[i];
    const model::EnvironmentState& one = state.envs[env];
    const ImVec2 place{at.x + float(i % columns) * (wide + gap), at.y + float(i / columns) * (tall + gap)};
    const Box box{place, {place.x + wide, place.y + tall}};
    const ImU32 colour = env_colour(t, compare_colour(picture, run, env));
    const model::StateDifference* differs = difference_of(picture, run, env);
    const Touch on =
        touch(ctx, fmt::format("compare card {} {}", run == 0 ? "A" : "B", model::env_name(state, env)), box);
    const bool running = state.running == env;
    if (small) {
      list->AddRectFilled(box.min, box.max, faded(colour, running ? 1.0f : 0.65f), ctx.px(3));
    } else {
      list->AddRectFilled(box.min, box.max, on.hovered ? t.card_hover : t.card, ctx.px(4));
      list->AddRectFilled(box.min, {box.min.x + ctx.px(4), box.max.y}, colour, ctx.px(2));
      const float x = box.min.x + ctx.px(11), room = wide - ctx.px(differs != nullptr ? 30 : 16);
      draw_text_cut(list, ctx.fonts.strong, {x, box.min.y + ctx.px(5)}, room, t.text, model::env_name(state, env));
      draw_text_cut(list, ctx.fonts.small, {x, box.min.y + ctx.px(23)}, wide - ctx.px(16), t.soft,
                    fmt::format("{}, {}", plural(one.frames, "frame"), plural(one.slices, "slice")));
    }
    if (running) list->AddRect(box.min, box.max, t.text, ctx.px(4), 0, ctx.px(1.4f));
    if (differs != nullptr)
      difference_mark(ctx, list, small ? box.centre() : ImVec2(box.max.x - ctx.px(10), box.min.y + ctx.px(12)),
                      ctx.px(5));
    if (on.hovered) tooltip(ctx, card_tip(picture, run, env, differs));
    if (on.clicked) select_env(picture, run, env);
  }
  const std::size_t lines = (most + columns - 1) / columns;
  return float(std::max<std::size_t>(1, lines)) * (tall + gap) - gap;
}

float draw_compare_frames(const ComparePicture& picture, int run, ImVec2 at, float width, float most) {
  const ViewContext& ctx = picture.ctx;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const model::State& state = *picture.states[std::size_t(run)];
  // As many frames as are in use in either run; the same for both, so that a place means the same frame.
  std::uint32_t last = 127;
  for (std::uint32_t frame = 0; frame < abi::kFrameCount; ++frame)
    if (picture.states[0]->frames[frame].owner != 0 || picture.states[1]->frames[frame].owner != 0)
      last = std::max(last, frame);
  const std::uint32_t shown = (last / 128 + 1) * 128;
  std::uint32_t columns = 32;
  const auto cell_of = [&](std::uint32_t in) { return std::min(ctx.px(13), std::floor(width / float(in) * 4) / 4); };
  while (columns < 256 && float((shown + columns - 1) / columns) * cell_of(columns) > most) columns *= 2;
  const float cell = cell_of(columns), air = cell > ctx.px(6) ? ctx.px(1.5f) : 0;
  const std::uint32_t rows = (shown + columns - 1) / columns;
  std::vector<bool> differs(abi::kFrameCount);
  for (const model::StateDifference& one : picture.differences.frames) differs[one.number] = true;
  const float head = ctx.px(18);
  draw_text_cut(list, ctx.fonts.small, at, width, t.faint,
                fmt::format("frames: {} owned, {} differ", grouped(abi::kFrameCount - state.free_frames),
                            grouped(picture.differences.frames.size())));
  const Box grid{{at.x, at.y + head}, {at.x + float(columns) * cell, at.y + head + float(rows) * cell}};
  const Touch on = touch(ctx, fmt::format("compare frames {}", run == 0 ? "A" : "B"), grid);
  for (std::uint32_t row = 0; row < rows; ++row) {
    const float y = grid.min.y + float(row) * cell;
    // Neighbours of one owner are one rectangle where cells are too small to be told apart.
    for (std::uint32_t column = 0; column < columns;) {
      const std::uint32_t frame = row * columns + column, owner = state.frames[frame].owner;
      std::uint32_t next = column + 1;
      while (air == 0 && next < columns && state.frames[row * columns + next].owner == owner) ++next;
      const ImU32 colour = owner == 0 ? t.empty : env_colour(t, compare_colour(picture, run, owner));
      list->AddRectFilled({grid.min.x + float(column) * cell, y},
                          {grid.min.x + float(next) * cell - air, y + cell - air}, colour, air > 0 ? ctx.px(1.5f) : 0);
      column = next;
    }
  }
  for (const model::StateDifference& one : picture.differences.frames) {
    if (one.number >= shown) continue;
    const ImVec2 c{grid.min.x + (float(one.number % columns) + 0.5f) * cell - air / 2,
                   grid.min.y + (float(one.number / columns) + 0.5f) * cell - air / 2};
    difference_mark(ctx, list, c, std::max(ctx.px(1.5f), cell * 0.36f));
  }
  if (on.hovered) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const auto column = std::min(columns - 1, std::uint32_t((mouse.x - grid.min.x) / cell));
    const std::uint32_t frame = std::min(shown - 1, std::uint32_t((mouse.y - grid.min.y) / cell) * columns + column);
    const auto words =
        model::words_of({model::Look::Object::Frame, frame, 2, frame}, *picture.states[0], *picture.states[1]);
    tooltip(ctx, differs[frame] ? fmt::format("{}\nA: {}\nB: {}", words.what, words.first, words.second)
                                : fmt::format("{}: {} in both", words.what, words.first));
    if (on.clicked) ctx.select(Kind::Frame, frame);
  }
  return head + grid.height();
}

}  // namespace exo::views
