#include "explorer/bpf/classic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "explorer/common/error.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::bpf {
namespace {

using abi::bpf::Instruction;
namespace e = abi::bpf;

// Classic instruction codes: class in bits 2..0; of loads the size in bits 4..3 and the mode in bits 7..5; of
// arithmetic and jumps as in eBPF.
enum Class : unsigned { kLoad, kLoadX, kStore, kStoreX, kArithmetic, kJump, kReturn, kMove };
enum Mode : unsigned {
  kConstant = 0x00,
  kAbsolute = 0x20,
  kIndirect = 0x40,
  kMemory = 0x60,
  kLength = 0x80,
  kHeader = 0xa0
};
constexpr unsigned kByX = 0x08;
constexpr unsigned kReturnA = 0x10, kToA = 0x80;
constexpr std::uint32_t kMemoryWords = 16;
constexpr std::uint32_t kMostBytes = abi::kMostPacketBytes;

// Where things are while the program runs. r1, the context, is needed only to begin with.
constexpr std::uint8_t kA = 0, kX = 1, kData = 2, kEnd = 3, kAt = 4, kBeyond = 5;

constexpr std::uint8_t kMoveRegister = e::kClassAlu64 | e::kMov | e::kSourceRegister;
constexpr std::uint8_t kMoveWord = e::kClassAlu | e::kMov;
constexpr std::uint8_t kMoveWordRegister = e::kClassAlu | e::kMov | e::kSourceRegister;
constexpr std::uint8_t kAddConstant = e::kClassAlu64 | e::kAdd;
constexpr std::uint8_t kJumpAlways = e::kClassJmp | e::kJa;
constexpr std::uint8_t kToNetworkOrder = e::kClassAlu | e::kEnd | e::kSourceRegister;
constexpr std::uint8_t kLoadWord = e::kClassLdx | e::kMem;
constexpr std::uint8_t kLoadDouble = e::kClassLdx | e::kMem | 0x18;

constexpr std::int16_t memory_offset(std::uint32_t word) { return std::int16_t(-4 * int(word + 1)); }

constexpr unsigned class_of(const ClassicInstruction& i) { return i.code & 7; }

class Translator {
 public:
  explicit Translator(std::span<const ClassicInstruction> program)
      : program_(program), begin_(program.size() + 1), proven_(program.size() + 1) {}

  std::vector<Instruction> run() {
    if (program_.empty()) throw InputError("the filter has no instruction");
    prologue();
    for (at_ = 0; at_ < program_.size(); ++at_) {
      begin_[at_] = out_.size();
      one(program_[at_]);
      const bool goes_on = class_of(program_[at_]) != kJump && class_of(program_[at_]) != kReturn;
      if (goes_on) arrive(at_ + 1);
    }
    begin_[program_.size()] = out_.size();  // where what does not match goes
    emit(kMoveWord, kA, 0);
    emit(e::kClassJmp | e::kExit, 0, 0);
    for (const auto& [place, target] : open_) out_[place].offset = std::int16_t(begin_[target] - place - 1);
    if (out_.size() > e::kMostInstructions)
      throw InputError(fmt::format("the filter becomes {} instructions; a download has at most {}", out_.size(),
                                   e::kMostInstructions));
    return std::move(out_);
  }

 private:
  struct Open {
    std::size_t place, target;
  };
  std::span<const ClassicInstruction> program_;
  std::vector<Instruction> out_;
  std::vector<std::size_t> begin_;
  std::vector<Open> open_;
  /// Bytes of the packet that every path to an instruction has found to be there.
  std::vector<std::optional<std::uint32_t>> proven_;
  std::size_t at_ = 0;

  [[noreturn]] void refuse() const {
    throw InputError(fmt::format("the filter's instruction {} is {:#x}, which is not classic BPF", at_,
                                 unsigned(program_[at_].code)));
  }

