// Claims on packets, merged: a tree of comparisons that finds, in one walk, the most specific claim that a packet
// matches (DPF: Engler and Kaashoek, SIGCOMM'96).
//
// A node compares one field; an edge leads on for one value. Claims that do not compare this field are behind
// `otherwise`, which is tried when no edge matches, or when nothing behind the edge does. An edge with a claim: what is
// left when nothing behind it matches. Since claims that overlap are always one within the other, the first found is
// the most specific.
#pragma once
#include "kernel/abi/downloads.hpp"
#include "kernel/download/program.hpp"

namespace exo::kernel::download {

using abi::Comparison;

inline constexpr uint32_t kMostNodes = 1024, kMostEdges = 2048;
inline constexpr uint16_t kNone = 0xffff;

struct Node {
  uint16_t offset;
  uint8_t bytes;
  uint32_t mask;
  uint16_t first_edge;  ///< or kNone
  uint16_t otherwise;   ///< node, or kNone
};
struct Edge {
  uint32_t value;  ///< network order, masked
  uint16_t next;   ///< node, or kNone
  uint16_t sibling;
  uint8_t claim;  ///< or 0
};

/// A claim as it is kept: in canonical order, no field twice.
struct Claim {
  uint32_t count;
  Comparison comparison[abi::kMostComparisons];
};

enum class Relation : uint8_t { Disjoint, Same, Within, Around, Crossing };
/// Puts comparisons into canonical order. False: one contradicts another, or is not well formed.
bool canonical(Claim& claim);
/// How the packets of `a` lie to those of `b`.
Relation relation(const Claim& a, const Claim& b);
bool matches(const Claim& claim, const uint8_t* packet, uint32_t bytes);

struct Tree {
  uint32_t nodes, edges;
  uint16_t root;
  Node node[kMostNodes];
  Edge edge[kMostEdges];
};
void clear(Tree& tree);
/// False: no room.
bool insert(Tree& tree, const Claim& claim, uint8_t number);

/// Compiles a tree into code called as uint32_t code(const uint8_t* packet, uint32_t bytes): the claim, or 0.
class TreeCompiler {
 public:
  void start(const Tree& tree, uint32_t* words, uint32_t room);
  /// One node; Refused: no room.
  Progress step();
  [[nodiscard]] uint32_t words() const { return at_; }

 private:
  const Tree* tree_;
  uint32_t* words_;
  uint32_t room_, at_;
};

}  // namespace exo::kernel::download
