#include "explorer/debugger/unwind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "explorer/debugger/boundaries.hpp"
#include "kernel/abi/machine.hpp"
#include "kernel/abi/memory_layout.hpp"
#include "kernel/abi/saved_registers.hpp"

namespace exo::debugger {
namespace {

constexpr std::uint32_t kUserMode = 2u << 3;    // of the Status register
constexpr std::uint32_t kDelaySlot = 1u << 31;  // of the Cause register
constexpr std::uint32_t kMostFrameBytes = 1u << 20;
/// What a function keeps for its caller (o32): zero, s0 to s7, gp, sp, fp.
constexpr std::uint32_t kKeptByCalls = 0x70ff'0001;
/// k0 and k1, which compiled code leaves alone: in the kernel they stay what the assembly made them.
constexpr std::uint32_t kKernelsOwn = 3u << 26;
constexpr std::uint32_t kCallBytes = 8;  // a call and its delay slot
constexpr std::uint32_t kSyscall = 0x0000'000c;

class Walk {
 public:
  Walk(const FrameRegisters& registers, Environment env, const StackSource& source, std::size_t limit)
      : source_(source), limit_(limit), now_(registers), env_(is_kernel(registers.values.pc) ? kKernel : env) {}

  Stack run() {
    while (stack_.end.empty()) {
      if (stack_.frames.size() >= limit_) {
        end(fmt::format("only {} frames are shown", limit_), true);
        break;
      }
      if (!enter()) break;
      leave();
    }
    return std::move(stack_);
  }

 private:
  static bool is_kernel(std::uint32_t pc) { return pc >= kKernelAddresses; }
  void end(std::string why, bool broken = false) {
    stack_.end = std::move(why);
    stack_.broken = broken;
  }
  [[nodiscard]] std::uint32_t pc() const { return now_.values.pc; }
  [[nodiscard]] std::uint32_t sp() const { return now_.values.general[kStackPointer]; }

  /// Adds the frames of the function at the pc: what was inlined there, and itself.
  bool enter() {
    symbols_ = source_.symbols ? source_.symbols(env_) : nullptr;
    Frame frame;
    frame.env = env_;
    frame.registers = now_;
    frame.pc = frame.lookup = pc();
    frame.guess = guess_;
    frame.boundary = std::exchange(boundary_, "");
    const bool is_first = stack_.frames.empty() || !frame.boundary.empty();
    std::string problem;
    if ((pc() & 3) != 0)
      problem = fmt::format("0x{:08x} is no address of an instruction", pc());
    else if (symbols_ == nullptr)
      problem = is_kernel(pc()) ? "the kernel's symbols are not known" : "nobody knows this program's symbols";
    else if (!symbols_->is_code(pc() - (exact_ ? 0 : 4)))
      problem = fmt::format("0x{:08x} is no code of the program", pc());
    if (!problem.empty()) {
      if (is_first || symbols_ == nullptr) stack_.frames.push_back(std::move(frame));
      return end(std::move(problem), true), false;
    }
    if (!exact_) {
      const auto function = symbols_->function_at(pc() - kCallBytes / 2);
      frame.lookup -= function && pc() - kCallBytes >= function->entry ? kCallBytes : kCallBytes / 2;
    }
    rules_ = symbols_->call_frames().at(exact_ ? pc() : pc() - 1);
    frame_address_ = rules_ ? frame_address(*rules_) : std::nullopt;
    frame.address = frame_address_;
    const ElfSymbol* symbol = symbols_->image().symbol_at(frame.lookup);
    label_ = symbol == nullptr ? "" : std::string(symbol->name);
    std::optional<SourceLine> line = symbols_->line_at(frame.lookup);
    const std::vector<Call> calls = symbols_->calls_at(frame.lookup);
    if (calls.empty()) {
      frame.line = line;
      stack_.frames.push_back(std::move(frame));
    }
    for (const Call& call : calls) {
      if (stack_.frames.size() >= limit_) return end(fmt::format("only {} frames are shown", limit_), true), false;
      Frame one = frame;
      one.function = call.name;
      one.die = call.die;
      one.inlined = call.inlined;
      one.line = line;
      line = call.from;
      if (&call != &calls.front()) one.boundary.clear();
      stack_.frames.push_back(std::move(one));
    }
    return true;
  }

