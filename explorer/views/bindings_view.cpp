// Who may do what, and who does: capabilities at the left, environments in the middle, frames at the right. A link from
// a capability means that its holder could bind with it; a link to a frame is a binding, used from then on without a
// check. New links glow, and those just broken are shown dashed with their reason.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "explorer/model/words.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/terms.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr model::EventNumber kRecent = 60;                                 // events that still count as "just now"
constexpr model::Ticks kRecentTicks = 100'000 / abi::kNanosecondsPerTick;  // and the time, 100 us

struct LiveCapability {
  std::uint32_t resource = 0, rights = 0;
  std::uint32_t count = 0;  ///< alike ones
  model::EventNumber newest = 0;
};

struct Bond {
  std::uint32_t frame = 0, page = 0;
  bool writable = false, fresh = false;
};

struct Broken {
  std::uint32_t frame = 0, reason = 0;
  model::EventNumber number = 0;
};

/// One environment with what it may use, what it uses and what it owns.
struct Band {
  std::uint32_t env = 0;
  std::vector<LiveCapability> capabilities;
  std::vector<Bond> bonds;
  std::vector<Broken> broken;
  std::vector<std::uint32_t> frames;  ///< shown: bound, owned, just lost
  std::uint32_t kernel_pages = 0, more = 0, more_capabilities = 0;
  Box card, left, right;
};

std::vector<Band> gather(const ViewContext& ctx, std::size_t most_frames) {
  std::vector<Band> bands(abi::kMaxEnvironments);
  for (std::uint32_t env = 0; env < abi::kMaxEnvironments; ++env) bands[env].env = env;
  for (const IssuedCapability& cap : ctx.index.capabilities()) {
    if (cap.event > ctx.cursor) break;
    if (!is_alive(ctx.state, cap)) continue;
    auto& list = bands[cap.holder].capabilities;
    auto same = std::find_if(list.begin(), list.end(), [&](const LiveCapability& c) {
      return c.resource == cap.resource && c.rights == cap.rights;
    });
    if (same == list.end()) same = list.insert(list.end(), {cap.resource, cap.rights, 0, 0});
    same->count += cap.times;
    same->newest = cap.event;
  }
  for (const model::StlbState& entry : ctx.state.stlb) {
    if (entry.tag == abi::kStlbFree) continue;
    Band& band = bands[model::holder_of(ctx.state, entry.tag)];
    for (std::uint32_t half = 0; half < 2; ++half) {
      const std::uint32_t lo = entry.lo[half], pfn = abi::entry_lo_pfn(lo);
      if ((lo & abi::kLoValid) == 0) continue;
      if (!abi::is_exported(pfn)) {
        ++band.kernel_pages;
        continue;
      }
      const bool fresh = entry.changed != 0 && entry.changed + 4 >= std::uint32_t(ctx.cursor);
      band.bonds.push_back(
          {abi::frame_of_pfn(pfn), abi::entry_hi_vpn(entry.tag) + half, (lo & abi::kLoDirty) != 0, fresh});
    }
  }
  for (model::EventNumber number = ctx.cursor; number > 0 && number + kRecent > ctx.cursor; --number) {
    const model::Event event = ctx.history.event(number);
    if (event.ticks + kRecentTicks < ctx.state.now) break;
    if (event.id != abi::Event::Unbound || !abi::is_exported(event.args[2])) continue;
    Band& band = bands[event.args[0] % abi::kMaxEnvironments];
    const std::uint32_t frame = abi::frame_of_pfn(event.args[2]);
    const bool again =
        std::any_of(band.bonds.begin(), band.bonds.end(), [&](const Bond& bond) { return bond.frame == frame; });
    if (!again) band.broken.push_back({frame, event.args[3], number});
  }
  for (Band& band : bands) {
    for (const Bond& bond : band.bonds) band.frames.push_back(bond.frame);
    for (const Broken& broken : band.broken) band.frames.push_back(broken.frame);
    std::sort(band.frames.begin(), band.frames.end());
    band.frames.erase(std::unique(band.frames.begin(), band.frames.end()), band.frames.end());
  }
  // What is owned without being bound, in one walk over the frames.
  std::vector<std::vector<std::uint32_t>> unbound(abi::kMaxEnvironments);
  for (std::uint32_t frame = 0; frame < abi::kFrameCount; ++frame) {
    const std::uint32_t owner = ctx.state.frames[frame].owner % abi::kMaxEnvironments;
    Band& band = bands[owner];
    if (owner == 0 || std::binary_search(band.frames.begin(), band.frames.end(), frame)) continue;
    if (band.frames.size() + unbound[owner].size() < most_frames)
      unbound[owner].push_back(frame);
    else
      ++band.more;
  }
  std::vector<Band> out;
  for (Band& band : bands) {
    if (band.env == 0 || ctx.state.envs[band.env].state == abi::EnvState::Free) continue;
    band.frames.insert(band.frames.end(), unbound[band.env].begin(), unbound[band.env].end());
    std::sort(band.frames.begin(), band.frames.end());
    std::sort(band.capabilities.begin(), band.capabilities.end(), [](const LiveCapability& a, const LiveCapability& b) {
      return std::tie(a.resource, a.rights) < std::tie(b.resource, b.rights);
    });
    // A crowd of capabilities would push the rest of the picture away: those of the selected environment are all shown.
    constexpr std::size_t kMostCapabilities = 24;
    if (band.capabilities.size() > kMostCapabilities && !ctx.ui.selection.is(Selection::Kind::Environment, band.env)) {
      band.more_capabilities = std::uint32_t(band.capabilities.size() - kMostCapabilities);
      band.capabilities.resize(kMostCapabilities);
    }
    out.push_back(std::move(band));
  }
  return out;
}

