// Reading the tree back from its records, and walking it.
#include "explorer/model/filter_tree.hpp"

#include <algorithm>
#include <bit>

#include "explorer/model/decode.hpp"

namespace exo::model {

namespace {

constexpr std::uint32_t kMostNodes = 4096, kMostEdges = 8192;
constexpr EventNumber kFarthest = 100'000;
constexpr std::size_t kMostSteps = 4096;  ///< a hostile tree may go round

struct Walk {
  const FilterTree& tree;
  std::span<const std::uint8_t> packet;
  TreePath& path;

  std::uint32_t from(std::uint32_t number) {
    if (number >= tree.nodes.size() || path.steps.size() >= kMostSteps) return 0;
    const FilterTree::Node& node = tree.nodes[number];
    std::uint32_t value = 0;
    const bool there = field_of(packet, node.offset, node.bytes, value);
    value &= node.mask;
    const auto edge = there ? std::ranges::find(node.edges, value, &FilterTree::Edge::value) : node.edges.end();
    const std::size_t step = path.steps.size();
    path.steps.push_back({number, FilterTree::kNone, false, value, !there});
    if (edge != node.edges.end()) {
      path.steps[step].edge = std::uint32_t(edge - node.edges.begin());
      if (const std::uint32_t claim = from(edge->next); claim != 0) return claim;
      if (edge->claim != 0) return edge->claim;
      path.steps[step].back = true;
    }
    return from(node.otherwise);
  }
};

}  // namespace

bool field_of(std::span<const std::uint8_t> packet, std::uint32_t offset, std::uint32_t bytes, std::uint32_t& value) {
  value = 0;
  if (bytes > 4 || offset > packet.size() || packet.size() - offset < bytes) return false;
  for (std::uint32_t i = 0; i < bytes; ++i) value = value << 8 | packet[offset + i];
  return true;
}

bool matches(std::span<const abi::Comparison> claim, std::span<const std::uint8_t> packet) {
  return std::ranges::all_of(claim, [&](const abi::Comparison& one) {
    // What the mask leaves out at the field's end need not be there.
    const auto unused = std::min<std::uint32_t>(std::uint32_t(std::countr_zero(one.mask)) / 8, one.bytes);
    std::uint32_t value = 0;
    if (!field_of(packet, one.offset, one.bytes - unused, value)) return false;
    return unused < 4 && ((value << 8 * unused) & one.mask) == one.value;
  });
}

std::uint32_t compared_bits(std::span<const abi::Comparison> claim) {
  std::uint32_t bits = 0;
  for (const abi::Comparison& one : claim) bits += std::uint32_t(std::popcount(one.mask));
  return bits;
}

TreePath walk(const FilterTree& tree, std::span<const std::uint8_t> packet) {
  TreePath path;
  path.claim = Walk{tree, packet, path}.from(tree.root);
  if (path.claim == 0) path.claim = tree.every;
  return path;
}

FilterTree tree_at(const History& history, EventNumber built, EventNumber upto) {
  FilterTree tree;
  upto = std::min(upto, history.size());
  if (built == 0 || built > upto) return tree;
  const Event first = history.event(built);
  if (first.id != abi::Event::TreeBuilt) return tree;
  const std::uint32_t nodes = std::min(first.args[0], kMostNodes), edges = std::min(first.args[1], kMostEdges);
  std::uint32_t shown_nodes = 0, shown_edges = 0;
  bool way_in = false;
  upto = std::min(upto, built + kFarthest);
  for (EventNumber number = built + 1; number <= upto && (!way_in || shown_nodes + shown_edges < nodes + edges);)
    for (const abi::TraceRecord& record : history.records_from(number)) {
      if (number > upto || abi::Event(record.event) == abi::Event::TreeBuilt) {
        number = upto + 1;
        break;
      }
      const Event event = decode(record, number++, 0);
      if (event.id == abi::Event::TreeNode && event.args[0] < nodes) {
        if (tree.nodes.size() <= event.args[0]) tree.nodes.resize(event.args[0] + 1);
        FilterTree::Node& node = tree.nodes[event.args[0]];
        node.offset = event.args[1] & 0xffff;
        node.bytes = std::min(event.args[1] >> 16, 4u);
        node.mask = event.args[2];
        node.otherwise = event.args[3] & 0xffff;
        ++shown_nodes;
      } else if (event.id == abi::Event::TreeEdge && event.args[0] == FilterTree::kNone) {  // the way in
        tree.root = event.args[2] & 0xffff;
        tree.every = event.args[3] % abi::kMaxDownloads;
        way_in = true;
      } else if (event.id == abi::Event::TreeEdge && event.args[0] < tree.nodes.size() && shown_edges < edges) {
        tree.nodes[event.args[0]].edges.push_back(
            {event.args[1], event.args[2] & 0xffff, event.args[3] % abi::kMaxDownloads});
        ++shown_edges;
      }
    }
  tree.complete = way_in && shown_nodes == first.args[0] && shown_edges == first.args[1];
  return tree;
}

}  // namespace exo::model
