// The order in which a program is compiled: a survey of what it needs, its entry, its instructions, its end, and then
// the jumps, whose targets are known only now.
#include "kernel/download/compiler.hpp"

#include "kernel/arch/mips/draft.hpp"
#include "kernel/download/costs.hpp"

namespace exo::kernel::download {

using mips::Draft;

namespace {
// A branch reaches 32,768 words, either way.
static_assert(kMostWords <= 32'768 && kMostWords <= 0xffff);

bool is_constant(const Instruction& instruction) { return instruction.opcode == abi::bpf::kLoadConstant; }

bool divides_wide(const Instruction& instruction) {
  const uint8_t operation = abi::bpf::operation_of(instruction.opcode);
  return abi::bpf::class_of(instruction.opcode) == abi::bpf::kClassAlu64 &&
         (operation == abi::bpf::kDiv || operation == abi::bpf::kMod);
}

bool writes_register(uint8_t kind) {
  return kind == abi::bpf::kClassAlu || kind == abi::bpf::kClassAlu64 || kind == abi::bpf::kClassLd ||
         kind == abi::bpf::kClassLdx;
}
}  // namespace

void Compiler::start(const Source& source, uint32_t* words, uint32_t room, uint16_t* map) {
  source_ = source;
  body_.out.start(words, room < kMostWords ? room : kMostWords);
  body_.map = map;
  body_.next = body_.start = body_.pinned = 0;
  body_.frame = (source.stack_bytes + 7) & ~7u;
  body_.saved = 0;
  body_.calls = body_.helpers = body_.functions = false;
  body_.link = 0;
  phase_ = Phase::Survey;
  part_ = Part::Whole;
}

/// Which registers must be saved, and whether anything outside is called. More than needed does no harm.
void Compiler::survey() {
  const Instruction& instruction = source_.program[body_.next];
  const uint8_t facts = source_.facts[body_.next];
  if ((facts & kReached) == 0) return;
  if ((facts & kLooks) != 0 && source_.look != 0) body_.calls = true;
  const uint8_t kind = abi::bpf::class_of(instruction.opcode);
  if (divides_wide(instruction)) body_.calls = true;
  if (is_local_call(instruction))
    body_.calls = body_.functions = true;
  else if (instruction.opcode == (abi::bpf::kClassJmp | abi::bpf::kCall))
    body_.calls = body_.helpers = true;
  const uint32_t destination = instruction.destination();
  if (!writes_register(kind) || destination < 6 || destination == abi::bpf::kFramePointer) return;
  body_.saved |= ((facts & kUpperUnused) != 0 ? 1u : 3u) << 2 * (destination - 6);
}

void Compiler::enter() {
  uint32_t bytes = (body_.helpers ? mips::kHome : 0) + (body_.calls ? 4u : 0u) + (body_.functions ? 4u : 0u);
  for (uint32_t n = 0; n < mips::kSavedRegisters; ++n) bytes += (body_.saved >> n & 1) * 4;
  body_.frame += (bytes + 7) & ~7u;
  if (body_.frame != 0) mips::open_frame(body_);
  body_.pinned = body_.out.at();
}

/// Where there are functions, the program itself is one: called at once, and then it is left.
void Compiler::enter_function() {
  const uint32_t call = body_.out.at();
  body_.out.emit(mips::bal());
  body_.out.emit(mips::kNop);
  close();
  body_.out.lead_here(call);
  body_.pinned = body_.out.at();
}

void Compiler::close() {
  mips::restore_registers(body_);
  body_.out.emit(mips::jr(mips::kRa));
  body_.out.emit(addiu(mips::kSp, mips::kSp, body_.frame));
}

void Compiler::leave() {
  body_.map[source_.count] = uint16_t(body_.out.at());
  if (body_.frame != 0 && !body_.functions) close();
}

/// More: the instruction wants another step. A look and half a call take one each.
Progress Compiler::compile() {
  Draft draft(body_, source_);
  const Part part = part_;
  part_ = Part::Whole;
  if (part == Part::Call) {
    end_local_call(draft);
    return Progress::Done;
  }
  if (part == Part::Whole) {
    body_.map[body_.next] = uint16_t(body_.out.at());
    if (!draft.known(kReached)) return Progress::Done;
    if (draft.known(kJumpTarget)) draft.pin();
    if (draft.known(kLooks) && source_.look != 0) {
      compile_look(draft);
      part_ = Part::Rest;
      return Progress::More;
    }
  }
  body_.start = body_.out.at();
  if (is_local_call(draft.instruction())) {
    begin_local_call(draft);
    part_ = Part::Call;
    return Progress::More;
  }
  write(draft);
  return Progress::Done;
}

void Compiler::write(Draft& draft) {
  const uint8_t opcode = draft.instruction().opcode;
  switch (abi::bpf::class_of(opcode)) {
    case abi::bpf::kClassAlu:
      return compile_arithmetic32(draft);
    case abi::bpf::kClassAlu64:
      return compile_arithmetic64(draft);
    case abi::bpf::kClassLd:
    case abi::bpf::kClassLdx:
      return compile_load(draft);
    case abi::bpf::kClassSt:
    case abi::bpf::kClassStx:
      return compile_store(draft);
    default:
      break;
  }
  if (opcode == (abi::bpf::kClassJmp | abi::bpf::kCall)) return compile_call(draft);
  if (opcode != (abi::bpf::kClassJmp | abi::bpf::kExit)) return compile_jump(draft);
  if (body_.frame == 0 || body_.functions) return draft.branch_with_slot(mips::jr(mips::kRa));
  if (body_.next + 1 != source_.count) draft.jump(mips::branch());
}

/// Lets the branch of the instruction, if it has one, lead where it should.
void Compiler::mend() {
  const Instruction& instruction = source_.program[body_.next];
  const bool leaves = instruction.opcode == (abi::bpf::kClassJmp | abi::bpf::kExit);
  if (!is_jump(instruction) && !is_local_call(instruction) && !leaves) return;
  const uint32_t target = leaves ? source_.count : jump_target(instruction, body_.next);
  for (uint32_t place = body_.map[body_.next]; place < body_.map[body_.next + 1]; ++place) {
    const uint32_t word = body_.out.word(place);
    if (mips::is_branch(word) && (word & 0xffff) == mips::kToBeMended) body_.out.lead(place, body_.map[target]);
  }
}

Progress Compiler::step() {
  const bool last = body_.next == source_.count;
  const uint32_t halves = !last && is_constant(source_.program[body_.next]) ? 2 : 1;
  switch (phase_) {
    case Phase::Survey:
      if (!last) {
        survey();
        break;
      }
      enter();
      phase_ = Phase::Enter;
      body_.next = 0;
      return Progress::More;
    case Phase::Enter:
      if (body_.functions) enter_function();
      phase_ = Phase::Compile;
      return Progress::More;
    case Phase::Compile:
      if (!last) {
        if (compile() == Progress::More) return Progress::More;
        if (halves == 2) body_.map[body_.next + 1] = uint16_t(body_.out.at());
        break;
      }
      leave();
      if (body_.out.overflowed()) return Progress::Refused;
      phase_ = Phase::Mend;
      body_.next = 0;
      return Progress::More;
    case Phase::Mend:
      if (last) return Progress::Done;
      mend();
      break;
  }
  body_.next += halves;
  return Progress::More;
}

}  // namespace exo::kernel::download