std::string resource_words(const ViewContext& ctx, std::uint32_t resource) {
  const std::uint32_t number = abi::number_of(resource);
  switch (abi::kind_of(resource)) {
    case abi::ResourceKind::Frame:
      return fmt::format("frame {}", number);
    case abi::ResourceKind::Environment:
      return model::env_name(ctx.state, number);
    case abi::ResourceKind::Authority:
      return "the authority";
    default:
      return "an unknown resource";
  }
}

struct Grid {
  Box box;
  float width = 0, height = 0, gap = 0, gap_y = 0;
  int per_row = 1;
  [[nodiscard]] Box of(std::size_t index) const {
    const auto row = float(index / std::size_t(per_row)), column = float(index % std::size_t(per_row));
    const ImVec2 corner{box.min.x + column * (width + gap), box.min.y + gap_y + row * (height + gap_y)};
    return {corner, {corner.x + width, corner.y + height}};
  }
  [[nodiscard]] float tall(std::size_t count) const {
    return float((count + std::size_t(per_row) - 1) / std::size_t(per_row)) * (height + gap_y) + gap_y;
  }
};

Grid grid(Box box, float width, float height, float gap, float gap_y) {
  return {box, width, height, gap, gap_y, std::max(1, int((box.width() + gap) / (width + gap)))};
}

void draw_capabilities(const ViewContext& ctx, const Band& band, const Grid& cells) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  for (std::size_t i = 0; i < band.capabilities.size(); ++i) {
    const LiveCapability& cap = band.capabilities[i];
    const Box box = cells.of(i);
    const bool frame = abi::kind_of(cap.resource) == abi::ResourceKind::Frame;
    const std::uint32_t number = abi::number_of(cap.resource);
    const Touch on = touch(ctx, fmt::format("cap {} {} {}", band.env, cap.resource, cap.rights), box);
    const bool lit = ctx.highlight.any && frame && ctx.highlight.frames[number % abi::kFrameCount] &&
                     ctx.highlight.frames.count() < 600;
    const bool fresh = cap.newest + 4 >= ctx.cursor;
    const std::uint32_t owner = frame ? ctx.state.frames[number % abi::kFrameCount].owner : band.env;
    list->AddRectFilled(box.min, box.max, on.hovered ? t.card_hover : t.card, box.height() / 2);
    list->AddRect(box.min, box.max, lit || fresh ? t.text : blend(t.panel, env_colour(t, owner), 0.55f),
                  box.height() / 2, 0, ctx.px(lit || fresh ? 1.8f : 1.0f));
    const std::string name = frame ? fmt::format("{}", number) : resource_words(ctx, cap.resource);
    std::string rights;
    if ((cap.rights & abi::kRightRead) != 0) rights += "r";
    if ((cap.rights & abi::kRightWrite) != 0) rights += "w";
    if ((cap.rights & abi::kRightControl) != 0) rights += "c";
    const float pad = ctx.px(8);
    const float tail = rights.empty() ? 0 : text_width(ctx.fonts.mono_small, rights) + ctx.px(4);
    draw_text_cut(list, ctx.fonts.mono_small, {box.min.x + pad, box.centre().y - ctx.fonts.mono_small->FontSize / 2},
                  box.width() - 2 * pad - tail + ctx.px(4), t.text, name);
    draw_text_right(list, ctx.fonts.mono_small, {box.max.x - pad, box.centre().y - ctx.fonts.mono_small->FontSize / 2},
                    t.faint, rights);
    if (on.hovered)
      tooltip(ctx,
              fmt::format(
                  "{} was issued to {} for {}: {}. It is checked when it is shown, and dies when the generation moves.",
                  plural(cap.count, "capability"), model::env_name(ctx.state, band.env),
                  resource_words(ctx, cap.resource), model::rights_text(cap.rights)));
    if (frame) choose(ctx, on, Selection::Kind::Frame, number);
    if (abi::kind_of(cap.resource) == abi::ResourceKind::Environment)
      choose(ctx, on, Selection::Kind::Environment, number);
  }
}

