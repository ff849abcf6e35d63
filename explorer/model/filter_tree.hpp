// The tree of claims as the trace shows it, and the path of a packet through it, worked out from the packet's bytes.
//
// A node compares one field; an edge leads on for one value. What does not compare this field is behind `otherwise`,
// which is tried when no edge matches, or when nothing behind the edge does.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "explorer/model/history.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::model {

struct FilterTree {
  static constexpr std::uint32_t kNone = 0xffff;
  struct Edge {
    std::uint32_t value = 0, next = kNone, claim = 0;
  };
  struct Node {
    std::uint32_t offset = 0, bytes = 0, mask = 0;
    std::uint32_t otherwise = kNone;
    std::vector<Edge> edges;
  };
  std::vector<Node> nodes;
  std::uint32_t root = kNone;
  std::uint32_t every = 0;  ///< the claim on every packet, when no other matches; 0: none
  bool complete = false;    ///< as many nodes and edges as were announced
};

/// The tree announced by event `built` (TreeBuilt), as far as it was shown up to event `upto`.
[[nodiscard]] FilterTree tree_at(const History& history, EventNumber built, EventNumber upto);

/// One step of a packet: at a node, along an edge or (edge kNone) to otherwise.
struct TreeStep {
  std::uint32_t node = 0;
  std::uint32_t edge = FilterTree::kNone;  ///< index into the node's edges
  bool back = false;                       ///< nothing behind the edge matched: it came back and tries otherwise
  std::uint32_t field = 0;                 ///< what the packet has there, masked
  bool short_of = false;                   ///< it ends before the field
};
struct TreePath {
  std::uint32_t claim = 0;  ///< whose packet it is; 0: nobody claims it
  std::vector<TreeStep> steps;
};
[[nodiscard]] TreePath walk(const FilterTree& tree, std::span<const std::uint8_t> packet);

/// A field of 1, 2 or 4 bytes in network order; false: the packet ends before its end.
bool field_of(std::span<const std::uint8_t> packet, std::uint32_t offset, std::uint32_t bytes, std::uint32_t& value);
[[nodiscard]] bool matches(std::span<const abi::Comparison> claim, std::span<const std::uint8_t> packet);
/// How many bits a claim compares: of two that match, the one that compares more is the more specific.
[[nodiscard]] std::uint32_t compared_bits(std::span<const abi::Comparison> claim);

}  // namespace exo::model
