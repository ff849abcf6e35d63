// Claims merged: a tree of comparisons that finds, in one walk, the most specific claim that a packet matches (DPF:
// Engler and Kaashoek, SIGCOMM'96).
//
// A node compares one word of the packet; an edge leads on for one value. Claims that begin alike share their way as
// far as they do. What else a packet may match that came to a node is behind `otherwise`, which is tried when no edge
// matches, or when nothing behind the edge does: first what is behind the edge, then the edge's own claim, then
// `otherwise`. The claims are met in their order (claims.hpp), and those that one packet matches lie within each other,
// so the first that matches is the most specific.
#pragma once
#include "kernel/download/claims.hpp"
#include "kernel/download/program.hpp"

namespace exo::kernel::download {

inline constexpr uint32_t kMostNodes = 1024, kMostEdges = 2048;
inline constexpr uint16_t kNone = 0xffff;

struct Node {
  uint32_t mask;
  uint16_t word;
  uint16_t bytes_needed;  ///< of the shortest packet that can match a claim behind the edges
  uint16_t first_edge;
  uint16_t otherwise;  ///< node, or kNone; always a later one
  uint16_t from;       ///< the edge that leads here, or kNone
  uint16_t depth;      ///< edges on the way here
};
struct Edge {
  uint32_t value;    ///< masked
  uint16_t from;     ///< node
  uint16_t next;     ///< node, or kNone; always a later one
  uint16_t sibling;  ///< edge of a greater value, or kNone
  uint8_t claim;     ///< that ends here, or 0
};

struct Tree {
  uint32_t nodes, edges;
  uint8_t every;  ///< the claim on every packet, or 0
  Node node[kMostNodes];
  Edge edge[kMostEdges];
};

/// Makes a tree, in steps of at most some 500 instructions.
class TreeBuilder {
 public:
  /// `claims`: kMaxDownloads of them by number, the count of none kNoClaim; 0 is none. They don't change meanwhile.
  void start(Tree& tree, const Claim* claims);
  Progress step();  ///< Refused: no room

 private:
  Progress place_one();
  bool append(uint8_t number);
  uint16_t new_node(uint16_t from, const Field& field, uint32_t depth);
  uint16_t new_edge(uint16_t from, uint32_t value);

  Tree* tree_;
  const Claim* claims_;
  uint8_t order_[abi::kMaxDownloads];
  uint32_t placed_, next_;      ///< claims in order_; the claim to place, and then the place to append
  uint32_t low_, high_, hole_;  ///< between the first two is the next one's place; from the third on others have moved
  bool appending_;
  uint16_t last_node_[kMostFields];  ///< the way of the claim appended last
  uint16_t last_edge_[kMostFields];
  uint32_t last_length_;
};

}  // namespace exo::kernel::download
