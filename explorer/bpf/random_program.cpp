#include "explorer/bpf/random_program.hpp"

#include <algorithm>

namespace exo::bpf {
namespace {

using namespace abi::bpf;

// Which register is for what: numbers to compute with, an address under construction, the counters of loops, the
// memory.
constexpr std::uint32_t kNumbers[] = {0, 2, 3, 4, 5};
constexpr std::uint32_t kAddress = 1, kCounter[] = {7, 8}, kMemory = 6, kMemorySize = 9;
constexpr std::uint32_t kStackSlots = 8;  // of those that there are

class Generator {
 public:
  Generator(std::uint64_t seed, std::uint32_t memory_bytes) : random_(seed), memory_bytes_(memory_bytes) {}

  std::vector<Instruction> make(std::uint32_t size, std::uint32_t functions) {
    functions_ = functions;
    body(size);
    // The functions stand behind the program; what is called knows by now where that is.
    for (std::uint32_t function = 0; function < functions; ++function) {
      for (const Call& call : calls_)
        if (call.function == function)
          program_[call.at].immediate = std::int32_t(program_.size()) - std::int32_t(call.at) - 1;
      inside_ = function + 1;
      body(1 + random_.below(6));
    }
    return std::move(program_);
  }

 private:
  struct Call {
    std::size_t at;
    std::uint32_t function;
  };

  void body(std::uint32_t size) {
    move(kMemory, 1);
    move(kMemorySize, 2);
    for (const std::uint32_t number : kNumbers)
      if (inside_ == 0 || number == 0) constant(number);
    for (std::uint32_t slot = 1; slot <= kStackSlots; ++slot)
      if (!random_.one_in(64)) store(kFramePointer, -8 * std::int32_t(slot), 8);
    block(size, 0, 0);
    // What was computed should be seen.
    for (const std::uint32_t other : kNumbers)
      if (other != 0) emit(kClassAlu64 | (random_.one_in(2) ? kXor : kAdd) | kSourceRegister, 0, other, 0, 0);
    emit(kClassJmp | kExit, 0, 0, 0, 0);
  }

  /// Of a function further on, so that none calls itself. It gets the memory and the numbers, and all but r0 is lost.
  void call() {
    const std::uint32_t function = inside_ + random_.below(functions_ - inside_);
    move(1, kMemory);
    calls_.push_back({program_.size(), function});
    emit(kClassJmp | kCall, 0, kCallLocal, 0, 0);
    for (const std::uint32_t number : kNumbers)
      if (number != 0) constant(number);
  }

  void emit(unsigned opcode, std::uint32_t destination, std::uint32_t source, std::int32_t offset, std::int32_t value) {
    program_.push_back({std::uint8_t(opcode), std::uint8_t(destination | source << 4), std::int16_t(offset), value});
  }
  std::uint32_t any() { return kNumbers[random_.below(std::size(kNumbers))]; }
  void move(std::uint32_t to, std::uint32_t from) { emit(kClassAlu64 | kMov | kSourceRegister, to, from, 0, 0); }
  std::int32_t immediate() { return std::int32_t(std::uint32_t(random_.number())); }

  void constant(std::uint32_t to) {
    const std::uint64_t value = random_.number();
    if (random_.one_in(2)) {
      emit(kClassAlu64 | kMov, to, 0, 0, std::int32_t(std::uint32_t(value)));
    } else {
      emit(kLoadConstant, to, 0, 0, std::int32_t(std::uint32_t(value)));
      emit(0, 0, 0, 0, std::int32_t(std::uint32_t(value >> 32)));
    }
  }

  static unsigned size_code(std::uint32_t bytes) {
    return bytes == 4 ? 0x00 : bytes == 2 ? 0x08 : bytes == 1 ? 0x10 : 0x18;
  }
  void load(std::uint32_t base, std::int32_t offset, std::uint32_t bytes) {
    const bool with_sign = bytes != 8 && random_.one_in(4);
    emit(kClassLdx | (with_sign ? kMemSigned : kMem) | size_code(bytes), any(), base, offset, 0);
  }
  void store(std::uint32_t base, std::int32_t offset, std::uint32_t bytes) {
    if (random_.one_in(3))
      emit(kClassSt | kMem | size_code(bytes), base, 0, offset, immediate());
    else
      emit(kClassStx | kMem | size_code(bytes), base, any(), offset, 0);
  }
  void load_or_store(std::uint32_t base, std::int32_t offset, std::uint32_t bytes) {
    random_.one_in(2) ? load(base, offset, bytes) : store(base, offset, bytes);
  }

