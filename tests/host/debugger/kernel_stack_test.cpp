// The kernel's stack goes on in the program that it interrupted: kernel.elf as it was built, with the memory that it
// would have.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "explorer/debugger/boundaries.hpp"
#include "kernel/abi/saved_registers.hpp"
#include "tests/host/debugger/programs.hpp"

namespace exo::test {
namespace {

using debugger::Environment;
using debugger::Frame;
using debugger::Registers;
using debugger::Stack;

constexpr Environment kProgram = 7;
constexpr std::uint32_t kFrame = 0x8020'0000 + kProgram * abi::kEnvironmentBytes + abi::kSavedFrame;
constexpr std::uint32_t kUserStatus = 0x8013, kIdleStatus = 0x8003;

class KernelStack : public testing::Test {
 protected:
  KernelStack() {
    user_.pc = entry_of("debugger_fixture", "leaf") + 4;
    for (std::uint32_t i = 1; i < 32; ++i) user_.general[i] = 0x1000'0000 + i;
    user_.general[29] = 0x0040'9000;
    user_.general[31] = entry_of("debugger_fixture", "exo::fixture::large") + 0x48;
    save(8 << 2, kUserStatus);
  }
  /// What `general` has kept of the program.
  void save(std::uint32_t cause, std::uint32_t status) {
    for (std::uint32_t i = 1; i < 32; ++i) memory_[kFrame + 4 * i] = user_.general[i];
    memory_[kFrame + abi::kFrameLo] = 0x77;
    memory_[kFrame + abi::kFrameHi] = 0x78;
    memory_[kFrame + abi::kFramePc] = user_.pc;
    memory_[kFrame + abi::kFrameCause] = cause;
    memory_[kFrame + abi::kFrameStatus] = status;
  }
  /// At the first instruction of a function of the kernel, called from the way in.
  Registers entered(const std::string& function) const {
    Registers registers;
    registers.pc = entry_of("kernel", function);
    registers.general[27] = kFrame;
    registers.general[29] = symbols_of("kernel").image().symbol("kernel_stack_top")->address;
    registers.general[31] = call_of_trap() + 8;
    return registers;
  }
  /// The `jal trap` behind "general".
  std::uint32_t call_of_trap() const {
    const auto& kernel = symbols_of("kernel");
    const std::uint32_t wanted = 0x0c00'0000 | (kernel.image().symbol("trap")->address & 0x0fff'ffff) >> 2;
    for (std::uint32_t at = kernel.image().symbol("general")->address;; at += 4) {
      std::uint32_t word = 0;
      const debugger::Bytes bytes = kernel.image().loaded(at, 4);
      if (bytes.size() < 4) throw std::runtime_error("trap is not called");
      std::memcpy(&word, bytes.data(), 4);
      if (word == wanted) return at;
    }
  }
  Stack stack_of(const Registers& registers, Environment acting = kProgram) {
    source_.acting = acting;
    return unwind({registers}, debugger::kKernel, source_);
  }

