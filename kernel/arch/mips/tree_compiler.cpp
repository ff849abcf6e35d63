// The tree of claims as MIPS32 code: a load, a comparison and a branch for each field, whose delay slot loads the next.
#include "kernel/download/tree_compiler.hpp"

#include "kernel/arch/mips/assembler.hpp"

namespace exo::kernel::download {

using namespace mips;

namespace {
// a0: packet, a1: its bytes. A field is in t0 or t2, by turns: the next one can be loaded before it is known whether
// the way leads there. t1: whatever it is compared with.
constexpr Register field_register(const Node& node) { return node.depth % 2 == 0 ? kT0 : kT2; }
constexpr Register kConstant = kT1;

constexpr uint32_t kFew = 3;           ///< so many values are compared one after another
constexpr uint32_t kWordsInStep = 64;  ///< no step writes more
// So much is done in a step.
constexpr uint32_t kReturnsInStep = 10, kLevelsInStep = 12, kEdgesInStep = 12, kValuesInStep = 6, kEntriesInStep = 8;
constexpr uint32_t kDispatch = 7;  ///< instructions of a jump through a table
constexpr uint32_t kWorthIt = 2;   ///< instructions that it must save in the worst case: it costs some in the best

constexpr uint32_t kToClear = 0xffff'ffff;  ///< done: not even the entries are clear

constexpr bool is_run_of_ones(uint32_t mask, uint32_t& low, uint32_t& bits) {
  for (low = 0; (mask >> low & 1) == 0;) ++low;
  for (bits = 0; low + bits < 32 && (mask >> (low + bits) & 1) != 0;) ++bits;
  return uint64_t{mask} >> low == (uint64_t{1} << bits) - 1;
}
constexpr uint32_t halvings(uint32_t count) {
  uint32_t steps = 0;
  for (; count > kFew; count -= count / 2) ++steps;
  return steps;
}
constexpr uint32_t greater(uint32_t a, uint32_t b) { return a < b ? b : a; }
}  // namespace

void TreeCompiler::start(const Tree& tree, uint32_t* words, uint32_t room, uint32_t address) {
  tree_ = &tree;
  words_ = words;
  room_ = at_ = room < kMostTreeWords ? room : kMostTreeWords;
  address_ = address;
  longest_ = 0;
  stage_ = Stage::Returns;
  next_ = 0;
}

Progress TreeCompiler::step() {
  if (at_ < kWordsInStep) return Progress::Refused;
  switch (stage_) {
    case Stage::Returns:
      write_returns();
      break;
    case Stage::Begin:
      if (next_ == 0) {
        if (tree_->nodes == 0) longest_ = 2;
        return Progress::Done;
      }
      begin_node();
      break;
    case Stage::Fail:
      find_fail();
      break;
    case Stage::Gather:
      gather();
      break;
    case Stage::Choose:
      choose();
      break;
    case Stage::Link:
      link();
      break;
    case Stage::Buckets:
      write_bucket();
      break;
    case Stage::Align:
      align();
      break;
    case Stage::Table:
      write_table();
      break;
    case Stage::Search:
      write_range();
      break;
    case Stage::Load:
      write_load();
      if (longest_ > kLongestWalk) return Progress::Refused;
      break;
  }
  return Progress::More;
}

// Some of the claims' returns; the last is what no edge leads to: the claim on every packet, or nobody's.
void TreeCompiler::write_returns() {
  for (uint32_t some = 0; some < kReturnsInStep; ++some) {
    if (next_ == tree_->edges) {
      emit_return(tree_->every);
      return_[tree_->every] = {uint16_t(at_), 2, 0};
      next_ = tree_->nodes;
      stage_ = Stage::Begin;
      return;
    }
    const uint8_t claim = tree_->edge[next_++].claim;
    if (claim == 0) continue;
    emit_return(claim);
    return_[claim] = {uint16_t(at_), 2, 0};
  }
}

void TreeCompiler::begin_node() {
  node_ = uint16_t(--next_);
  const Node& node = tree_->node[node_];
  access_ = access(node);
  climbed_ = node_;
  edges_ = 0;
  sibling_ = node.first_edge;
  behind_edges_ = 0;
  stage_ = Stage::Fail;
}

// Where to go on when nothing matches at the node: all of it comes later in the tree, so it is written.
void TreeCompiler::find_fail() {
  for (uint32_t some = 0; some < kLevelsInStep; ++some) {
    const Node& here = tree_->node[climbed_];
    if (here.otherwise != kNone) return fail_to(entry_[here.otherwise]);
    if (here.from == kNone) return fail_to(return_[tree_->every]);
    const Edge& from = tree_->edge[here.from];
    if (from.claim != 0) return fail_to(return_[from.claim]);
    climbed_ = from.from;
  }
}

void TreeCompiler::fail_to(const Place& place) {
  fail_ = place;
  stage_ = Stage::Gather;
}

void TreeCompiler::gather() {
  for (uint32_t some = 0; some < kEdgesInStep; ++some) {
    edge_[edges_++] = sibling_;
    behind_edges_ = greater(behind_edges_, behind(sibling_).longest);
    sibling_ = tree_->edge[sibling_].sibling;
    if (sibling_ == kNone) return begin_search();
  }
}

// One value: it is compared, and what is behind follows at once. Many: perhaps a jump table.
void TreeCompiler::begin_search() {
  for (bits_ = 0; 1u << bits_ < 2u * edges_;) ++bits_;
  if (bits_ > access_.bits) bits_ = access_.bits;
  if (edges_ <= kFew) return begin_halving();
  low_ = fullest_ = 0;
  done_ = kToClear;
  least_full_ = kFew + 1;
  stage_ = Stage::Choose;
}

uint32_t TreeCompiler::bucket(uint32_t edge) const { return key(edge_[edge]) >> low_ & ((1u << bits_) - 1); }

// How many values the fullest entry would have, with the bits from low_ on. More than a few are as bad as any.
void TreeCompiler::choose() {
  if (done_ == kToClear) return clear_entries();
  for (uint32_t some = 0; some < kValuesInStep && done_ < edges_ && fullest_ < least_full_; ++some) {
    const uint32_t count = ++count_[bucket(done_++)];
    if (count > fullest_) fullest_ = count;
  }
  if (done_ < edges_ && fullest_ < least_full_) return;
  if (fullest_ < least_full_) {
    least_full_ = fullest_;
    best_low_ = low_;
  }
  fullest_ = 0;
  done_ = kToClear;
  if (least_full_ == 1 || ++low_ + bits_ > access_.bits) decide();
}

void TreeCompiler::decide() {
  const uint32_t compare = access_.constant + 2;
  const uint32_t by_table = kDispatch + least_full_ * compare;
  const uint32_t by_halves = halvings(edges_) * (access_.split + 2) + kFew * compare;
  if (least_full_ > kFew || by_table + kWorthIt > by_halves) return begin_halving();
  search_ = by_table + greater(behind_edges_, fail_.longest + 2u);
  low_ = best_low_;
  stage_ = Stage::Link;
}

void TreeCompiler::clear_entries() {
  auto* const four = reinterpret_cast<uint32_t*>(count_);
  for (uint32_t i = 0; i < 1u << bits_ >> 2; ++i) four[i] = 0;
  done_ = 0;
}

void TreeCompiler::link() {
  if (done_ == kToClear) return clear_entries();
  for (uint32_t some = 0; some < kValuesInStep; ++some) {
    uint8_t& first = count_[bucket(done_)];
    another_[done_++] = first;
    first = uint8_t(done_);
    if (done_ < edges_) continue;
    done_ = 1u << bits_;
    stage_ = Stage::Buckets;
    return;
  }
}

void TreeCompiler::write_bucket() {
  --done_;
  uint16_t edges[kFew];
  uint32_t count = 0;
  for (uint32_t edge = count_[done_]; edge != 0; edge = another_[edge - 1]) edges[count++] = edge_[edge - 1];
  if (count != 0) {
    write_few(edges, count);
    label_[done_] = uint16_t(at_);
  }
  if (done_ == 0) stage_ = Stage::Align;
}

// The table's entries, of two words, end where as much room before them begins at a multiple of their size.
void TreeCompiler::align() {
  for (uint32_t some = 0; some < 2 * kEntriesInStep; ++some) {
    if ((address_ + 4 * at_) % (8u << bits_) == 0) {
      done_ = 1u << bits_;
      stage_ = Stage::Table;
      return;
    }
    emit(kNop);
  }
}

void TreeCompiler::write_table() {
  for (uint32_t some = 0; some < kEntriesInStep; ++some) {
    --done_;
    if (count_[done_] != 0)
      emit_jump({label_[done_], 0, 1});
    else
      emit_jump(fail_);
    if (done_ == 0) return write_dispatch();
  }
}

void TreeCompiler::write_dispatch() {
  const uint32_t table = address_ + 4 * at_;
  const Register field = field_register(tree_->node[node_]), entry = low_ == 0 ? field : kV0;
  emit(kNop);
  emit(jr(kConstant));
  emit(ins(kConstant, entry, 3, bits_));
  if (low_ != 0) emit(ext(entry, field, low_, bits_));
  emit(ori(kConstant, kConstant, table & 0xffff));
  emit(lui(kConstant, table >> 16));
  stage_ = Stage::Load;
}

void TreeCompiler::begin_halving() {
  const uint32_t compare = access_.constant + 2;
  search_ = edges_ == 1 ? compare + greater(behind_edges_, fail_.longest)
                        : halvings(edges_) * (access_.split + 2) + compare * (edges_ < kFew ? edges_ : kFew) +
                              greater(behind_edges_, fail_.longest + 2u);
  range_[0] = {0, edges_, 0, 0};
  ranges_ = 1;
  stage_ = Stage::Search;
}

// The middle is where `end` began when a half was written.
void TreeCompiler::write_range() {
  Range& range = range_[ranges_ - 1];
  const uint8_t middle = uint8_t((range.first + range.end) / 2);
  if (range.end - range.first <= int(kFew)) {
    write_few(edge_ + range.first, uint32_t(range.end - range.first));
    --ranges_;
  } else if (range.halves == 0) {
    range.halves = 1;
    range_[ranges_++] = {middle, range.end, 0, 0};
  } else if (range.halves == 1) {
    range.halves = 2;
    range.right = uint16_t(at_);
    range_[ranges_++] = {range.first, middle, 0, 0};
  } else {
    write_split(range);
    --ranges_;
  }
  if (ranges_ == 0) stage_ = Stage::Load;
}

// Values one after another. The last one is best a value behind which the code that has just been written goes on, else
// one with a claim of its own.
void TreeCompiler::write_few(const uint16_t* edges, uint32_t count) {
  uint32_t last = count - 1;
  for (uint32_t i = 0; i < count; ++i) {
    const Place place = behind(edges[i]);
    if (place.is_node == 0 && behind(edges[last]).is_node != 0) last = i;
    if (place.word == at_) {
      last = i;
      break;
    }
  }
  write_last(edges[last]);
  const Register field = field_register(tree_->node[node_]);
  for (uint32_t i = count; i-- != 0;) {
    if (i == last) continue;
    const Place place = behind(edges[i]);
    if (place.is_node != 0)
      emit_branch(beq(field, kConstant), place);
    else
      emit_branch(beq(field, kConstant), place.word, take_next());  // the next constant
    emit_constant(key(edges[i]));
  }
}

void TreeCompiler::write_last(uint16_t edge) {
  const Register field = field_register(tree_->node[node_]);
  const Place place = behind(edge);
  if (place.is_node == 0) {
    emit_return(tree_->edge[edge].claim);
    emit_branch(bne(field, kConstant), fail_);
  } else if (place.word == at_) {
    emit_branch(bne(field, kConstant), fail_.word, take_next());
  } else {
    emit_jump(fail_);
    emit_branch(beq(field, kConstant), place);
  }
  emit_constant(key(edge));
}

// Less than the first value of the right half: go on to the left one, which has just been written.
void TreeCompiler::write_split(const Range& range) {
  const uint32_t middle = key(edge_[(range.first + range.end) / 2]);
  const Register field = field_register(tree_->node[node_]);
  emit_branch(beq(kConstant, kZero), range.right, take_next());
  if (fits_signed(middle)) {
    emit(sltiu(kConstant, field, middle));
  } else {
    emit(sltu(kConstant, field, kConstant));
    emit_constant(middle);
  }
}

void TreeCompiler::write_load() {
  const Node& node = tree_->node[node_];
  const Register field = field_register(node);
  if (access_.literal != 0) {
    emit(and_(field, field, kConstant));
    emit_constant(access_.literal);
  }
  if (access_.mask != 0) emit(access_.mask);
  const uint32_t known = node.from == kNone ? 0 : tree_->node[tree_->edge[node.from].from].bytes_needed;
  uint32_t longest = access_.before + search_;
  if (node.bytes_needed > known) {
    emit_branch(bne(kConstant, kZero), fail_.word, access_.load);
    emit(sltiu(kConstant, kA1, node.bytes_needed));
    longest = greater(longest, fail_.longest + 1u) + 2;
  } else {
    emit(access_.load);
  }
  // Longer ones are refused, whatever they are exactly.
  longest_ = longest;
  entry_[node_] = {uint16_t(at_), uint16_t(longest & 0x7fff), 1};
  stage_ = Stage::Begin;
}

TreeCompiler::Access TreeCompiler::access(const Node& node) const {
  const Register field = field_register(node);
  const uint32_t mask = node.mask, at = 4u * node.word - 2;
  for (uint32_t byte = 0; byte < 4; ++byte) {
    const uint32_t within = mask >> (8 * byte);
    if (mask != within << (8 * byte) || within > 0xff) continue;
    const uint32_t narrow = within == 0xff ? 0 : andi(field, field, within);
    return {lbu(field, at + byte, kA0), narrow, 0, 8 * byte, false, 1u + (narrow != 0), 1, 1, 8};
  }
  for (uint32_t half = 0; half < 2; ++half) {
    const uint32_t within = mask >> (16 * half);
    if (mask != within << (16 * half) || within > 0xffff) continue;
    if (within == 0xffff) return {lh(field, at + 2 * half, kA0), 0, 0, 16 * half, true, 1, 1, 1, 16};
    return {lhu(field, at + 2 * half, kA0), andi(field, field, within), 0, 16 * half, false, 2, 1, 2, 16};
  }
  uint32_t low, bits;
  if (mask == 0xffff'ffff) return {lw(field, at, kA0), 0, 0, 0, false, 1, 2, 3, 32};
  if (is_run_of_ones(mask, low, bits))
    return {lw(field, at, kA0), ext(field, field, low, bits), 0, low, false, 2, 2, 3, bits};
  return {lw(field, at, kA0), 0, mask, 0, false, 4, 2, 3, 32};
}

/// What the value of an edge is in the field's register.
uint32_t TreeCompiler::key(uint16_t edge) const {
  const uint32_t value = tree_->edge[edge].value >> access_.shift;
  return access_.sign && (value & 0x8000) != 0 ? value | 0xffff'0000 : value;
}

TreeCompiler::Place TreeCompiler::behind(uint16_t edge) const {
  const Edge& here = tree_->edge[edge];
  return here.next != kNone ? entry_[here.next] : return_[here.claim];
}

void TreeCompiler::emit_constant(uint32_t value) {
  if (fits_signed(value)) return emit(addiu(kConstant, kZero, value));
  if (fits_unsigned(value)) return emit(ori(kConstant, kZero, value));
  if ((value & 0xffff) == 0) return emit(lui(kConstant, value >> 16));
  emit(ori(kConstant, kConstant, value & 0xffff));
  emit(lui(kConstant, value >> 16));
}

void TreeCompiler::emit_return(uint32_t claim) {
  emit(addiu(kV0, kZero, claim));
  emit(jr(kRa));
}

void TreeCompiler::emit_branch(uint32_t branch, uint32_t to, uint32_t slot) {
  emit(slot);
  emit(branch);
  words_[at_] = leading(branch, at_, to);
}

/// Two words, whatever the place.
void TreeCompiler::emit_jump(const Place& to) {
  if (to.is_node != 0)
    emit_branch(branch(), to);
  else
    emit_return(words_[to.word + 1] & 0xffff);
}

/// To a node past its first instruction, which is done on the way.
void TreeCompiler::emit_branch(uint32_t branch, const Place& to) {
  if (to.is_node != 0)
    emit_branch(branch, to.word + 1u, words_[to.word]);
  else
    emit_branch(branch, to.word, kNop);
}

}  // namespace exo::kernel::download
