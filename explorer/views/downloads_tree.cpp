// The tree of claims, drawn from left to right, and the way that a packet takes through it by its bytes, beside what
// the kernel made of the same packet.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "explorer/model/words.hpp"
#include "explorer/packets/describe.hpp"
#include "explorer/views/downloads_parts.hpp"
#include "explorer/views/objects.hpp"
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
  bool arp = false;                    ///< the packet is known to be an ARP packet here
};

struct Layout {
  std::vector<Placed> placed;
  std::size_t rows = 0, columns = 0;
};

/// Nodes stand where the first of what is behind them stands; what is tried otherwise stands below.
void place(const model::FilterTree& tree, std::uint32_t number, const Placed& at, std::set<std::uint32_t>& seen,
           Layout& out) {
  if (number >= tree.nodes.size() || at.column > kDeepest || !seen.insert(number).second) return;
  const std::size_t self = out.placed.size();
  out.placed.push_back(at);
  out.placed.back().node = number;
  out.placed.back().row = out.rows;
  out.columns = std::max(out.columns, at.column + 1);
  const model::FilterTree::Node& node = tree.nodes[number];
  const std::size_t before = out.rows;
  for (std::uint32_t i = 0; i < node.edges.size(); ++i) {
    const auto& one = node.edges[i];
    Placed behind;
    behind.edge = i;
    behind.column = at.column + 1;
    behind.from = self;
    behind.arp = at.arp || says_arp(node.offset, node.bytes, one.value);
    if (one.next != kNone) place(tree, one.next, behind, seen, out);
    if (one.claim == 0) continue;
    behind.claim = one.claim;
    behind.row = out.rows++;
    out.placed.push_back(behind);
    out.columns = std::max(out.columns, at.column + 2);
  }
  if (out.rows == before) ++out.rows;
  Placed below;
  below.column = at.column;
  below.from = self;
  below.otherwise = true;
  below.arp = at.arp;
  if (node.otherwise != kNone) place(tree, node.otherwise, below, seen, out);
}

Layout lay_out(const model::FilterTree& tree) {
  Layout layout;
  std::set<std::uint32_t> seen;
  place(tree, tree.root, {}, seen, layout);
  return layout;
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
    if (step.edge != kNone) way.edges.insert({step.node, step.edge});
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
  std::vector<float> x{}, width{};  ///< by column
  float pitch = 0, height = 0;
  bool brief = false;  ///< names, for want of room

  /// Columns as wide as their words, gaps as wide as the values on their edges; returns the whole width.
  float measure();
  void stretch(float by);
  [[nodiscard]] std::string name(const Placed& one) const {
    if (one.claim != 0)
      return fmt::format("{} \u00b7 {}", one.claim, model::env_name(ctx.state, ctx.state.downloads[one.claim].owner));
    const model::FilterTree::Node& node = tree.nodes[one.node];
    return field_name(node.offset, node.bytes, node.mask, one.arp, brief);
  }
  [[nodiscard]] std::string value(const Placed& one) const {
    const Placed& parent = layout.placed[one.from];
    const model::FilterTree::Node& node = tree.nodes[parent.node];
    return field_value(node.offset, node.bytes, node.mask, node.edges[one.edge].value, parent.arp);
  }
  [[nodiscard]] Box box(const Placed& one) const {
    const float left = origin.x + x[one.column], top = origin.y + pitch * float(one.row);
    const float wide = text_width(ctx.fonts.small, name(one)) + ctx.px(one.claim != 0 ? 22 : 14);
    return {{left, top}, {left + std::min(width[one.column], wide), top + height}};
  }
  [[nodiscard]] bool on_way(const Placed& one) const {
    if (one.claim != 0) return one.claim == claim && way.edges.contains({layout.placed[one.from].node, one.edge});
    return way.nodes.contains(one.node);
  }
  void link(const Placed& one) const;
  void label(const Placed& one) const;
  void draw(const Placed& one) const;
};

float Picture::measure() {
  width.assign(layout.columns, 0);
  x.assign(layout.columns + 1, 0);
  std::vector<float> gap(layout.columns + 1, 0);
  for (const Placed& one : layout.placed) {
    const float wide = text_width(ctx.fonts.small, name(one)) + ctx.px(one.claim != 0 ? 22 : 14);
    width[one.column] = std::max(width[one.column], wide);
    if (!one.otherwise && one.from < layout.placed.size())
      gap[one.column] = std::max(gap[one.column], text_width(ctx.fonts.mono_small, value(one)) + ctx.px(30));
  }
  for (std::size_t i = 0; i < layout.columns; ++i) {
    x[i] += gap[i];
    x[i + 1] = x[i] + width[i];
  }
  return x[layout.columns];
}