  Registers user_;
  std::map<std::uint32_t, std::uint32_t> memory_;
  debugger::StackSource source_{[this](Environment env, std::uint32_t address, std::span<std::byte> out) {
                                  const auto found = memory_.find(address);
                                  if (found != memory_.end() && out.size() == 4)
                                    return std::memcpy(out.data(), &found->second, 4), true;
                                  const auto& symbols =
                                      env == debugger::kKernel ? symbols_of("kernel") : symbols_of("debugger_fixture");
                                  const debugger::Bytes bytes = symbols.image().loaded(address, out.size());
                                  std::copy(bytes.begin(), bytes.end(), out.begin());
                                  return bytes.size() == out.size();
                                },
                                [](Environment env) {
                                  return env == debugger::kKernel ? &symbols_of("kernel")
                                         : env == kProgram        ? &symbols_of("debugger_fixture")
                                                                  : nullptr;
                                },
                                kProgram};
};

std::string show(const Stack& stack) {
  std::string text;
  for (const Frame& frame : stack.frames)
    text += fmt::format("{} {:08x} {} {}\n", frame.env, frame.pc, frame.function, frame.boundary);
  return text + stack.end;
}

TEST_F(KernelStack, GoesOnInTheProgramWithAllItsRegisters) {
  const Stack stack = stack_of(entered("trap"));
  ASSERT_GE(stack.frames.size(), 4U) << show(stack);
  EXPECT_EQ(stack.frames[0].function, "trap");
  EXPECT_EQ(stack.frames[1].function, "general");
  const Frame& program = stack.frames[2];
  EXPECT_EQ(program.env, kProgram) << show(stack);
  EXPECT_EQ(program.function, "exo::fixture::leaf");
  EXPECT_EQ(program.boundary, "system call");
  EXPECT_EQ(program.registers.values.lo, 0x77U);
  EXPECT_EQ(program.registers.values.hi, 0x78U);
  for (std::uint32_t i = 1; i < 32; ++i) {
    if (i == 26 || i == 27) continue;
    EXPECT_EQ(program.registers.values.general[i], user_.general[i]) << i;
    EXPECT_NE(program.registers.known >> i & 1, 0U) << i;
  }
  EXPECT_EQ(stack.frames[3].function, "exo::fixture::large") << show(stack);
}

TEST_F(KernelStack, NamesWhatWasCrossed) {
  user_.pc = 0x0041'0000;  // no code, so a system call's number can't be read there
  const std::pair<std::uint32_t, const char*> kCauses[] = {
      {0, "timer interrupt"}, {2 << 2, "TLB miss on a load"}, {3 << 2, "TLB miss on a store"}, {8 << 2, "system call"}};
  for (const auto& [cause, name] : kCauses) {
    save(cause, kUserStatus);
    const Stack stack = stack_of(entered("trap"));
    ASSERT_GE(stack.frames.size(), 3U) << show(stack);
    EXPECT_EQ(stack.frames[2].boundary, name);
  }
  // At the instruction itself the number is still where the program put it.
  user_.pc = 0x0041'0000;
  user_.general[2] = 17;
  memory_[user_.pc] = 0x0000'000c;
  save(8 << 2, kUserStatus);
  EXPECT_EQ(stack_of(entered("trap")).frames.at(2).boundary, "system call bind");
}

TEST_F(KernelStack, KnowsTheIdleLoop) {
  user_.pc = entry_of("kernel", "idle_loop");
  save(0, kIdleStatus);
  const Stack stack = stack_of(entered("trap"));
  ASSERT_EQ(stack.frames.size(), 3U) << show(stack);
  EXPECT_EQ(stack.frames[2].env, debugger::kKernel);
  EXPECT_EQ(stack.frames[2].function, "idle_loop");
  EXPECT_EQ(stack.end, "nobody is ready: the kernel waits");
  EXPECT_FALSE(stack.broken);
}

TEST_F(KernelStack, IsTheProgramsAloneAtTheVectors) {
  Registers registers = user_;
  registers.exception_pc = user_.pc;
  registers.cause = 8 << 2;
  registers.general[2] = 11;
  for (const char* label : {"vectors_quiet", "vectors_traced", "general"}) {
    registers.pc = symbols_of("kernel").image().symbol(label)->address;
    const Stack stack = stack_of(registers);
    ASSERT_GE(stack.frames.size(), 2U) << show(stack);
    EXPECT_EQ(stack.frames[1].env, kProgram) << show(stack);
    EXPECT_EQ(stack.frames[1].boundary, "system call frame_allocate");
    EXPECT_EQ(stack.frames[1].pc, user_.pc);
  }
  EXPECT_TRUE(stack_of(registers, debugger::kKernel).broken);
}

TEST_F(KernelStack, BeginsWhereTheMachineDoes) {
  Registers registers = entered("trap");
  registers.pc = entry_of("kernel", "kernel_main");
  registers.general[31] = symbols_of("kernel").image().symbol("_start")->address + 0x2c;
  const Stack stack = stack_of(registers);
  EXPECT_EQ(stack.end, "the machine begins here") << show(stack);
}

TEST_F(KernelStack, DoesNotBelieveATrapFrameThatIsNone) {
  for (const std::uint32_t frame : {0U, kFrame + 4, 0x8000'0000U, 0xffff'ff00U, 0x8021'0000U + abi::kSavedFrame}) {
    Registers registers = entered("trap");
    registers.general[27] = frame;
    const Stack stack = stack_of(registers);
    EXPECT_TRUE(stack.broken) << show(stack);
    EXPECT_EQ(stack.frames.back().env, debugger::kKernel);
  }
}

}  // namespace
}  // namespace exo::test