  ExpressionContext context(const ReadBytes& read) const {
    ExpressionContext made;
    made.registers = &now_;
    made.read = &read;
    made.dwarf = &symbols_->dwarf();
    made.frame_address = frame_address_;
    return made;
  }

  std::optional<std::uint32_t> frame_address(const FrameRules& rules) const {
    const ReadBytes read = reader_of(source_, env_);
    if (!rules.expression.empty()) return compute(rules.expression, context(read));
    const auto base = now_.find(rules.base);
    return base ? std::optional(*base + std::uint32_t(rules.offset)) : std::nullopt;
  }

  std::optional<std::uint32_t> recover(const RegisterRule& rule, std::uint32_t number) const {
    const ReadBytes read = reader_of(source_, env_);
    switch (rule.kind) {
      case RegisterRule::Kind::Same:
        return now_.find(number);
      case RegisterRule::Kind::Lost:
        return std::nullopt;
      case RegisterRule::Kind::Saved:
        return read_word(source_, env_, *frame_address_ + std::uint32_t(rule.offset));
      case RegisterRule::Kind::Value:
        return *frame_address_ + std::uint32_t(rule.offset);
      case RegisterRule::Kind::Register:
        return now_.find(rule.reg);
      case RegisterRule::Kind::SavedAt: {
        const auto at = compute(rule.expression, context(read), frame_address_);
        return at ? read_word(source_, env_, *at) : std::nullopt;
      }
      case RegisterRule::Kind::Computed:
        return compute(rule.expression, context(read), frame_address_);
    }
    return std::nullopt;
  }

  /// To the caller, or to whom the frame interrupted.
  void leave() {
    if (!rules_) return is_kernel(pc()) && exact_ && stands_at_entry() ? leave_vectors() : guess();
    if (!frame_address_) return end("a register that leads to the caller is not kept", true);
    FrameRegisters caller = now_;
    const bool interrupted = rules_->interrupted;
    const RegisterRule& back = rules_->registers[rules_->return_register];
    const bool is_call = rules_->return_register != kDwarfResume || back.kind == RegisterRule::Kind::Register;
    if (is_call)
      caller.known &= is_kernel(pc()) ? kKeptByCalls | kKernelsOwn : kKeptByCalls, caller.knows_lo_hi = false;
    for (std::uint32_t number = 1; number < 32; ++number) set(caller, number);
    if (interrupted) {
      const auto lo = recover(rules_->registers[kDwarfLo], kDwarfLo),
                 hi = recover(rules_->registers[kDwarfHi], kDwarfHi);
      caller.knows_lo_hi = lo && hi;
      caller.values.lo = lo.value_or(0), caller.values.hi = hi.value_or(0);
    }
    if (back.kind == RegisterRule::Kind::Lost) return leave_outermost(caller);
    const auto next = recover(back, rules_->return_register);
    if (!next) return end("where it returns to can't be read", true);
    caller.values.pc = *next;
    if (interrupted) return is_kernel(pc()) ? leave_kernel(caller) : leave_upcall(caller);
    if (back.kind == RegisterRule::Kind::Same && !exact_) return end("where it returns to was not kept", true);
    if (*next == 0) return end("it returns nowhere");
    const std::uint32_t grown = caller.values.general[kStackPointer] - sp();
    if (grown > kMostFrameBytes || (caller.values.general[kStackPointer] & 3) != 0)
      return end(fmt::format("the stack pointer 0x{:08x} is none", caller.values.general[kStackPointer]), true);
    if (grown == 0 && (*next == pc() || !exact_)) return end("the stack goes in a circle", true);
    now_ = caller;
    exact_ = false;
  }