  void arithmetic() {
    constexpr std::uint8_t kOperations[] = {kAdd, kSub, kMul, kDiv, kOr,  kAnd,  kLsh,
                                            kRsh, kNeg, kMod, kXor, kMov, kArsh, kEnd};
    const std::uint8_t operation = kOperations[random_.below(std::size(kOperations))];
    const bool wide = random_.one_in(2);
    const unsigned group = wide ? kClassAlu64 : kClassAlu;
    if (operation == kNeg) return emit(group | kNeg, any(), 0, 0, 0);
    if (operation == kEnd) {
      const bool swaps = !wide && random_.one_in(2);
      return emit(group | kEnd | (swaps ? kSourceRegister : 0), any(), 0, 0, 16 << random_.below(3));
    }
    const bool divides = operation == kDiv || operation == kMod;
    const std::int32_t with_sign = divides && random_.one_in(2) ? kSignedDivision : 0;
    if (random_.one_in(2)) {
      std::int32_t value = immediate();
      if ((operation == kLsh || operation == kRsh || operation == kArsh) && !random_.one_in(8)) value &= wide ? 63 : 31;
      if (divides && value == 0 && !random_.one_in(64)) value = 3;
      return emit(group | operation, any(), 0, with_sign, value);
    }
    std::int32_t offset = with_sign;
    if (operation == kMov && random_.one_in(2)) offset = 8 << random_.below(wide ? 3 : 2);
    emit(group | operation | kSourceRegister, any(), any(), offset, 0);
  }

  void memory() {
    const std::uint32_t bytes = 1u << random_.below(4);
    if (random_.one_in(3)) return load_or_store(kMemory, std::int32_t(random_.below(memory_bytes_ - bytes + 1)), bytes);
    // At an offset that is computed, and then made small enough.
    move(kAddress, any());
    const std::uint32_t room = memory_bytes_ - bytes + 1;
    if (random_.one_in(2)) {
      std::uint32_t mask = 1;
      while (mask * 2 <= room) mask *= 2;
      emit(kClassAlu64 | kAnd, kAddress, 0, 0, std::int32_t((mask - 1) & (random_.one_in(2) ? ~3u : ~0u)));
      emit(kClassAlu64 | kAdd | kSourceRegister, kAddress, kMemory, 0, 0);
      load_or_store(kAddress, 0, bytes);
    } else {
      const std::int32_t skipped = random_.one_in(2) ? 2 : 1;
      emit(kClassJmp | kJge, kAddress, 0, skipped + 1, std::int32_t(room));
      emit(kClassAlu64 | kAdd | kSourceRegister, kAddress, kMemory, 0, 0);
      if (skipped == 2) load_or_store(kAddress, 0, bytes);
      load_or_store(kAddress, 0, bytes);
    }
  }

  void stack() {
    const std::uint32_t bytes = 1u << random_.below(4);
    const std::int32_t offset =
        -std::int32_t(8 * kStackSlots) + std::int32_t(random_.below(8 * kStackSlots - bytes + 1));
    load_or_store(kFramePointer, random_.one_in(2) ? offset & -8 : offset, bytes);
  }

  /// A condition over a block, or over one of two.
  void branch(std::uint32_t depth, std::uint32_t loops) {
    constexpr std::uint8_t kJumps[] = {kJeq, kJgt, kJge, kJset, kJne, kJsgt, kJsge, kJlt, kJle, kJslt, kJsle};
    const std::size_t at = program_.size();
    const unsigned opcode =
        unsigned(random_.one_in(2) ? kClassJmp : kClassJmp32) | kJumps[random_.below(std::size(kJumps))];
    if (random_.one_in(2))
      emit(opcode, any(), 0, 0, immediate());
    else
      emit(opcode | kSourceRegister, any(), any(), 0, 0);
    block(1 + random_.below(5), depth + 1, loops);
    if (random_.one_in(2)) {
      const std::size_t over = program_.size();
      const bool far = random_.one_in(3);
      emit(far ? kClassJmp32 | kJa : kClassJmp | kJa, 0, 0, 0, 0);
      block(1 + random_.below(5), depth + 1, loops);
      const auto distance = std::int32_t(program_.size() - over - 1);
      if (far)
        program_[over].immediate = distance;
      else
        program_[over].offset = std::int16_t(distance);
      program_[at].offset = std::int16_t(over - at);
    } else {
      program_[at].offset = std::int16_t(program_.size() - at - 1);
    }
  }

