#include "kernel/download/tree.hpp"

namespace exo::kernel::download {

namespace {
constexpr uint32_t kMovesInStep = 32;
}

void TreeBuilder::start(Tree& tree, const Claim* claims) {
  tree_ = &tree;
  claims_ = claims;
  tree.nodes = tree.edges = 0;
  tree.every = 0;
  placed_ = 0;
  next_ = 1;
  low_ = high_ = hole_ = 0;
  appending_ = false;
  last_length_ = 0;
}

Progress TreeBuilder::step() {
  if (!appending_) return place_one();
  if (next_ == placed_) return Progress::Done;
  return append(order_[next_++]) ? Progress::More : Progress::Refused;
}

// One comparison of a search for the claim's place among those placed, or some moves to make room for it.
Progress TreeBuilder::place_one() {
  while (next_ < abi::kMaxDownloads && claims_[next_].count == kNoClaim) ++next_;
  if (next_ == abi::kMaxDownloads) {
    appending_ = true;
    next_ = 0;
    return Progress::More;
  }
  if (low_ < high_) {
    const uint32_t middle = (low_ + high_) / 2;
    if (before(claims_[next_], claims_[order_[middle]]))
      high_ = middle;
    else
      low_ = middle + 1;
    return Progress::More;
  }
  for (uint32_t some = 0; some < kMovesInStep && hole_ != low_; ++some, --hole_) order_[hole_] = order_[hole_ - 1];
  if (hole_ != low_) return Progress::More;
  order_[low_] = uint8_t(next_++);
  low_ = 0;
  high_ = hole_ = ++placed_;
  return Progress::More;
}

uint16_t TreeBuilder::new_node(uint16_t from, const Field& field, uint32_t depth) {
  tree_->node[tree_->nodes] = {field.mask, uint16_t(field.word), uint16_t(kNone), kNone, kNone, from, uint16_t(depth)};
  return uint16_t(tree_->nodes++);
}

uint16_t TreeBuilder::new_edge(uint16_t from, uint32_t value) {
  tree_->edge[tree_->edges] = {value, from, kNone, kNone, 0};
  return uint16_t(tree_->edges++);
}

// The claims come in order: whatever a claim shares with any before it, it shares with the last one.
bool TreeBuilder::append(uint8_t number) {
  const Claim& claim = claims_[number];
  if (tree_->nodes + claim.count > kMostNodes || tree_->edges + claim.count > kMostEdges) return false;
  if (claim.count == 0) {
    tree_->every = number;
    return true;
  }
  const Field& last = claim.field[claim.count - 1];
  const uint16_t needed = uint16_t(bytes_needed(last.word, last.mask));
  uint16_t from = kNone;
  bool shared = true;
  for (uint32_t depth = 0; depth < claim.count; ++depth) {
    const Field& field = claim.field[depth];
    shared = shared && depth < last_length_;
    uint16_t node = kNone, edge = kNone;
    if (shared) {
      node = last_node_[depth];
      edge = last_edge_[depth];
      shared = tree_->edge[edge].value == field.value;
    }
    const bool same_node =
        node != kNone && tree_->node[node].word == field.word && tree_->node[node].mask == field.mask;
    if (!same_node) {
      const uint16_t later = new_node(from, field, depth);
      if (node != kNone)
        tree_->node[node].otherwise = later;
      else if (from != kNone)
        tree_->edge[from].next = later;
      node = later;
      shared = false;
    }
    if (!shared) {
      const uint16_t later = new_edge(node, field.value);
      if (same_node)
        tree_->edge[edge].sibling = later;
      else
        tree_->node[node].first_edge = later;
      edge = later;
    }
    Node& here = tree_->node[node];
    if (needed < here.bytes_needed) here.bytes_needed = needed;
    last_node_[depth] = node;
    last_edge_[depth] = edge;
    from = edge;
  }
  last_length_ = claim.count;
  tree_->edge[from].claim = number;
  return true;
}

}  // namespace exo::kernel::download