void draw_links(const ViewContext& ctx, const Band& band, const Grid& cells) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  auto cell_of = [&](std::uint32_t frame) {
    return cells.of(std::size_t(std::lower_bound(band.frames.begin(), band.frames.end(), frame) - band.frames.begin()));
  };
  // Links leave the card fanned out, run in the space above their row and come down on their cell.
  std::size_t ordinal = 0;
  const auto count = std::max<std::size_t>(1, band.bonds.size() + band.broken.size());
  auto link = [&](std::uint32_t frame, auto draw) {
    const Box cell = cell_of(frame);
    const float share = (float(ordinal++) + 0.5f) / float(count);
    const ImVec2 from{band.card.max.x, band.card.min.y + band.card.height() * (0.15f + 0.7f * share)};
    const ImVec2 to{cell.centre().x, cell.min.y};
    const float lane = cell.min.y - cells.gap_y * 0.8f;
    draw(from, ImVec2(from.x + (cells.box.min.x - from.x) * 0.7f, from.y), ImVec2(to.x - ctx.px(4), lane - ctx.px(6)),
         to);
  };
  for (const Bond& bond : band.bonds) {
    const bool hot = (ctx.state.frames[bond.frame].flags & abi::kFrameUnderRevocation) != 0;
    const bool lit = ctx.highlight.any && ctx.highlight.frames[bond.frame] && ctx.highlight.envs[band.env] &&
                     ctx.highlight.frames.count() < 200;
    const ImU32 base = hot ? t.hot : env_colour(t, band.env);
    const bool in_tlb = ctx.state.frames[bond.frame].in_tlb != 0;
    link(bond.frame, [&](ImVec2 a, ImVec2 b, ImVec2 c, ImVec2 d) {
      if (bond.fresh) list->AddBezierCubic(a, b, c, d, faded(base, 0.35f), ctx.px(7), 24);
      list->AddBezierCubic(a, b, c, d,
                           faded(base, lit || bond.fresh || hot ? 1.0f
                                       : in_tlb                 ? 0.75f
                                                                : 0.32f),
                           ctx.px(lit || bond.fresh ? 2.2f : 1.4f), 24);
    });
  }
  for (const Broken& broken : band.broken)
    link(broken.frame, [&](ImVec2 a, ImVec2 b, ImVec2 c, ImVec2 d) {
      dashed_bezier(list, a, b, c, d, t.gap, ctx.px(1.8f), ctx.px(5));
    });
}