  void emit(std::uint8_t opcode, std::uint8_t destination, std::int32_t immediate, std::uint8_t source = 0,
            std::int16_t offset = 0) {
    out_.push_back({opcode, std::uint8_t(source << 4 | destination), offset, immediate});
  }
  void jump(std::uint8_t opcode, std::size_t target, std::uint8_t destination = 0, std::int32_t immediate = 0,
            std::uint8_t source = 0) {
    open_.push_back({out_.size(), target});
    emit(opcode, destination, immediate, source);
  }
  [[nodiscard]] std::size_t reject() const { return program_.size(); }

  void arrive(std::size_t target) {
    auto& there = proven_[target];
    const std::uint32_t here = proven_[at_].value_or(0);
    there = there ? std::min(*there, here) : here;
  }

  void prologue() {
    emit(kLoadDouble, kEnd, 0, 1, offsetof(abi::DownloadContext, data_end));
    emit(kLoadDouble, kData, 0, 1, offsetof(abi::DownloadContext, data));
    emit(kMoveWord, kA, 0);
    emit(kMoveWord, kX, 0);
    for (std::uint32_t word = 0; word < kMemoryWords; ++word)
      if (std::ranges::any_of(program_, [word](const auto& i) {
            return (class_of(i) == kLoad || class_of(i) == kLoadX) && (i.code & 0xe0) == kMemory && i.k == word;
          }))
        emit(e::kClassSt | e::kMem, e::kFramePointer, 0, 0, memory_offset(word));
  }

  void one(const ClassicInstruction& i) {
    switch (class_of(i)) {
      case kLoad:
        return load(i, kA);
      case kLoadX:
        return load(i, kX);
      case kStore:
      case kStoreX:
        if (i.k >= kMemoryWords) refuse();
        return emit(e::kClassStx | e::kMem, e::kFramePointer, 0, class_of(i) == kStore ? kA : kX, memory_offset(i.k));
      case kArithmetic:
        return arithmetic(i);
      case kJump:
        return branch(i);
      case kReturn:
        if ((i.code & 0x18) != kReturnA) emit(kMoveWord, kA, i.k != 0);
        return emit(e::kClassJmp | e::kExit, 0, 0);
      default:
        return (i.code & kToA) != 0 ? emit(kMoveWordRegister, kA, 0, kX) : emit(kMoveWordRegister, kX, 0, kA);
    }
  }

  void load(const ClassicInstruction& i, std::uint8_t to) {
    const std::uint32_t bytes = (i.code & 0x18) == 0 ? 4 : (i.code & 0x18) == 8 ? 2 : 1;
    switch (i.code & 0xe0) {
      case kConstant:
        return emit(kMoveWord, to, std::int32_t(i.k));
      case kAbsolute:
        return load_at(to, i.k, bytes);
      case kIndirect:
        return load_beyond_x(to, i.k, bytes);
      case kMemory:
        if (i.k >= kMemoryWords) refuse();
        return emit(kLoadWord, to, 0, e::kFramePointer, memory_offset(i.k));
      case kLength:
        emit(kMoveRegister, to, 0, kEnd);
        return emit(e::kClassAlu64 | e::kSub | e::kSourceRegister, to, 0, kData);
      case kHeader:  // X is the length of an IPv4 header
        load_at(to, i.k, 1);
        emit(e::kClassAlu | e::kAnd, to, 15);
        return emit(e::kClassAlu | e::kLsh, to, 2);
      default:
        refuse();
    }
  }

  void read(std::uint8_t to, std::uint8_t base, std::uint32_t offset, std::uint32_t bytes) {
    const std::uint8_t size = bytes == 4 ? 0x00 : bytes == 2 ? 0x08 : 0x10;
    emit(std::uint8_t(kLoadWord | size), to, 0, base, std::int16_t(offset));
    if (bytes > 1) emit(kToNetworkOrder, to, std::int32_t(8 * bytes));
  }

