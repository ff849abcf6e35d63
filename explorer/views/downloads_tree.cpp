// The tree of claims, drawn from left to right, and the way that a packet takes through it by its bytes, beside what
// the kernel made of the same packet.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "explorer/model/words.hpp"
#include "explorer/packets/describe.hpp"
#include "explorer/views/downloads_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr std::size_t kDeepest = 64;
constexpr std::uint32_t kNone = model::FilterTree::kNone;

/// A node or a claim at its place, in rows and columns.
struct Placed {
  std::uint32_t node = kNone;
  std::uint32_t edge = kNone;  ///< of a claim: the edge of `node` that it hangs on
  std::uint32_t claim = 0;
  std::size_t column = 0, row = 0;
  std::size_t from = ~std::size_t{0};  ///< index of what leads here
  bool otherwise = false;              ///< it is what `from` tries when nothing matches
};

struct Layout {
  std::vector<Placed> placed;
  std::size_t rows = 0, columns = 0;
};

/// Nodes stand where the first of what is behind them stands; what is tried otherwise stands below.
void place(const model::FilterTree& tree, std::uint32_t number, std::size_t column, std::size_t from,
           std::uint32_t edge, bool otherwise, std::set<std::uint32_t>& seen, Layout& out) {
  if (number >= tree.nodes.size() || column > kDeepest || !seen.insert(number).second) return;
  const std::size_t self = out.placed.size();
  out.placed.push_back({number, edge, 0, column, out.rows, from, otherwise});
  out.columns = std::max(out.columns, column + 1);
  const model::FilterTree::Node& node = tree.nodes[number];
  const std::size_t before = out.rows;
  for (std::uint32_t i = 0; i < node.edges.size(); ++i) {
    const auto& one = node.edges[i];
    if (one.next != kNone) place(tree, one.next, column + 1, self, i, false, seen, out);
    if (one.claim == 0) continue;
    out.placed.push_back({kNone, i, one.claim, column + 1, out.rows, self, false});
    out.columns = std::max(out.columns, column + 2);
    ++out.rows;
  }
  if (out.rows == before) ++out.rows;
  if (node.otherwise != kNone) place(tree, node.otherwise, column, self, kNone, true, seen, out);
}

/// What of a picture the packet's way is.
struct Way {
  std::set<std::uint32_t> nodes;
  std::set<std::pair<std::uint32_t, std::uint32_t>> edges;  ///< node, edge
  std::set<std::uint32_t> turned;                           ///< nodes from which it went on to otherwise
};

Way way_of(const model::TreePath& path) {
  Way way;
  for (const model::TreeStep& step : path.steps) {
    way.nodes.insert(step.node);
    if (step.edge != kNone && !step.back) way.edges.insert({step.node, step.edge});
    if (step.edge == kNone || step.back) way.turned.insert(step.node);
  }
  return way;
}

struct Picture {
  const ViewContext& ctx;
  const model::FilterTree& tree;
  const Layout& layout;
  const Way& way;
  std::uint32_t claim;  ///< to which the way leads
  ImVec2 origin;
  float pitch_x, pitch_y, width, height;

  [[nodiscard]] Box box(const Placed& one) const {
    const float x = origin.x + pitch_x * float(one.column), y = origin.y + pitch_y * float(one.row);
    return {{x, y}, {x + (one.claim != 0 ? std::min(width, ctx.px(120)) : width), y + height}};
  }
  [[nodiscard]] bool on_way(const Placed& one) const {
    if (one.claim != 0) return one.claim == claim && way.edges.contains({layout.placed[one.from].node, one.edge});
    return way.nodes.contains(one.node);
  }
  void link(const Placed& one) const;
  void draw(const Placed& one) const;
};

