// The paths of a program, depth first, as a tree: where they fork, where they meet, where they end.
#include "kernel/download/costs.hpp"
#include "kernel/download/structure.hpp"
#include "kernel/download/verifier.hpp"

namespace exo::kernel::download {
namespace {

using namespace abi::bpf;

/// Parts of a state that one step copies or compares.
constexpr uint32_t kValuesAStep = 2;
constexpr uint32_t kValues = kRegisters + kSlots;
constexpr uint32_t kAllLive = 0xffff'ffff;
constexpr Value kNothing = {Kind::Unset, 0, 0, 0, 0, kAnything};

/// Registers first, then the stack from r10 down: most programs use little of it.
const Value& value_of(const State& state, uint32_t index) {
  if (index < kRegisters) return state.registers[index];
  const uint32_t slot = kValues - 1 - index;
  return slot >= state.lowest_slot ? state.slots[slot] : kNothing;
}

constexpr uint32_t values_of(const State& state) { return kRegisters + kSlots - state.lowest_slot; }

/// Copies a part. True: that was the last one.
bool copy(State& to, const State& from, uint32_t& cursor) {
  const uint32_t end = values_of(from);
  for (uint32_t i = 0; i < kValuesAStep && cursor < end; ++i, ++cursor)
    (cursor < kRegisters ? to.registers[cursor] : to.slots[kValues - 1 - cursor]) = value_of(from, cursor);
  if (cursor < end) return false;
  for (uint32_t i = 0; i < from.depth; ++i) to.frames[i] = from.frames[i];
  to.depth = from.depth;
  to.lowest_slot = from.lowest_slot;
  to.at = from.at;
  to.node = from.node;
  to.cost = from.cost;
  return true;
}

/// Will they come back by the same way?
bool same_frames(const State& a, const State& b) {
  if (a.depth != b.depth) return false;
  for (uint32_t i = 0; i < a.depth; ++i)
    if (a.frames[i].back != b.frames[i].back || a.frames[i].base != b.frames[i].base) return false;
  return true;
}

}  // namespace

void Verifier::begin_paths() {
  kept_per_place_ = places_ == 0 ? 0 : kMostKept / places_;
  if (kept_per_place_ > kMostKeptAtPlace) kept_per_place_ = kMostKeptAtPlace;
  memory_->nodes[0] = {kNoNode, 1, 0, 0};
  nodes_ = 1;
  waiting_ = 0;
  State& state = now();
  for (Value& value : state.registers) value = kNothing;
  state.registers[kFramePointer] = pointer_value(Kind::Stack);
  state.registers[1] = pointer_value(rules_.has_context() ? Kind::Context : Kind::Memory);
  if (!rules_.has_context()) state.registers[2] = number_value(constant(rules_.memory_bytes));
  state.depth = 0;
  state.lowest_slot = kSlots;
  state.node = 0;
  state.cost = kEntryAndExit;
  go(0);
}

/// What is not read any more makes no difference. Nor does a number that only the result is made of, so at a place that
/// paths keep coming to it is forgotten: else a sum makes every turn of a loop another state.
void Verifier::arrive() {
  constexpr uint32_t kOften = 4;
  State& state = now();
  const uint32_t live = all_live_ ? kAllLive : memory_->live[state.at];
  const bool often = memory_->kept_at[memory_->place[state.at]] >= kOften;
  for (uint32_t i = 0; i < kFramePointer; ++i) {
    Value& value = state.registers[i];
    if ((live & 1u << i) == 0) {
      value.kind = Kind::Unset;
    } else if (often && (live & 0x1'0000u << i) == 0 && value.kind == Kind::Number) {
      value = number_value(value.number.narrow() ? anything_of(4) : kAnything);
    }
  }
  compared_ = 0;
  next_kept();
}

/// The youngest first.
uint32_t Verifier::kept_index(uint32_t back) const {
  const uint32_t place = memory_->place[memory_->waiting[waiting_].at];
  return place * kept_per_place_ + (memory_->kept_at[place] - 1 - back) % kept_per_place_;
}

void Verifier::next_kept() {
  const uint32_t kept = memory_->kept_at[memory_->place[now().at]];
  cursor_ = 0;
  names_.clear();
  phase_ = Phase::Compare;
  if (compared_ == (kept < kept_per_place_ ? kept : kept_per_place_))
    phase_ = kept_per_place_ == 0 ? Phase::Look : Phase::Keep;
}

Progress Verifier::compare() {
  const State& old = memory_->kept[kept_index(compared_)];
  const State& state = now();
  const bool repeats = phase_ == Phase::Repeat;
  const State& general = repeats ? state : old;
  const State& special = repeats ? old : state;
  const uint32_t end = same_frames(old, state) ? values_of(general) : 0;
  if (end == 0) {
    ++compared_;
    next_kept();
    return Progress::More;
  }
  for (uint32_t i = 0; i < kValuesAStep && cursor_ < end; ++i, ++cursor_)
    if (!covers(value_of(general, cursor_), value_of(special, cursor_), names_)) {
      ++compared_;
      next_kept();
      return Progress::More;
    }
  if (cursor_ < end) return Progress::More;
  const PathNode& node = memory_->nodes[old.node];
  if (node.open == 0) return end_path(node.longest);
  // Still on the way from there: it is on this very path.
  if (repeats) return refuse(Verdict::Endless, state.at, state.at);
  cursor_ = 0;
  names_.clear();
  phase_ = Phase::Repeat;
  return Progress::More;
}

void Verifier::keep() {
  State& state = now();
  const uint32_t place = memory_->place[state.at];
  const uint32_t index = place * kept_per_place_ + memory_->kept_at[place] % kept_per_place_;
  if (cursor_ == 0) {
    memory_->nodes[nodes_] = {state.node, 1, state.cost, 0};
    state.node = uint16_t(nodes_++);
  }
  if (!copy(memory_->kept[index], state, cursor_)) return;
  ++memory_->kept_at[place];
  phase_ = Phase::Look;
}

/// The jump that is not taken is followed first; the state below waits for the other one.
void Verifier::fork() {
  State& state = now();
  if (!copy(memory_->waiting[waiting_ + 1], state, cursor_)) return;
  ++memory_->nodes[state.node].open;
  cursor_ = 0;
  phase_ = Phase::Take;
}

/// What a comparison has proven about the packet is told to the registers and the stack, a part in each step.
void Verifier::take() {
  constexpr uint32_t kHearAStep = 24;
  State& state = now();
  const uint32_t at = state.at;
  const Instruction& it = program_[at];
  const Way& way = ways_[taken_];
  if (cursor_ == 0) Look{state, rules_, it, next_id_, stack_bytes_}.take_way(way);
  if (way.proof.given) {
    const uint32_t end = values_of(state);
    for (uint32_t i = 0; i < kHearAStep && cursor_ < end; ++i, ++cursor_)
      hear(cursor_ < kRegisters ? state.registers[cursor_] : state.slots[kValues - 1 - cursor_], way.proof);
    if (cursor_ < end) return;
  }
  const uint32_t next = taken_ ? jump_target(it, at) : at + 1;
  if (!forks_) return go(next);
  state.at = uint16_t(next);
  ++waiting_;
  forks_ = taken_ = false;
  cursor_ = 0;
}

/// The rest of the path is known: as many machine instructions.
Progress Verifier::end_path(uint32_t from_here) {
  const State& state = now();
  const uint32_t cost = state.cost + from_here;
  if (cost > rules_.budget) return refuse(Verdict::TooLong, state.at, cost);
  PathNode& node = memory_->nodes[state.node];
  if (cost - node.cost > node.longest) node.longest = cost - node.cost;
  cursor_ = state.node;
  phase_ = Phase::Retreat;
  return Progress::More;
}

/// Closes the nodes from which no path is left, one a step.
void Verifier::retreat() {
  PathNode& node = memory_->nodes[cursor_];
  if (--node.open == 0) {
    if (node.parent == kNoNode) {
      longest_ = node.longest;
      phase_ = Phase::ClearUpper;
      sweeps_ = 0;
      changed_ = false;
      cursor_ = count_;
      return;
    }
    PathNode& parent = memory_->nodes[node.parent];
    const uint32_t longest = node.cost - parent.cost + node.longest;
    if (longest > parent.longest) parent.longest = longest;
    cursor_ = node.parent;
    return;
  }
  --waiting_;
  go(now().at);
}

}  // namespace exo::kernel::download
