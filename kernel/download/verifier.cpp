#include "kernel/download/verifier.hpp"

#include "kernel/download/costs.hpp"
#include "kernel/download/helper_rows.hpp"
#include "kernel/download/structure.hpp"

namespace exo::kernel::download {
namespace {

using namespace abi::bpf;

/// True of an instruction only if it is on every path.
constexpr uint8_t kOnEveryPath = kNarrow | kHalfwordAligned | kWordAligned | kDivisorNotZero;
/// While the structure is checked: the second half of a constant, which is no instruction.
constexpr uint32_t kSecondHalf = 1;

uint32_t cost_at(const Instruction& it, uint8_t facts) {
  uint32_t sum = cost(it) + ((facts & kLooks) != 0 ? kLook : 0);
  if (is_call(it.opcode) && !is_local_call(it))
    if (const Helper* const helper = helper_of(uint32_t(it.immediate))) sum += helper->cost;
  return sum;
}

}  // namespace

void Verifier::start(VerifierMemory& memory, const Instruction* program, uint32_t count, const Rules& rules,
                     uint8_t* facts) {
  memory_ = &memory;
  program_ = program;
  facts_ = facts;
  rules_ = rules;
  count_ = count;
  phase_ = Phase::Structure;
  changed_ = all_live_ = calls_ = taken_ = forks_ = false;
  cursor_ = sweeps_ = places_ = kept_per_place_ = compared_ = waiting_ = nodes_ = 0;
  names_.clear();
  next_id_ = 0;
  finding_ = {Verdict::Accepted, 0, 0};
  cost_ = longest_ = looked_at_ = stack_bytes_ = 0;
}

Progress Verifier::refuse(Verdict verdict, uint32_t instruction, uint32_t detail) {
  finding_ = {verdict, instruction, detail};
  phase_ = Phase::Over;
  return Progress::Refused;
}

Progress Verifier::step() {
  switch (phase_) {
    case Phase::Structure:
      return structure();
    case Phase::Targets:
      return targets();
    case Phase::Liveness:
      return liveness();
    case Phase::Look:
      return look();
    case Phase::Ways:
      return ways();
    case Phase::Fork:
      fork();
      return Progress::More;
    case Phase::Take:
      take();
      return Progress::More;
    case Phase::Arrive:
      arrive();
      return Progress::More;
    case Phase::Compare:
    case Phase::Repeat:
      return compare();
    case Phase::Keep:
      keep();
      return Progress::More;
    case Phase::Retreat:
      retreat();
      return Progress::More;
    case Phase::ClearUpper:
    case Phase::Upper:
      return upper();
    case Phase::Over:
      break;
  }
  return finding_.verdict == Verdict::Accepted ? Progress::Done : Progress::Refused;
}

/// Each instruction alone. `facts` and `live` are cleared on the way.
Progress Verifier::structure() {
  if (count_ == 0 || count_ > kMostInstructions) return refuse(Verdict::BadSize, 0, count_);
  if (!changed_) {
    // The first steps only clear, since jumps lead forward.
    facts_[cursor_] = 0;
    memory_->live[cursor_] = 0;
    memory_->kept_at[cursor_] = 0;
    memory_->function[cursor_] = 0;
    if (++cursor_ == count_) {
      cursor_ = 0;
      changed_ = true;
    }
    return Progress::More;
  }
  const Instruction& it = program_[cursor_];
  const Finding finding = check_structure(program_, count_, cursor_, facts_);
  if (finding.verdict != Verdict::Accepted) return refuse(finding.verdict, finding.instruction, finding.detail);
  if (is_local_call(it)) {
    memory_->function[jump_target(it, cursor_)] = 1;
    calls_ = true;
  }
  for (uint32_t i = 0; i < width_of(it); ++i) {
    memory_->live[cursor_] = i == 0 ? 0 : kSecondHalf;
    memory_->stretch[cursor_++] = stretch_at(cost_);
  }
  cost_ += cost(it);
  if (cursor_ == count_) {
    phase_ = Phase::Targets;
    cursor_ = 0;
  }
  return Progress::More;
}

/// Where jumps lead to, where the code looks at the clock, and which function is where.
Progress Verifier::targets() {
  const Instruction& it = program_[cursor_];
  memory_->place[cursor_] = kNoPlace;
  if (cursor_ == 0)
    memory_->function[0] = 0;
  else
    memory_->function[cursor_] = uint16_t(memory_->function[cursor_] + memory_->function[cursor_ - 1]);
  if (memory_->live[cursor_] != kSecondHalf) {
    if (is_jump(it) || is_local_call(it)) {
      const uint32_t target = jump_target(it, cursor_);
      if (memory_->live[target] == kSecondHalf) return refuse(Verdict::BadTarget, cursor_, target);
    }
    if ((facts_[cursor_] & kJumpTarget) != 0) memory_->place[cursor_] = uint16_t(places_++);
    if (looks(memory_->stretch, it, cursor_)) facts_[cursor_] |= kLooks;
  }
  if (++cursor_ == count_) {
    memory_->live[count_] = 0;  // nothing is read after the end
    phase_ = Phase::Liveness;
    sweeps_ = 0;
    changed_ = false;
  }
  return Progress::More;
}

/// What belongs to one function: jumps stay in it, and nothing falls from it into the next. (Found in the first sweep
/// for liveness, when it is known which function is where.)
Progress Verifier::check_function(uint32_t at) {
  const Instruction& it = program_[at];
  const uint16_t* const function = memory_->function;
  if (is_jump(it) && function[jump_target(it, at)] != function[at])
    return refuse(Verdict::LocalCall, at, jump_target(it, at));
  const bool goes_on = !is_exit(it.opcode) && !is_always(it.opcode);
  if (goes_on && at + 1 < count_ && function[at + 1] != function[at]) return refuse(Verdict::LocalCall, at, at + 1);
  return Progress::More;
}

void Verifier::visit(uint32_t at, uint8_t facts) {
  if ((facts_[at] & kReached) == 0) {
    facts_[at] = uint8_t((facts_[at] & ~kOnEveryPath) | facts | kReached);
  } else {
    facts_[at] = uint8_t(facts_[at] & (facts | ~kOnEveryPath));
  }
}

void Verifier::go(uint32_t at) {
  now().at = uint16_t(at);
  phase_ = at < count_ && (facts_[at] & kJumpTarget) != 0 ? Phase::Arrive : Phase::Look;
}

Progress Verifier::look() {
  State& state = now();
  const uint32_t at = state.at;
  if (at >= count_) return refuse(Verdict::RunsOff, count_ - 1, 0);
  if (++looked_at_ > kMostLooks) return refuse(Verdict::TooComplex, at, kMostLooks);
  const Instruction& it = program_[at];
  state.cost += cost_at(it, facts_[at]);
  if (state.cost > rules_.budget) return refuse(Verdict::TooLong, at, state.cost);

  Look look{state, rules_, it, next_id_, stack_bytes_};
  bool fine = true;
  switch (class_of(it.opcode)) {
    case kClassLd:
      fine = look.constant_load(program_[at + 1].immediate);
      break;
    case kClassLdx:
      fine = look.load();
      break;
    case kClassSt:
    case kClassStx:
      fine = look.store();
      break;
    case kClassAlu:
    case kClassAlu64:
      fine = look.arithmetic();
      break;
    default:
      if (is_conditional(it.opcode)) fine = look.compare();
      if (is_call(it.opcode)) fine = is_local_call(it) ? look.call_local() : look.call();
      if (is_exit(it.opcode)) fine = look.exit();
      break;
  }
  if (!fine) return refuse(look.finding.verdict, look.finding.instruction, look.finding.detail);
  visit(at, look.facts);
  if (is_conditional(it.opcode)) {
    phase_ = Phase::Ways;
    cursor_ = 0;
    return Progress::More;
  }
  if (is_exit(it.opcode)) {
    if (state.depth == 0) return end_path(0);
    look.come_back();
    go(state.frames[state.depth].back);
    return Progress::More;
  }
  if (is_local_call(it)) {
    go(jump_target(it, at));
    return Progress::More;
  }
  go(is_always(it.opcode) ? jump_target(it, at) : at + width_of(it));
  return Progress::More;
}

/// Each way in a step, then what to do.
Progress Verifier::ways() {
  State& state = now();
  const uint32_t at = state.at;
  const Instruction& it = program_[at];
  if (cursor_ < 2) {
    Look{state, rules_, it, next_id_, stack_bytes_}.find_way(cursor_ != 0, ways_[cursor_]);
    ++cursor_;
    return Progress::More;
  }
  const bool may_stay = ways_[0].possible, may_jump = ways_[1].possible;
  cursor_ = 0;
  taken_ = may_jump;
  forks_ = may_jump && may_stay && jump_target(it, at) != at + 1;
  if (forks_) {
    if (waiting_ + 1 == kMostWaiting) return refuse(Verdict::TooComplex, at, looked_at_);
    phase_ = Phase::Fork;
  } else if (may_jump != may_stay) {
    // On the only way that is possible, or that makes a difference, what the comparison says is known.
    phase_ = Phase::Take;
  } else {
    go(may_jump ? jump_target(it, at) : at + 1);
  }
  return Progress::More;
}

}  // namespace exo::kernel::download
