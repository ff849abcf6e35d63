// A program of the build, executed on the host instruction by instruction, with a call stack of its own: who called
// whom is known without any debugging information, so that what a debugger says can be compared at every single
// instruction. User mode only: there is no kernel, a system call returns Ok.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "explorer/debugger/location.hpp"
#include "explorer/debugger/symbols.hpp"

namespace exo::test {

class LittleMachine {
 public:
  explicit LittleMachine(debugger::Symbols& symbols);

  debugger::Registers registers;
  /// Addresses that calls return to, innermost last; an upcall counts as a call that returns to where it interrupted.
  struct Call {
    std::uint32_t returns_to;
    std::uint32_t sp;  ///< when it returns
    bool upcall;
  };
  std::vector<Call> calls;
  std::uint32_t system_calls = 0;
  std::uint32_t system_call = 0;  ///< the last one's number

  /// Enters a function as a caller that does not exist would have, with up to 4 arguments.
  void call(std::uint32_t entry, std::vector<std::uint32_t> arguments);
  /// Executes one instruction, and with a jump the one in its delay slot. False: the function entered has returned.
  bool step();
  /// As the kernel would: the exception or the asynchronous upcall that stands before the next instruction.
  void raise_exception(std::uint32_t handler, std::uint32_t cause, std::uint32_t address);
  void raise_upcall(std::uint32_t handler, std::uint32_t kind);

  bool read(std::uint32_t address, std::span<std::byte> out) const;
  [[nodiscard]] std::uint32_t word(std::uint32_t address) const;
  void set_word(std::uint32_t address, std::uint32_t value);

 private:
  std::uint32_t load(std::uint32_t address, std::uint32_t bytes) const;
  void store(std::uint32_t address, std::uint32_t bytes, std::uint32_t value);
  void execute(std::uint32_t instruction);
  void special(std::uint32_t instruction);
  void special_2_and_3(std::uint32_t instruction);
  void jump(std::uint32_t target, bool link, std::uint32_t link_register = 31);

  std::map<std::uint32_t, std::byte> memory_;
  std::optional<std::uint32_t> jump_;  ///< behind the delay slot
  bool links_ = false;
};

}  // namespace exo::test