void Picture::link(const Placed& one) const {
  if (one.from >= layout.placed.size()) return;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Placed& parent = layout.placed[one.from];
  const Box from = box(parent), to = box(one);
  const bool on = one.otherwise ? way.turned.contains(parent.node) && way.nodes.contains(one.node)
                                : way.edges.contains({parent.node, one.edge}) && on_way(one);
  const ImU32 ink = on ? t.accent : t.line;
  const float thick = ctx.px(on ? 2.2f : 1.2f);
  if (one.otherwise) {
    const float x = from.min.x + ctx.px(10);
    list->AddLine({x, from.max.y}, {x, to.min.y}, ink, thick);
    return;
  }
  const ImVec2 a{from.max.x, from.centre().y}, b{to.min.x, to.centre().y};
  const float bend = (b.x - a.x) * 0.5f;
  list->AddBezierCubic(a, {a.x + bend, a.y}, {b.x - bend, b.y}, b, ink, thick);
  const auto& edge = tree.nodes[parent.node].edges[one.edge];
  const model::FilterTree::Node& node = tree.nodes[parent.node];
  const std::string value = field_value(node.offset, node.bytes, node.mask, edge.value);
  const float room = to.min.x - from.max.x - ctx.px(14);
  const float wide = std::min(text_width(ctx.fonts.mono_small, value), room);
  const ImVec2 at{to.min.x - ctx.px(7) - wide, to.centre().y - ctx.fonts.mono_small->FontSize / 2};
  list->AddRectFilled({at.x - ctx.px(2), at.y}, {at.x + wide + ctx.px(2), at.y + ctx.fonts.mono_small->FontSize},
                      t.panel);
  draw_text_cut(list, ctx.fonts.mono_small, at, room, on ? t.accent : t.soft, value);
}

void Picture::draw(const Placed& one) const {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Box place = box(one);
  const bool on = on_way(one);
  if (one.claim != 0) {
    const std::uint32_t owner = ctx.state.downloads[one.claim].owner;
    const Touch over = touch(ctx, fmt::format("leaf {}", one.claim), place);
    const bool selected = ctx.ui.selection.is(Selection::Kind::Download, one.claim);
    list->AddRectFilled(place.min, place.max, over.hovered || selected ? t.card_hover : t.card, place.height() / 2);
    list->AddRect(place.min, place.max,
                  on         ? t.accent
                  : selected ? t.text
                             : env_colour(t, owner),
                  place.height() / 2, 0, ctx.px(on ? 2.0f : 1.2f));
    draw_text_cut(list, ctx.fonts.small, {place.min.x + ctx.px(10), place.centre().y - ctx.fonts.small->FontSize / 2},
                  place.width() - ctx.px(14), env_ink(t, owner),
                  fmt::format("{} \u00b7 {}", one.claim, model::env_name(ctx.state, owner)));
    if (over.hovered)
      tooltip(ctx, fmt::format("{} of {}: {}", download_name(ctx.state, one.claim), model::env_name(ctx.state, owner),
                               plural(ctx.state.downloads[one.claim].calls, "packet")));
    if (over.clicked) ctx.select(Selection::Kind::Download, one.claim);
    return;
  }
  const model::FilterTree::Node& node = tree.nodes[one.node];
  const Touch over = touch(ctx, fmt::format("node {}", one.node), place);
  list->AddRectFilled(place.min, place.max, over.hovered ? t.card_hover : t.card, ctx.px(3));
  list->AddRect(place.min, place.max, on ? t.accent : t.line, ctx.px(3), 0, ctx.px(on ? 2.0f : 1.0f));
  draw_text_cut(list, ctx.fonts.small, {place.min.x + ctx.px(6), place.centre().y - ctx.fonts.small->FontSize / 2},
                place.width() - ctx.px(10), on ? t.text : t.soft, field_name(node.offset, node.bytes, node.mask));
  if (over.hovered)
    tooltip(ctx, fmt::format("Node {} compares {}: offset {}, {}, mask {:x}", one.node,
                             field_name(node.offset, node.bytes, node.mask), node.offset, plural(node.bytes, "byte"),
                             node.mask));
}

