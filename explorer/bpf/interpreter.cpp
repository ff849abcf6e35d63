#include "explorer/bpf/interpreter.hpp"

#include <cstring>
#include <limits>

namespace exo::bpf {
namespace {

using namespace abi::bpf;

/// Of 64 or 32 bits: T is unsigned, S the same with a sign.
template <typename T, typename S>
T calculate(std::uint8_t operation, bool with_sign, T a, T b) {
  constexpr T kMask = sizeof(T) * 8 - 1;
  switch (operation) {
    case kAdd:
      return T(a + b);
    case kSub:
      return T(a - b);
    case kMul:
      return T(a * b);
    case kDiv:
      if (b == 0) return 0;
      if (!with_sign) return T(a / b);
      return S(a) == std::numeric_limits<S>::min() && S(b) == -1 ? a : T(S(a) / S(b));
    case kMod:
      if (b == 0) return a;
      if (!with_sign) return T(a % b);
      return S(b) == -1 ? 0 : T(S(a) % S(b));
    case kOr:
      return T(a | b);
    case kAnd:
      return T(a & b);
    case kXor:
      return T(a ^ b);
    case kLsh:
      return T(a << (b & kMask));
    case kRsh:
      return T(a >> (b & kMask));
    case kArsh:
      return T(S(a) >> (b & kMask));
    case kNeg:
      return T(0 - a);
    default:
      return b;
  }
}

std::uint64_t sign_extended(std::uint64_t value, int bits) {
  return std::uint64_t(std::int64_t(value << (64 - bits)) >> (64 - bits));
}

std::uint64_t swapped(std::uint64_t value, int bits) { return __builtin_bswap64(value) >> (64 - bits); }

template <typename T, typename S>
bool holds(std::uint8_t operation, T a, T b) {
  switch (operation) {
    case kJeq:
      return a == b;
    case kJgt:
      return a > b;
    case kJge:
      return a >= b;
    case kJset:
      return (a & b) != 0;
    case kJne:
      return a != b;
    case kJsgt:
      return S(a) > S(b);
    case kJsge:
      return S(a) >= S(b);
    case kJlt:
      return a < b;
    case kJle:
      return a <= b;
    case kJslt:
      return S(a) < S(b);
    case kJsle:
      return S(a) <= S(b);
    default:
      return true;
  }
}

}  // namespace

bool Interpreter::leave(const std::string& why) {
  fault_ = why;
  return false;
}

std::uint8_t* Interpreter::find(std::uint64_t address, std::uint32_t bytes, bool writes) {
  for (const Region& region : regions_) {
    if (writes && !region.writable) continue;
    const std::uint64_t offset = address - region.address;
    if (offset <= region.bytes.size() && region.bytes.size() - offset >= bytes) return region.bytes.data() + offset;
  }
  return nullptr;
}

void Interpreter::arithmetic(const Instruction& it) {
  const bool wide = class_of(it.opcode) == kClassAlu64;
  const bool from_register = (it.opcode & kSourceRegister) != 0;
  const std::uint8_t operation = operation_of(it.opcode);
  std::uint64_t& a = registers_[it.destination()];
  if (operation == kEnd) {
    if (!wide && !from_register)
      a &= ~std::uint64_t{0} >> (64 - it.immediate);  // this machine is little-endian
    else
      a = swapped(a, it.immediate);
    return;
  }
  std::uint64_t b = from_register ? registers_[it.source()] : std::uint64_t(std::int64_t(it.immediate));
  if (operation == kMov && it.offset != 0) b = sign_extended(b, it.offset);
  const bool with_sign = it.offset == kSignedDivision;
  a = wide ? calculate<std::uint64_t, std::int64_t>(operation, with_sign, a, b)
           : calculate<std::uint32_t, std::int32_t>(operation, with_sign, std::uint32_t(a), std::uint32_t(b));
}

bool Interpreter::access(const Instruction& it) {
  const std::uint32_t bytes = size_of(it.opcode);
  const bool loads = class_of(it.opcode) == kClassLdx;
  const std::uint64_t base = registers_[loads ? it.source() : it.destination()];
  const std::uint64_t address = base + std::uint64_t(std::int64_t(it.offset));
  std::uint8_t* const place = find(address, bytes, !loads);
  if (place == nullptr) return leave("outside its memory");
  if (loads) {
    std::uint64_t value = 0;
    std::memcpy(&value, place, bytes);
    registers_[it.destination()] = mode_of(it.opcode) == kMemSigned ? sign_extended(value, int(bytes) * 8) : value;
  } else {
    const std::uint64_t value =
        class_of(it.opcode) == kClassSt ? std::uint64_t(std::int64_t(it.immediate)) : registers_[it.source()];
    std::memcpy(place, &value, bytes);
  }
  return true;
}

bool Interpreter::jump(const Instruction& it) {
  const std::uint8_t operation = operation_of(it.opcode);
  const bool wide = class_of(it.opcode) == kClassJmp;
  if (wide && operation == kExit) {
    if (frames_.empty()) {
      ended_ = true;
      return true;
    }
    const Frame& frame = frames_.back();
    at_ = frame.back;
    std::copy(frame.saved.begin(), frame.saved.end(), registers_.begin() + 6);
    frames_.pop_back();
    return true;
  }
  if (wide && operation == kCall) {
    if (it.source() == kCallLocal) {
      if (frames_.size() + 1 == kMostFrames) return leave("too many calls within calls");
      Frame frame{at_ + 1, {}};
      std::copy(registers_.begin() + 6, registers_.end(), frame.saved.begin());
      frames_.push_back(frame);
      registers_[kFramePointer] -= kStackBytes;
      at_ += 1 + std::uint32_t(it.immediate);
      return true;
    }
    if (!helper_) return leave("there are no helpers");
    registers_[0] = helper_(std::uint32_t(it.immediate), std::span<const std::uint64_t, 5>(registers_.begin() + 1, 5));
    ++at_;
    return true;
  }
  const std::uint64_t a = registers_[it.destination()];
  const std::uint64_t b =
      (it.opcode & kSourceRegister) != 0 ? registers_[it.source()] : std::uint64_t(std::int64_t(it.immediate));
  const bool far = !wide && operation == kJa;
  const bool jumps = wide ? holds<std::uint64_t, std::int64_t>(operation, a, b)
                          : holds<std::uint32_t, std::int32_t>(operation, std::uint32_t(a), std::uint32_t(b));
  at_ += 1 + (jumps ? std::uint32_t(far ? it.immediate : it.offset) : 0);
  return true;
}

/// False: it has faulted.
bool Interpreter::step(std::span<const Instruction> program) {
  if (at_ >= program.size()) return leave("runs off the program");
  const Instruction& it = program[at_];
  if (it.destination() >= kRegisters || it.source() >= kRegisters) return leave("no such register");
  switch (class_of(it.opcode)) {
    case kClassAlu:
    case kClassAlu64:
      arithmetic(it);
      ++at_;
      return true;
    case kClassJmp:
    case kClassJmp32:
      return jump(it);
    case kClassLd:
      if (it.opcode != kLoadConstant || at_ + 1 == program.size()) return leave("no such instruction");
      registers_[it.destination()] =
          std::uint32_t(it.immediate) | std::uint64_t(std::uint32_t(program[at_ + 1].immediate)) << 32;
      at_ += 2;
      return true;
    default:
      if (!access(it)) return false;
      ++at_;
      return true;
  }
}

Run Interpreter::run(std::span<const Instruction> program, std::uint64_t r1, std::uint64_t r2,
                     std::uint64_t most_instructions) {
  registers_ = {};
  registers_[1] = r1;
  registers_[2] = r2;
  registers_[kFramePointer] = kStackEnd;
  stack_.assign(kStackBytes * kMostFrames, 0xa5);  // nobody may count on what is there
  frames_.clear();
  at_ = 0;
  ended_ = false;
  fault_.clear();
  regions_.push_back({kStackEnd - stack_.size(), stack_, true});
  Run run{Ending::Endless, 0, 0, 0, ""};
  while (run.executed < most_instructions) {
    run.at = at_;
    if (observer_) observer_(at_, registers_);
    ++run.executed;
    if (!step(program)) {
      run.ending = Ending::Fault;
      run.fault = fault_;
      break;
    }
    if (ended_) {
      run.ending = Ending::Exit;
      run.result = registers_[0];
      break;
    }
  }
  regions_.pop_back();
  return run;
}

}  // namespace exo::bpf
