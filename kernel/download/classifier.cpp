#include "kernel/download/classifier.hpp"

#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/deadlines.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/download/code_memory.hpp"
#include "kernel/download/downloads.hpp"
#include "kernel/download/tree_compiler.hpp"

namespace exo::kernel::classifier {

using abi::Event;
using download::Edge;
using download::Node;
using download::Relation;

namespace {
[[gnu::section(".workshop")]] Claim claims[abi::kMaxDownloads];
[[gnu::section(".workshop")]] download::Tree tree;
using Code = uint32_t (*)(const uint8_t* packet, uint32_t bytes);

// The tree can be walked when everything below Standing is done. No room: the claims are compared one by one for good.
enum class Stage : uint8_t { Start, Merge, Compile, Synchronise, Announce, ShowNodes, ShowEdges, Standing, NoRoom };
Stage stage;
uint32_t next;  // word, node or edge of this stage
uint32_t* room;
Code code;
uint32_t spent;
[[gnu::section(".workshop")]] download::TreeBuilder builder;
[[gnu::section(".workshop")]] download::TreeCompiler compiler;

bool is_claim(uint32_t number) { return claims[number].count != download::kNoClaim; }

uint32_t standing;  // claims

uint32_t compare_each(const uint8_t* packet, uint32_t bytes) {
  if (standing == 0) return 0;
  uint32_t best = 0, most = 0;
  for (uint32_t number = 1; number < abi::kMaxDownloads; ++number) {
    if (!is_claim(number)) continue;
    deadlines::poll();
    if (!matches(claims[number], packet, bytes)) continue;
    if (best != 0 && claims[number].bits <= most) continue;
    best = number;
    most = claims[number].bits;
  }
  return is_claim(best) ? best : 0;  // a deadline may have taken it meanwhile
}

// People read fields in network order.
void show_node(uint32_t number) {
  const Node& node = tree.node[number];
  const abi::Comparison field = download::shown({node.word, node.mask, 0});
  trace::emit(Event::TreeNode, number, field.offset | uint32_t(field.bytes) << 16, field.mask, node.otherwise);
}

// The way into the tree is an edge from no node; its claim is the one on every packet.
void show_way_in() {
  const uint32_t root = tree.nodes == 0 ? download::kNone : 0;
  trace::emit(Event::TreeEdge, download::kNone, 0, root, tree.every);
}

void show_edge(uint32_t number) {
  const Edge& edge = tree.edge[number];
  const Node& node = tree.node[edge.from];
  const uint32_t value = download::shown({node.word, node.mask, edge.value}).value;
  trace::emit(Event::TreeEdge, edge.from, value, edge.next, edge.claim);
}

Progress fail() {
  stage = Stage::NoRoom;
  return Progress::Refused;
}

Progress merge_next() {
  const Progress progress = builder.step();
  if (progress == Progress::Refused) return fail();
  if (progress == Progress::Done) {
    compiler.start(tree, room, download::kMostTreeWords, reinterpret_cast<uint32_t>(room));
    stage = Stage::Compile;
  }
  return Progress::More;
}

Progress compile_next() {
  const Progress progress = compiler.step();
  if (progress == Progress::Refused) return fail();
  if (progress == Progress::Done) {
    code = reinterpret_cast<Code>(compiler.code());
    stage = Stage::Synchronise;
    next = 0;
  }
  return Progress::More;
}

Progress synchronise_next() {
  constexpr uint32_t kWords = 512;
  const uint32_t left = compiler.words() - next, words = left < kWords ? left : kWords;
  processor::synchronise_code(compiler.code() + next, words);
  next += words;
  if (words == left) stage = Stage::Announce;
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
        show_way_in();
        stage = Stage::ShowEdges;
        next = 0;
      } else {
        show_node(next++);
      }
      break;
    default:
      if (next == tree.edges)
        stage = Stage::Standing;
      else
        show_edge(next++);
  }
  return stage == Stage::Standing ? Progress::Done : Progress::More;
}

void begin_anew() { stage = Stage::Start; }
}  // namespace

void initialise() {
  for (Claim& claim : claims) claim.count = download::kNoClaim;
  stage = Stage::NoRoom;
  code_memory::Search search;  // all of the memory is free yet
  search.start(download::kMostTreeWords);
  while (search.step() == Progress::More) {
  }
  room = search.room();
}

Result judge(const Claim& claim, uint32_t other, uint32_t within) {
  if (!is_claim(other)) return Result::of(within);
  const Relation how = relation(claim, claims[other]);
  if (how == Relation::Same) return Status::NotFree;
  if (how == Relation::Crossing) return Status::Overlaps;
  const bool narrower = within == 0 || claims[other].bits > claims[within].bits;
  return Result::of(how == Relation::Within && narrower ? other : within);
}

void add(uint32_t number, const Claim& claim) {
  claims[number] = claim;
  ++standing;
  begin_anew();
}

void remove(uint32_t number) {
  claims[number].count = download::kNoClaim;
  --standing;
  begin_anew();
}

Progress build_step() {
  if (stage == Stage::Standing) return Progress::Done;
  if (stage == Stage::NoRoom) return Progress::Refused;
  const uint32_t start = processor::clock();
  Progress progress = Progress::More;
  switch (stage) {
    case Stage::Start:
      builder.start(tree, claims);
      spent = 0;
      stage = Stage::Merge;
      break;
    case Stage::Merge:
      progress = merge_next();
      break;
    case Stage::Compile:
      progress = compile_next();
      break;
    case Stage::Synchronise:
      progress = synchronise_next();
      break;
    default:
      return show_next();
  }
  spent += processor::clock() - start;
  return progress;
}

void build_at_leisure() {
  constexpr uint32_t kLeisure = abi::ticks_of_micros(10);
  const uint32_t start = processor::clock();
  while (build_step() == Progress::More && processor::clock() - start < kLeisure) deadlines::poll();
}

uint32_t classify(const uint8_t* packet, uint32_t bytes) {
  if (stage != Stage::Standing) return compare_each(packet, bytes);
  return code(packet, bytes);
}

}  // namespace exo::kernel::classifier
