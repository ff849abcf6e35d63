// eBPF as its specification has it (RFC 9669), one instruction after another and no tricks: what compiled code must do
// is what this does. Memory is a list of regions; whoever leaves them has faulted.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/abi/bpf.hpp"

namespace exo::bpf {

using abi::bpf::Instruction;

struct Region {
  std::uint64_t address;
  std::span<std::uint8_t> bytes;
  bool writable;
};

enum class Ending : std::uint8_t { Exit, Fault, Endless };

struct Run {
  Ending ending;
  std::uint64_t result;    ///< r0
  std::uint64_t executed;  ///< instructions
  std::uint32_t at;        ///< the last one
  std::string fault;       ///< what was wrong with it
};

class Interpreter {
 public:
  /// Where the program's stack lies: as good a place as any other for memory of no machine.
  static constexpr std::uint64_t kStackEnd = 0x8000'0000;

  void add(const Region& region) { regions_.push_back(region); }
  /// A helper: gets r1 to r5, returns r0.
  using Helper = std::function<std::uint64_t(std::uint32_t number, std::span<const std::uint64_t, 5> arguments)>;
  void set_helpers(Helper helper) { helper_ = std::move(helper); }
  /// Called before every instruction with its number, its registers, and again never afterwards.
  using Observer =
      std::function<void(std::uint32_t at, std::span<const std::uint64_t, abi::bpf::kRegisters> registers)>;
  void set_observer(Observer observer) { observer_ = std::move(observer); }

  /// Memory that the program may access, for helpers; nullptr: it is not all in one region.
  std::uint8_t* find(std::uint64_t address, std::uint32_t bytes, bool writes);

  Run run(std::span<const Instruction> program, std::uint64_t r1, std::uint64_t r2, std::uint64_t most_instructions);

 private:
  struct Frame {
    std::uint32_t back;
    std::array<std::uint64_t, 5> saved;  ///< r6 to r10
  };

  bool step(std::span<const Instruction> program);
  void arithmetic(const Instruction& it);
  bool jump(const Instruction& it);
  bool access(const Instruction& it);
  bool leave(const std::string& why);

  std::vector<Region> regions_;
  Helper helper_;
  Observer observer_;
  std::array<std::uint64_t, abi::bpf::kRegisters> registers_{};
  std::vector<std::uint8_t> stack_;
  std::vector<Frame> frames_;
  std::uint32_t at_ = 0;
  bool ended_ = false;
  std::string fault_;
};

}  // namespace exo::bpf