  void set(FrameRegisters& caller, std::uint32_t number) {
    const RegisterRule& rule = rules_->registers[number];
    // The frame's address is the caller's stack pointer, unless the rules say where that is.
    if (number == kStackPointer && rule.kind == RegisterRule::Kind::Same) {
      caller.values.general[number] = *frame_address_;
      caller.known |= 1u << number;
      return;
    }
    if (rule.kind == RegisterRule::Kind::Same) return;
    const auto value = recover(rule, number);
    caller.known = value ? caller.known | (1u << number) : caller.known & ~(1u << number);
    caller.values.general[number] = value.value_or(0);
  }

  void leave_upcall(FrameRegisters caller) {
    if (caller.values.pc == 0) return end("nothing was going on: it waited to be entered");
    boundary_ = name_of_upcall(label_, env_, caller.values.pc, source_);
    now_ = caller;
    exact_ = true;
  }

  /// Through the TrapFrame, which lies in the table of environments.
  void leave_kernel(FrameRegisters caller) {
    const std::uint32_t offset = *frame_address_ - abi::kSavedFrame - (kKernelAddresses | abi::kEnvironmentsPhysical);
    if (offset % abi::kEnvironmentBytes != 0 || offset / abi::kEnvironmentBytes >= abi::kMaxEnvironments)
      return end("whom the kernel interrupted is not known", true);
    const auto status = read_word(source_, kKernel, *frame_address_ + abi::kFrameStatus);
    const auto cause = read_word(source_, kKernel, *frame_address_ + abi::kFrameCause);
    if (!status || !cause) return end("the registers of whom the kernel interrupted can't be read", true);
    const Environment number = offset / abi::kEnvironmentBytes;
    const std::uint32_t code = *cause >> 2 & 31;
    if (code == 8) {
      boundary_ = inner_call();
      if (boundary_.empty()) {
        const bool not_yet = read_word(source_, number, caller.values.pc) == std::optional(kSyscall);
        boundary_ = name_of_call(not_yet ? std::optional(caller.values.general[2]) : std::nullopt);
      }
    } else {
      boundary_ = name_of_cause(*cause & ~kDelaySlot);
    }
    env_ = (*status & kUserMode) != 0 ? number : kKernel;
    now_ = caller;
    exact_ = true;
  }
  /// The system call that the frames so far say is served.
  std::string inner_call() const {
    for (auto frame = stack_.frames.rbegin(); frame != stack_.frames.rend() && frame->env == kKernel; ++frame)
      if (std::string call = call_of_function(frame->function); !call.empty()) return call;
    return "";
  }

  /// Where the kernel has been entered, and has changed no register but k0 and k1 (and v0, v1, at in places).
  [[nodiscard]] bool stands_at_entry() const {
    const ElfSymbol* vectors = symbols_->image().symbol("vectors_quiet");
    const ElfSymbol* general = symbols_->image().symbol("general");
    const ElfSymbol* last = symbols_->image().symbol("debug_vector");
    return vectors != nullptr && general != nullptr && last != nullptr && pc() >= vectors->address &&
           pc() < last->address;
  }
  void leave_vectors() {
    if (source_.acting == kKernel) return end("whom the kernel interrupted is not known", true);
    const std::uint32_t cause = now_.values.cause;
    boundary_ = (cause >> 2 & 31) == 8 ? name_of_call(now_.values.general[2]) : name_of_cause(cause & ~kDelaySlot);
    env_ = source_.acting;
    now_.values.pc = now_.values.exception_pc;
    now_.known &= ~kKernelsOwn;
    exact_ = true;
  }