void Picture::stretch(float by) {
  const float each = by / float(std::max<std::size_t>(2, layout.columns) - 1);
  for (std::size_t i = 1; i < layout.columns; ++i) x[i] += each * float(i);
}

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
    const float down = from.min.x + ctx.px(10);
    list->AddLine({down, from.max.y}, {down, to.min.y}, ink, thick);
    return;
  }
  const ImVec2 a{from.max.x, from.centre().y}, b{to.min.x, to.centre().y};
  const float bend = std::min((b.x - a.x) * 0.5f, ctx.px(40));
  list->AddBezierCubic(a, {a.x + bend, a.y}, {b.x - bend, b.y}, b, ink, thick);
}

void Picture::label(const Placed& one) const {
  if (one.otherwise || one.from >= layout.placed.size()) return;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Box to = box(one);
  const bool on = way.edges.contains({layout.placed[one.from].node, one.edge}) && on_way(one);
  const std::string words = value(one);
  const float wide = text_width(ctx.fonts.mono_small, words);
  const ImVec2 at{to.min.x - ctx.px(10) - wide, to.centre().y - ctx.fonts.mono_small->FontSize / 2};
  list->AddRectFilled({at.x - ctx.px(3), at.y}, {at.x + wide + ctx.px(3), at.y + ctx.fonts.mono_small->FontSize},
                      t.panel);
  draw_text(list, ctx.fonts.mono_small, at, on ? t.accent : t.soft, words);
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
                  place.width() - ctx.px(14), env_ink(t, owner), name(one));
    if (over.hovered)
      tooltip(ctx, fmt::format("{} of {}: {}", download_name(ctx.state, one.claim), model::env_name(ctx.state, owner),
                               plural(ctx.state.downloads[one.claim].calls, "packet")));
    choose(ctx, over, Selection::Kind::Download, one.claim);
    return;
  }
  const model::FilterTree::Node& node = tree.nodes[one.node];
  const Touch over = touch(ctx, fmt::format("node {}", one.node), place);
  list->AddRectFilled(place.min, place.max, over.hovered ? t.card_hover : t.card, ctx.px(3));
  list->AddRect(place.min, place.max, on ? t.accent : t.line, ctx.px(3), 0, ctx.px(on ? 2.0f : 1.0f));
  draw_text_cut(list, ctx.fonts.small, {place.min.x + ctx.px(6), place.centre().y - ctx.fonts.small->FontSize / 2},
                place.width() - ctx.px(8), on ? t.text : t.soft, name(one));
  if (over.hovered)
    tooltip(ctx, fmt::format("Node {} compares {}: offset {}, {}, mask {:x}", one.node, name(one), node.offset,
                             plural(node.bytes, "byte"), node.mask));
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

ImVec2 tree_size(const ViewContext& ctx) {
  const model::FilterTree* tree = tree_shown(ctx);
  if (tree == nullptr) return {};
  const Layout layout = lay_out(*tree);
  if (layout.placed.empty()) return {};
  const Way way;
  Picture picture{ctx, *tree, layout, way, 0, {}};
  picture.brief = true;
  return {picture.measure() + ctx.px(16), ctx.px(66) + ctx.px(20) * float(layout.rows)};
}

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
  const Layout layout = lay_out(*tree);
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
  const auto rows = float(std::max<std::size_t>(1, layout.rows));
  Picture picture{ctx, *tree, layout, way, path.claim, {origin.x + ctx.px(2), origin.y + ctx.px(2)}};
  picture.pitch = std::clamp((height - ctx.px(8)) / rows, ctx.px(20), ctx.px(32));
  picture.height = std::min(picture.pitch - ctx.px(4), ctx.px(22));
  const float room = box.width() - ctx.px(16);
  float wide = picture.measure();
  if (wide > room) {
    picture.brief = true;
    wide = picture.measure();
  }
  if (wide < room) picture.stretch(std::min(room - wide, ctx.px(90) * float(layout.columns)));
  for (const Placed& one : layout.placed) picture.link(one);
  for (const Placed& one : layout.placed) picture.label(one);
  for (const Placed& one : layout.placed) picture.draw(one);
  ImGui::SetCursorScreenPos({origin.x + wide, origin.y + picture.pitch * rows});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace exo::views