  void loop(std::uint32_t depth, std::uint32_t loops) {
    const std::uint32_t counter = kCounter[loops];
    const auto rounds = std::int32_t(1 + random_.below(6));
    const bool up = random_.one_in(2);
    emit(kClassAlu64 | kMov, counter, 0, 0, up ? 0 : rounds);
    const std::size_t start = program_.size();
    block(1 + random_.below(5), depth + 1, loops + 1);
    emit(kClassAlu64 | kAdd, counter, 0, 0, up ? 1 : -1);
    const auto distance = std::int32_t(start) - std::int32_t(program_.size()) - 1;
    emit((random_.one_in(2) ? kClassJmp : kClassJmp32) | (up ? kJlt : kJne), counter, 0, distance, up ? rounds : 0);
  }

  void block(std::uint32_t size, std::uint32_t depth, std::uint32_t loops) {
    for (std::uint32_t i = 0; i < size && program_.size() < kMostInstructions - 60; ++i) {
      const std::uint32_t kind = random_.below(16);
      if (kind == 0 && depth < 3 && loops < std::size(kCounter)) {
        loop(depth, loops);
      } else if (kind <= 2 && depth < 4) {
        branch(depth, loops);
      } else if (kind <= 4) {
        memory();
      } else if (kind <= 6) {
        stack();
      } else if (kind == 7) {
        inside_ < functions_&& loops == 0 ? call() : constant(any());
      } else {
        arithmetic();
      }
    }
  }

  Random random_;
  std::uint32_t memory_bytes_;
  std::uint32_t functions_ = 0;
  std::uint32_t inside_ = 0;  ///< the function that is being made, from 1; 0: the program
  std::vector<Call> calls_;
  std::vector<Instruction> program_;
};

}  // namespace

std::uint64_t Random::number() {
  constexpr std::uint64_t kEdges[] = {0,
                                      1,
                                      2,
                                      3,
                                      7,
                                      8,
                                      31,
                                      32,
                                      63,
                                      64,
                                      0x7f,
                                      0x80,
                                      0xff,
                                      0x7fff,
                                      0x8000,
                                      0xffff,
                                      0x7fff'ffff,
                                      0x8000'0000,
                                      0xffff'ffff,
                                      0x1'0000'0000,
                                      0x7fff'ffff'ffff'ffff,
                                      0x8000'0000'0000'0000};
  const std::uint64_t edge = kEdges[below(std::uint32_t(std::size(kEdges)))];
  switch (below(4)) {
    case 0:
      return edge;
    case 1:
      return 0 - edge;
    case 2:
      return below(256);
    default:
      return next() >> below(64);
  }
}

std::vector<Instruction> random_program(std::uint64_t seed, std::uint32_t memory_bytes, std::uint32_t size,
                                        std::uint32_t functions) {
  return Generator(seed, memory_bytes).make(size, functions);
}

void spoil(std::vector<Instruction>& program, Random& random) {
  for (std::uint32_t i = 0; i <= random.below(3); ++i) {
    Instruction& it = program[random.below(std::uint32_t(program.size()))];
    switch (random.below(5)) {
      case 0:
        it.opcode = std::uint8_t(it.opcode ^ 1u << random.below(8));
        break;
      case 1:
        it.registers = std::uint8_t(random.below(11) | random.below(11) << 4);
        break;
      case 2:
        it.offset = std::int16_t(it.offset + int(random.below(17)) - 8);
        break;
      case 3:
        it.immediate = std::int32_t(std::uint32_t(random.number()));
        break;
      default:
        std::swap(it, program[random.below(std::uint32_t(program.size()))]);
    }
  }
}

}  // namespace exo::bpf