void draw_frame_cells(const ViewContext& ctx, const Band& band, const Grid& cells) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  for (std::size_t i = 0; i < band.frames.size(); ++i) {
    const std::uint32_t number = band.frames[i];
    const model::FrameState& frame = ctx.state.frames[number];
    const Box box = cells.of(i);
    const Touch on = touch(ctx, fmt::format("bound frame {} {}", band.env, number), box);
    const bool hot = (frame.flags & abi::kFrameUnderRevocation) != 0,
               selected = ctx.ui.selection.is(Selection::Kind::Frame, number);
    const bool lit = ctx.highlight.any && ctx.highlight.frames[number] && ctx.highlight.frames.count() < 600;
    const float use = frame.owner == 0 ? 0.08f : frame.in_tlb != 0 ? 1.0f : frame.bindings != 0 ? 0.55f : 0.22f;
    const ImU32 fill = frame.owner == 0 ? t.empty : blend(t.panel, env_colour(t, frame.owner), use);
    list->AddRectFilled(box.min, box.max, fill, ctx.px(3));
    if (hot || selected || lit || on.hovered)
      list->AddRect(box.min, box.max,
                    hot          ? t.hot
                    : on.hovered ? t.accent
                                 : t.text,
                    ctx.px(3), 0, ctx.px(hot || selected ? 2.0f : 1.4f));
    const std::string text = fmt::format("{}", number);
    const ImU32 ink = use > 0.5f ? IM_COL32(10, 14, 18, 255) : t.soft;
    if (cells.width >= text_width(ctx.fonts.mono_small, text) + ctx.px(2))
      draw_text_centred(list, ctx.fonts.mono_small, box, ink, text);
    if ((frame.flags & abi::kFrameGuaranteed) != 0)
      list->AddLine({box.min.x + 2, box.max.y - 2}, {box.min.x + ctx.px(6), box.max.y - ctx.px(6)}, ink, ctx.px(1.3f));
    if (on.hovered) {
      std::string tip =
          fmt::format("Frame {}: {}", number,
                      frame.owner == 0 ? std::string("free") : "owned by " + model::env_name(ctx.state, frame.owner));
      for (const Bond& bond : band.bonds)
        if (bond.frame == number)
          tip += fmt::format("\nbound at page 0x{:05x}, {}", bond.page, bond.writable ? "writable" : "read only");
      for (const Broken& broken : band.broken)
        if (broken.frame == number)
          tip += fmt::format("\nthe binding was broken: {}", model::reason_text(broken.reason));
      tooltip(ctx, tip);
    }
    choose(ctx, on, Selection::Kind::Frame, number);
  }
}

void draw_env(const ViewContext& ctx, const Band& band) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const Box& box = band.card;
  const Touch on = touch(ctx, fmt::format("bound env {}", band.env), box);
  const bool lit = ctx.ui.selection.is(Selection::Kind::Environment, band.env) ||
                   (ctx.highlight.any && ctx.highlight.envs[band.env]);
  list->AddRectFilled(box.min, box.max, on.hovered ? t.card_hover : t.card, ctx.px(5));
  list->AddRectFilled(box.min, {box.min.x + ctx.px(5), box.max.y}, env_colour(t, band.env), ctx.px(5),
                      ImDrawFlags_RoundCornersLeft);
  list->AddRect(box.min, box.max,
                lit                             ? t.text
                : ctx.state.running == band.env ? env_colour(t, band.env)
                                                : t.line,
                ctx.px(5), 0, ctx.px(lit ? 1.8f : 1.2f));
  const float x = box.min.x + ctx.px(14), room = box.width() - ctx.px(20);
  draw_text_cut(list, ctx.fonts.strong, {x, box.min.y + ctx.px(6)}, room, t.text, model::env_name(ctx.state, band.env));
  const auto& env = ctx.state.envs[band.env];
  if (box.height() > ctx.px(42))
    draw_text_cut(list, ctx.fonts.small, {x, box.min.y + ctx.px(25)}, room, t.soft,
                  fmt::format("{} \u00b7 {}", plural(env.bindings, "binding"), plural(env.frames, "frame")));
  if (box.height() > ctx.px(58))
    draw_text_cut(list, ctx.fonts.small, {x, box.min.y + ctx.px(41)}, room, t.faint,
                  fmt::format("checks: {} passed, {} refused", env.authorizations, env.refusals));
  if (on.hovered)
    tooltip(ctx, band.kernel_pages == 0 ? std::string("Select this environment")
                                        : fmt::format("It also reads {} of the kernel's tables or the boot archive",
                                                      plural(band.kernel_pages, "page")));
  choose(ctx, on, Selection::Kind::Environment, band.env);
}

}  // namespace