  void load_at(std::uint8_t to, std::uint32_t offset, std::uint32_t bytes) {
    if (offset > kMostBytes - bytes) return jump(kJumpAlways, reject());  // no packet is so long
    auto& proven = proven_[at_];
    if (proven.value_or(0) < offset + bytes) {
      emit(kMoveRegister, kAt, 0, kData);
      emit(kAddConstant, kAt, std::int32_t(offset + bytes));
      jump(e::kClassJmp | e::kJgt | e::kSourceRegister, reject(), kAt, 0, kEnd);
      proven = offset + bytes;
    }
    read(to, kData, offset, bytes);
  }

  void load_beyond_x(std::uint8_t to, std::uint32_t offset, std::uint32_t bytes) {
    if (offset > kMostBytes - bytes) return jump(kJumpAlways, reject());
    jump(e::kClassJmp | e::kJgt, reject(), kX, std::int32_t(kMostBytes));
    emit(kMoveRegister, kAt, 0, kData);
    emit(e::kClassAlu64 | e::kAdd | e::kSourceRegister, kAt, 0, kX);
    emit(kMoveRegister, kBeyond, 0, kAt);
    emit(kAddConstant, kBeyond, std::int32_t(offset + bytes));
    jump(e::kClassJmp | e::kJgt | e::kSourceRegister, reject(), kBeyond, 0, kEnd);
    read(to, kAt, offset, bytes);
  }

  void arithmetic(const ClassicInstruction& i) {
    const auto operation = std::uint8_t(i.code & 0xf0);
    const bool by_x = (i.code & kByX) != 0;
    const bool divides = operation == e::kDiv || operation == e::kMod;
    const bool shifts = operation == e::kLsh || operation == e::kRsh;
    if (operation > e::kXor) refuse();
    const auto opcode = std::uint8_t(e::kClassAlu | operation);
    if (operation == e::kNeg) return emit(opcode, kA, 0);
    if (!by_x) {
      if (divides && i.k == 0) return jump(kJumpAlways, reject());
      if (shifts && i.k > 31) return emit(kMoveWord, kA, 0);
      return emit(opcode, kA, std::int32_t(i.k));
    }
    if (divides) jump(e::kClassJmp32 | e::kJeq, reject(), kX, 0);
    // eBPF looks at the lowest five bits of a distance only.
    if (shifts) emit(e::kClassJmp32 | e::kJle, kX, 31, 0, 1);
    if (shifts) emit(kMoveWord, kA, 0);
    emit(std::uint8_t(opcode | e::kSourceRegister), kA, 0, kX);
  }

  void branch(const ClassicInstruction& i) {
    const auto operation = std::uint8_t(i.code & 0xf0);
    const std::size_t next = at_ + 1;
    if (operation == e::kJa) {
      if (i.k >= program_.size() - next) refuse();
      arrive(next + i.k);
      if (i.k != 0) jump(kJumpAlways, next + i.k);
      return;
    }
    const std::size_t yes = next + i.if_true, no = next + i.if_false;
    if (operation > e::kJset || yes >= program_.size() || no >= program_.size()) refuse();
    arrive(yes);
    arrive(no);
    if (yes == no) return yes == next ? void() : jump(kJumpAlways, yes);
    const bool by_x = (i.code & kByX) != 0;
    const std::uint8_t inverse = operation == e::kJeq ? e::kJne : operation == e::kJgt ? e::kJle : e::kJlt;
    const bool turn = yes == next && operation != e::kJset;
    const auto opcode = std::uint8_t(e::kClassJmp32 | (turn ? inverse : operation) | (by_x ? e::kSourceRegister : 0));
    jump(opcode, turn ? no : yes, kA, by_x ? 0 : std::int32_t(i.k), by_x ? kX : std::uint8_t{0});
    if (!turn && no != next) jump(kJumpAlways, no);
  }
};

}  // namespace

std::vector<Instruction> translate(std::span<const ClassicInstruction> program) { return Translator(program).run(); }

}  // namespace exo::bpf
