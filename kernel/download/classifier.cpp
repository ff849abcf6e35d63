#include "kernel/download/classifier.hpp"

#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/deadlines.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/download/code_memory.hpp"
#include "kernel/download/downloads.hpp"

namespace exo::kernel::classifier {

using abi::Event;
using download::Edge;
using download::Node;
using download::Relation;

namespace {
[[gnu::section(".workshop")]] Claim claims[abi::kMaxDownloads];  // count kNoClaim: none by this number
[[gnu::section(".workshop")]] download::Tree tree;
constexpr uint32_t kNoClaim = 0xffff'ffff;
constexpr uint32_t kRoom = 16'384;  // words: for the most claims there can be
using Code = uint32_t (*)(const uint8_t* packet, uint32_t bytes);

// The tree can be walked when everything below Standing is done. No room: the claims are compared one by one for good.
enum class Stage : uint8_t { Clear, Insert, Compile, Announce, ShowNodes, ShowEdges, Standing, NoRoom };
Stage stage;
uint32_t next;  // claim, node or edge of this stage
uint32_t* code;
uint32_t spent;
download::TreeCompiler compiler;

bool is_claim(uint32_t number) { return claims[number].count != kNoClaim; }

uint32_t compared_bits(const Claim& claim) {
  uint32_t bits = 0;
  for (uint32_t i = 0; i < claim.count; ++i)
    for (uint32_t mask = claim.comparison[i].mask; mask != 0; mask &= mask - 1) ++bits;
  return bits;
}

uint32_t compare_each(const uint8_t* packet, uint32_t bytes) {
  uint32_t best = 0, most = 0;
  for (uint32_t number = 1; number < abi::kMaxDownloads; ++number) {
    if (!is_claim(number)) continue;
    deadlines::poll();
    if (!matches(claims[number], packet, bytes)) continue;
    const uint32_t bits = compared_bits(claims[number]);
    if (best != 0 && bits <= most) continue;
    best = number;
    most = bits;
  }
  return best;
}

// The edge's node is found by walking: nobody needs it but the trace.
void show_edges_of(uint32_t node) {
  for (uint16_t e = tree.node[node].first_edge; e != download::kNone; e = tree.edge[e].sibling) {
    const Edge& edge = tree.edge[e];
    trace::emit(Event::TreeEdge, node, edge.value, edge.next, edge.claim);
  }
}

Progress fail() {
  stage = Stage::NoRoom;
  return Progress::Refused;
}

Progress insert_next() {
  while (next < abi::kMaxDownloads) {
    const uint32_t number = next++;
    if (is_claim(number)) return insert(tree, claims[number], uint8_t(number)) ? Progress::More : fail();
  }
  compiler.start(tree, code, kRoom);
  stage = Stage::Compile;
  return Progress::More;
}

Progress compile_next() {
  const Progress progress = compiler.step();
  if (progress == Progress::Refused) return fail();
  if (progress == Progress::Done) {
    processor::synchronise_code(code, compiler.words());
    stage = Stage::Announce;
  }
  return Progress::More;
}

Progress show_next() {
  switch (stage) {
    case Stage::Announce:
      trace::emit(Event::TreeBuilt, tree.nodes, tree.edges, compiler.words(), spent);
      stage = trace::enabled() ? Stage::ShowNodes : Stage::Standing;
      next = 0;
      break;
    case Stage::ShowNodes:
      if (next == tree.nodes) {
        stage = Stage::ShowEdges;
        next = 0;
      } else {
        const Node& n = tree.node[next];
        trace::emit(Event::TreeNode, next, n.offset | uint32_t(n.bytes) << 16, n.mask, n.otherwise);
        ++next;
      }
      break;
    default:
      if (next == tree.nodes)
        stage = Stage::Standing;
      else
        show_edges_of(next++);
  }
  return stage == Stage::Standing ? Progress::Done : Progress::More;
}

void begin_anew() { stage = Stage::Clear; }
}  // namespace

void initialise() {
  for (Claim& claim : claims) claim.count = kNoClaim;
  clear(tree);
  stage = Stage::NoRoom;
  code = code_memory::allocate(kRoom);
}

Result judge(const Claim& claim, uint32_t first, uint32_t end, uint32_t within) {
  for (uint32_t number = first; number < end; ++number) {
    if (!is_claim(number)) continue;
    const Relation how = relation(claim, claims[number]);
    if (how == Relation::Same) return Status::NotFree;
    if (how == Relation::Crossing) return Status::Overlaps;
    const bool narrower = within == 0 || compared_bits(claims[number]) > compared_bits(claims[within]);
    if (how == Relation::Within && narrower) within = number;
  }
  return Result::of(within);
}

void add(uint32_t number, const Claim& claim) {
  claims[number] = claim;
  begin_anew();
}

void remove(uint32_t number) {
  claims[number].count = kNoClaim;
  begin_anew();
}

Progress build_step() {
  if (stage == Stage::Standing) return Progress::Done;
  if (stage == Stage::NoRoom) return Progress::Refused;
  const uint32_t start = processor::clock();
  Progress progress = Progress::More;
  switch (stage) {
    case Stage::Clear:
      clear(tree);
      next = 1;
      spent = 0;
      stage = Stage::Insert;
      break;
    case Stage::Insert:
      progress = insert_next();
      break;
    case Stage::Compile:
      progress = compile_next();
      break;
    default:
      return show_next();
  }
  spent += processor::clock() - start;
  return progress;
}

uint32_t classify(const uint8_t* packet, uint32_t bytes) {
  if (stage != Stage::Standing) return compare_each(packet, bytes);
  return reinterpret_cast<Code>(code)(packet, bytes);
}

}  // namespace exo::kernel::classifier