void draw_bindings(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float width = box.width();
  const float card_width = std::clamp(width * 0.19f, ctx.px(96), ctx.px(180));
  const float left_width = width * 0.30f, gap = width * 0.035f, reach = width * 0.09f;
  const float card_x = box.min.x + left_width + gap, right_x = card_x + card_width + reach;
  if (left_width + gap > ctx.px(112)) {
    draw_label(ctx, box.min, "CAPABILITIES");
    draw_label(ctx, {card_x, box.min.y}, "ENVIRONMENTS");
    draw_label(ctx, {right_x, box.min.y}, "FRAMES");
  } else {  // closer together in a small place
    draw_field_name(ctx, box.min, card_x - box.min.x - ctx.px(4), "capabilities");
    draw_field_name(ctx, {card_x, box.min.y}, right_x - card_x - ctx.px(4), "environments");
    draw_field_name(ctx, {right_x, box.min.y}, box.max.x - right_x, "frames");
  }
  draw_text_cut(list, ctx.fonts.small, {box.min.x, box.min.y + ctx.px(16)}, left_width, t.faint,
                "alive; checked when a page is bound");
  draw_text_cut(list, ctx.fonts.small, {card_x, box.min.y + ctx.px(16)}, card_width + reach, t.faint,
                fmt::format("{} checks passed", grouped(ctx.state.authorizations)));
  draw_text_cut(list, ctx.fonts.small, {right_x, box.min.y + ctx.px(16)}, box.max.x - right_x, t.faint,
                fmt::format("a link is a binding: {} uses without a check", grouped(ctx.state.uses)));

  std::vector<Band> bands = gather(ctx, ctx.state.free_frames < abi::kFrameCount / 2 ? 40 : 120);
  const Box field{{box.min.x, box.min.y + ctx.px(40)}, box.max};
  if (bands.empty()) {
    draw_text(list, ctx.fonts.body, field.min, t.faint, "No environment exists at this moment.");
    return;
  }
  ImGui::SetCursorScreenPos(field.min);
  ImGui::BeginChild("bands", {field.width(), field.height()}, false);
  list = ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  float y = origin.y;
  for (Band& band : bands) {
    const Grid caps = grid({{box.min.x, y}, {box.min.x + left_width, y}}, ctx.px(76), ctx.px(20), ctx.px(4), ctx.px(4));
    const Grid cells = grid({{right_x, y}, {box.max.x - ctx.px(14), y}}, ctx.px(38), ctx.px(22), ctx.px(5), ctx.px(13));
    const float note = band.more != 0 || band.kernel_pages != 0 ? ctx.px(18) : 0;
    const float height =
        std::max({ctx.px(58), caps.tall(band.capabilities.size()) + (band.more_capabilities != 0 ? ctx.px(18) : 0.0f),
                  cells.tall(band.frames.size()) + note});
    const float middle = y + std::min(height / 2, ctx.px(72)), card = std::min(height, ctx.px(66));
    band.card = {{card_x, middle - card / 2}, {card_x + card_width, middle + card / 2}};
    if (y + height >= field.min.y && y <= field.max.y) {
      // Everything the environment holds hangs on one bracket.
      if (!band.capabilities.empty()) {
        const ImU32 ink = blend(t.panel, env_colour(t, band.env), 0.6f);
        const float x = box.min.x + left_width + gap * 0.35f,
                    tall = std::max(ctx.px(20), caps.tall(band.capabilities.size()) - ctx.px(4));
        list->AddRectFilled({x, y}, {x + ctx.px(2), y + tall}, ink);
        const float joint = std::clamp(middle, y, y + tall);
        list->AddBezierCubic({x, joint}, {x + gap * 0.3f, joint}, {card_x - gap * 0.3f, middle}, {card_x, middle}, ink,
                             ctx.px(1.6f), 16);
      }
      draw_links(ctx, band, cells);
      draw_capabilities(ctx, band, caps);
      draw_frame_cells(ctx, band, cells);
      draw_env(ctx, band);
      if (band.more_capabilities != 0)
        draw_text_cut(list, ctx.fonts.small, {box.min.x, y + caps.tall(band.capabilities.size())}, left_width, t.faint,
                      fmt::format("and {} more: select {} to see them", band.more_capabilities,
                                  model::env_name(ctx.state, band.env)));
      if (note != 0) {
        std::string text;
        if (band.more != 0) text = fmt::format("and {} more, not bound", grouped(band.more));
        if (band.kernel_pages != 0)
          text +=
              fmt::format("{}{} read only", text.empty() ? "" : " \u00b7 ", plural(band.kernel_pages, "kernel page"));
        draw_text_cut(list, ctx.fonts.small, {right_x, y + cells.tall(band.frames.size())},
                      box.max.x - right_x - ctx.px(14), t.faint, text);
      }
    }
    y += height + ctx.px(14);
    list->AddRectFilled({box.min.x, y - ctx.px(7)}, {box.max.x - ctx.px(14), y - ctx.px(6)}, faded(t.line, 0.6f));
  }
  ImGui::SetCursorScreenPos({origin.x, y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace exo::views
