// Executes one instruction of a MIPS program: those that clang makes of small programs without optimisation.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>

#include "explorer/debugger/registers.hpp"

namespace exo::test {

class SmallProcessor {
 public:
  /// Where the bytes are; throws when there is no memory.
  using Memory = std::function<std::byte*(std::uint32_t address, std::uint32_t bytes, bool write)>;
  SmallProcessor(debugger::Registers& registers, Memory memory) : registers_(registers), memory_(std::move(memory)) {}

  /// A branch takes its delay slot with it.
  void step();

 private:
  [[nodiscard]] std::uint32_t fetch(std::uint32_t address) const;
  [[nodiscard]] std::uint32_t load(std::uint32_t address, std::uint32_t bytes);
  void store(std::uint32_t address, std::uint32_t value, std::uint32_t bytes);
  void plain(std::uint32_t word);
  void special(std::uint32_t word);
  /// Where a branch goes, or nothing when it is none; `taken` says whether it does.
  bool branch(std::uint32_t word, std::uint32_t at, std::uint32_t& to);

  debugger::Registers& registers_;
  Memory memory_;
};

}  // namespace exo::test