  /// A stack's last frame. What is below it can be another environment's.
  void leave_outermost(const FrameRegisters& caller) {
    if (!label_.starts_with("exo_transfer_")) {
      if (label_ == "idle_loop") return end("nobody is ready: the kernel waits");
      if (label_.starts_with("exo_") || label_ == "roused") return end("nothing was going on: it waited to be entered");
      return end(is_kernel(pc()) ? "the machine begins here" : "the program begins here");
    }
    const auto who = caller.find(3);
    const Environment number = who ? *who & ~kStillWaitingBit : 0;
    if (number == 0 || number >= abi::kMaxEnvironments) return end("whoever entered it is not known");
    if (label_ == "exo_transfer_async_entry")
      return end(fmt::format("a message of environment {}, which did not wait", number));
    const auto waits_for = read_word(source_, number, kPageWaitingFor), pc = read_word(source_, number, kPageWaitingPc),
               sp = read_word(source_, number, kPageWaitingSp);
    if (!waits_for || *waits_for != env_ || !pc || !sp)
      return end(fmt::format("environment {} entered it, and does not wait for it any more", number));
    now_ = {};
    now_.known = 1u << kStackPointer | 1;
    now_.knows_lo_hi = false;
    now_.values.general[kStackPointer] = *sp;
    now_.values.pc = *pc;
    env_ = number;
    boundary_ = "protected control transfer";
    exact_ = true;
  }

  /// Without rules: the instructions before the pc say how far the stack pointer was moved and where the return address
  /// was put. Functions that move it twice are not found out.
  void guess() {
    const auto function = symbols_->function_at(pc());
    if (!function || !now_.find(kStackPointer)) return end(fmt::format("nothing says who called 0x{:08x}", pc()), true);
    std::uint32_t frame_bytes = 0;
    std::optional<std::uint32_t> kept;
    constexpr std::uint32_t kMostInstructions = 1024;
    const std::uint32_t first =
        pc() - function->entry > 4 * kMostInstructions ? pc() - 4 * kMostInstructions : function->entry;
    for (std::uint32_t at = first; at < pc(); at += 4) {
      const auto word = read_word(source_, env_, at);
      if (!word) break;
      if (*word >> 16 == 0x27bd) frame_bytes = std::uint32_t(-std::int32_t(std::int16_t(*word)));  // addiu sp, sp, n
      if (*word >> 16 == 0xafbf) kept = *word & 0xffff;                                            // sw ra, n(sp)
    }
    const auto back = kept && *kept < frame_bytes ? read_word(source_, env_, sp() + *kept)
                      : exact_                    ? now_.find(kReturnAddress)
                                                  : std::nullopt;
    if (!back || frame_bytes > kMostFrameBytes || !symbols_->is_code(*back - 4) || *back == pc())
      return end(fmt::format("nothing says who called {}", function->name), true);
    now_.known &= is_kernel(pc()) ? kKeptByCalls | kKernelsOwn : kKeptByCalls;
    now_.knows_lo_hi = false;
    now_.values.general[kStackPointer] += frame_bytes;
    now_.values.pc = *back;
    exact_ = false;
    guess_ = true;
  }

  const StackSource& source_;
  std::size_t limit_;
  Stack stack_;
  FrameRegisters now_;
  Environment env_;
  Symbols* symbols_ = nullptr;
  bool exact_ = true;   ///< the pc is of the instruction at work, not behind a call
  bool guess_ = false;  ///< from here on
  std::string boundary_, label_;
  std::optional<FrameRules> rules_;
  std::optional<std::uint32_t> frame_address_;
};

}  // namespace

ReadBytes reader_of(const StackSource& source, Environment env) {
  return [&source, env](std::uint32_t address, std::span<std::byte> out) {
    return source.read && source.read(address >= kKernelAddresses ? kKernel : env, address, out);
  };
}

Stack unwind(const FrameRegisters& registers, Environment env, const StackSource& source, std::size_t limit) {
  return Walk(registers, env, source, limit).run();
}

}  // namespace exo::debugger