/// What the packet's bytes say and what the kernel said, in a line.
void draw_verdict(const ViewContext& ctx, ImVec2 at, float width, const model::PacketState& packet,
                  const model::TreePath& path, bool standing) {
  const std::string ours = path.claim == 0 ? std::string("no claim") : download_name(ctx.state, path.claim);
  std::string text;
  bool differs = false;
  const bool settled = packet.fate != model::Fate::Arrived;
  const bool filter = packet.filter != 0 && ctx.state.downloads[packet.filter].kind == abi::DownloadKind::Filter;
  if (!settled) {
    text = fmt::format("packet {}: {} by its bytes; the kernel has not said yet", packet.number, ours);
  } else if (path.claim == 0 && filter) {
    text = fmt::format("packet {}: no claim; {} said yes, as the kernel has it", packet.number,
                       download_name(ctx.state, packet.filter));
  } else if (path.claim == packet.filter) {
    text = fmt::format("packet {}: {}, as the kernel has it", packet.number, ours);
  } else {
    differs = standing;
    text = fmt::format("packet {}: {} by this tree; the kernel said {}{}", packet.number, ours,
                       packet.filter == 0 ? std::string("nobody") : download_name(ctx.state, packet.filter),
                       standing ? "" : " by the one before");
  }
  draw_text_cut(ImGui::GetWindowDrawList(), ctx.fonts.small, at, width, differs ? ctx.theme.gap : ctx.theme.soft, text);
}

}  // namespace

void draw_tree(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const model::FilterTree* tree = tree_shown(ctx);
  const float label = draw_label(ctx, box.min, "CLAIMS, MERGED");
  if (tree == nullptr) return;
  const model::WireState& wire = ctx.state.wire;
  draw_text_cut(list, ctx.fonts.small, {box.min.x + label + ctx.px(10), box.min.y - ctx.px(1)},
                box.width() - label - ctx.px(10), t.faint,
                wire.tree_stale ? std::string("being built anew")
                                : fmt::format("{} \u00b7 {} of machine code", plural(wire.nodes, "node"),
                                              plural(wire.words, "word")));
  float y = box.min.y + ctx.px(19);
  model::TreePath path;
  if (const model::PacketState* packet = packet_shown(ctx); packet != nullptr) {
    path = model::walk(*tree, bytes_of(ctx, *packet));
    draw_verdict(ctx, {box.min.x, y}, box.width(), *packet, path,
                 tree->complete && !wire.tree_stale && packet->arrived > wire.tree);
    y += ctx.fonts.small->FontSize + ctx.px(7);
  }
  Layout layout;
  std::set<std::uint32_t> seen;
  place(*tree, tree->root, 0, ~std::size_t{0}, kNone, false, seen, layout);
  if (layout.placed.empty()) {
    draw_text(list, ctx.fonts.small, {box.min.x, y}, t.faint,
              !tree->complete    ? std::string("It has not been shown yet.")
              : tree->every != 0 ? fmt::format("Every packet belongs to {}.", download_name(ctx.state, tree->every))
                                 : std::string("There is no claim."));
    return;
  }
  const Way way = way_of(path);
  ImGui::SetCursorScreenPos({box.min.x, y});
  const float height = std::max(1.0f, box.max.y - y);
  ImGui::BeginChild("tree", {box.width(), height}, false, ImGuiWindowFlags_HorizontalScrollbar);
  ctx.mark("tree", {{box.min.x, y}, box.max});
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float row =
      std::clamp((height - ctx.px(8)) / float(std::max<std::size_t>(1, layout.rows)), ctx.px(19), ctx.px(30));
  const float column =
      std::max(ctx.px(132), (box.width() - ctx.px(14)) / float(std::max<std::size_t>(1, layout.columns)));
  const float gap = std::clamp(column * 0.46f, ctx.px(58), ctx.px(110));
  const Picture picture{ctx,          *tree,
                        layout,       way,
                        path.claim,   {origin.x + ctx.px(2), origin.y + ctx.px(2)},
                        column,       row,
                        column - gap, std::min(row - ctx.px(4), ctx.px(21))};
  for (const Placed& one : layout.placed) picture.link(one);
  for (const Placed& one : layout.placed) picture.draw(one);
  ImGui::SetCursorScreenPos({origin.x + column * float(layout.columns) - gap, origin.y + row * float(layout.rows)});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace exo::views
