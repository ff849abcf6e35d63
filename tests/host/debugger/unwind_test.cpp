// Stacks: at every instruction of programs that run on the host, against a record of their calls.
#include "explorer/debugger/unwind.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explorer/debugger/boundaries.hpp"
#include "kernel/abi/saved_registers.hpp"
#include "libos/base/upcall_layout.h"
#include "tests/host/debugger/little_machine.hpp"
#include "tests/host/debugger/programs.hpp"

namespace exo::test {
namespace {

using debugger::Environment;
using debugger::Frame;
using debugger::Stack;
using debugger::StackSource;
using testing::ElementsAre;
using testing::HasSubstr;

static_assert(PAGE_WAITING_FOR == debugger::kPageWaitingFor && PAGE_WAITING_PC == debugger::kPageWaitingPc &&
              PAGE_WAITING_SP == debugger::kPageWaitingSp && STILL_WAITING == debugger::kStillWaitingBit);

constexpr Environment kUs = 7;
constexpr const char* kFixture = "debugger_fixture";

debugger::Symbols& fixture() { return symbols_of(kFixture); }

StackSource source_of(const LittleMachine& machine) {
  return {[&](Environment env, std::uint32_t address, std::span<std::byte> out) {
            return env == kUs && machine.read(address, out);
          },
          [](Environment env) { return env == kUs ? &fixture() : nullptr; }, kUs};
}

Stack stack_of(const LittleMachine& machine) { return unwind({machine.registers}, kUs, source_of(machine)); }

std::string show(const Stack& stack) {
  std::string text;
  for (const Frame& frame : stack.frames)
    text += fmt::format("{:08x} {}{} {} {}\n", frame.pc, frame.function, frame.inlined ? " (inlined)" : "",
                        frame.line ? frame.line->line : 0, frame.boundary);
  return text + stack.end;
}

std::vector<std::string> functions(const Stack& stack) {
  std::vector<std::string> names;
  for (const Frame& frame : stack.frames) names.push_back(frame.function);
  return names;
}

/// The frames that are no inlined copies, as places where they go on: the innermost first.
std::vector<std::uint32_t> places(const Stack& stack) {
  std::vector<std::uint32_t> found;
  for (const Frame& frame : stack.frames)
    if (!frame.inlined) found.push_back(frame.pc);
  return found;
}
std::vector<std::uint32_t> expected(const LittleMachine& machine) {
  std::vector<std::uint32_t> found = {machine.registers.pc};
  for (auto call = machine.calls.rbegin(); call != machine.calls.rend(); ++call) found.push_back(call->returns_to);
  return found;
}

/// Runs to the end; every stack on the way must be right.
std::size_t run_and_compare(LittleMachine& machine, std::size_t most = 200'000) {
  std::size_t steps = 0;
  do {
    const Stack stack = stack_of(machine);
    EXPECT_EQ(places(stack), expected(machine)) << show(stack);
    if (testing::Test::HasFailure()) return steps;
  } while (++steps < most && machine.step());
  return steps;
}

TEST(Unwind, IsRightAtEveryInstructionOfEveryFunction) {
  LittleMachine machine(fixture());
  machine.call(entry_of(kFixture, "main"), {});
  EXPECT_GT(run_and_compare(machine), 300U);
}

TEST(Unwind, TellsLinesInlinedFunctionsAndTheEnd) {
  LittleMachine machine(fixture());
  machine.call(entry_of(kFixture, "main"), {});
  const auto inner = fixture().functions("inner").front().entry;
  while (machine.registers.pc != inner) ASSERT_TRUE(machine.step());
  const Stack stack = stack_of(machine);
  EXPECT_THAT(functions(stack),
              ElementsAre("exo::fixture::inner", "exo::fixture::middle", "exo::fixture::outer", "main"))
      << show(stack);
  constexpr const char* kSource = "tests/host/debugger/fixture.cpp";
  ASSERT_TRUE(stack.frames[0].line && stack.frames[1].line && stack.frames[2].line && stack.frames[3].line);
  EXPECT_EQ(stack.frames[1].line->line, line_with(kSource, "// middle calls inner"));
  EXPECT_EQ(stack.frames[2].line->line, line_with(kSource, "// outer calls middle"));
  EXPECT_EQ(stack.frames[3].line->line, line_with(kSource, "hidden = outer("));
  EXPECT_TRUE(stack.frames[0].inlined && stack.frames[1].inlined && !stack.frames[2].inlined);
  EXPECT_TRUE(stack.broken);  // the test's caller is no code
  EXPECT_THAT(stack.end, HasSubstr("is no code"));
}

TEST(Unwind, CountsEveryLevelOfARecursion) {
  LittleMachine machine(fixture());
  machine.call(entry_of(kFixture, "recursive"), {5});
  const auto leaf = entry_of(kFixture, "leaf");
  while (machine.registers.pc != leaf) ASSERT_TRUE(machine.step());
  const Stack stack = stack_of(machine);
  const auto names = functions(stack);
  EXPECT_EQ(std::count(names.begin(), names.end(), "exo::fixture::recursive"), std::int64_t(machine.calls.size()));
}

TEST(Unwind, StopsAtItsLimit) {
  LittleMachine machine(fixture());
  machine.call(entry_of(kFixture, "recursive"), {5});
  const auto leaf = entry_of(kFixture, "leaf");
  while (machine.registers.pc != leaf) ASSERT_TRUE(machine.step());
  const Stack stack = unwind({machine.registers}, kUs, source_of(machine), 3);
  EXPECT_EQ(stack.frames.size(), 3U);
  EXPECT_THAT(stack.end, HasSubstr("only 3 frames"));
}

// An exception between any two instructions: the handler's stack goes on in the program's, with all its registers.
TEST(Unwind, GoesOnBelowAnException) {
  for (std::size_t before = 0; before < 140; before += 7) {
    LittleMachine machine(fixture());
    machine.call(entry_of(kFixture, "recursive"), {8});
    for (std::size_t i = 0; i < before; ++i) ASSERT_TRUE(machine.step());
    const debugger::Registers at = machine.registers;
    machine.raise_exception(entry_of(kFixture, "exo_exception_entry"), 2 << 2, 0x0070'0000);
    bool seen = false;
    for (int steps = 0; steps < 400; ++steps) {
      const Stack stack = stack_of(machine);
      ASSERT_EQ(places(stack), expected(machine)) << before << "\n" << show(stack);
      const auto program =
          std::find_if(stack.frames.begin(), stack.frames.end(), [](const Frame& f) { return !f.boundary.empty(); });
      ASSERT_NE(program, stack.frames.end()) << show(stack);
      EXPECT_THAT(program->boundary, HasSubstr("upcall"));
      EXPECT_EQ(program->registers.known | 7U << 26, 0xffff'ffffU) << show(stack);
      for (std::size_t i = 0; i < 32; ++i) {
        if (i >= 26 && i <= 28) continue;  // the kernel's, and gp
        ASSERT_EQ(program->registers.values.general[i], at.general[i]) << i << "\n" << show(stack);
      }
      seen = seen || stack.frames.front().function == "exo_synchronous";
      if (machine.registers.pc == entry_of(kFixture, "exo::libos::leave"))
        break;  // nobody handles it: the program ends
      ASSERT_TRUE(machine.step());
    }
    EXPECT_TRUE(seen);
  }
}

TEST(Unwind, GoesOnBelowAnUpcallUntilTheProgramDoes) {
  for (std::size_t before = 0; before < 140; before += 5) {
    LittleMachine machine(fixture());
    machine.call(entry_of(kFixture, "recursive"), {8});
    for (std::size_t i = 0; i < before; ++i) ASSERT_TRUE(machine.step());
    const debugger::Registers at = machine.registers;
    machine.raise_upcall(entry_of(kFixture, "exo_interrupt_entry"), 4);
    std::size_t steps = 0;
    std::vector<std::string> boundaries;
    while (machine.registers.pc != at.pc || machine.registers.general[29] != at.general[29]) {
      const Stack stack = stack_of(machine);
      ASSERT_EQ(places(stack), expected(machine)) << show(stack);
      for (const Frame& frame : stack.frames)
        if (!frame.boundary.empty()) boundaries.push_back(frame.boundary);
      ASSERT_TRUE(machine.step());
      ASSERT_LT(++steps, 1000U);
    }
    EXPECT_EQ(boundaries.size(), steps);
    EXPECT_EQ(boundaries.front(), "upcall Revoke");
    EXPECT_EQ(machine.registers.general[4], at.general[4]);
  }
}

// An exception in the handler of an upcall: two boundaries in one stack.
TEST(Unwind, GoesOnBelowAnExceptionInAnUpcall) {
  // Not in the entry's assembly: what it touches has guaranteed mappings, so nothing is raised there.
  for (std::size_t inside = 0; inside < 12; ++inside) {
    LittleMachine machine(fixture());
    machine.call(entry_of(kFixture, "recursive"), {8});
    for (std::size_t i = 0; i < 70; ++i) ASSERT_TRUE(machine.step());
    machine.raise_upcall(entry_of(kFixture, "exo_interrupt_entry"), 4);
    while (machine.registers.pc != entry_of(kFixture, "exo_asynchronous")) ASSERT_TRUE(machine.step());
    for (std::size_t i = 0; i < inside; ++i) ASSERT_TRUE(machine.step());
    machine.raise_exception(entry_of(kFixture, "exo_exception_entry"), 3 << 2, 0x0070'0000);
    for (int steps = 0; steps < 60; ++steps) {
      const Stack stack = stack_of(machine);
      ASSERT_EQ(places(stack), expected(machine)) << inside << " " << steps << "\n" << show(stack);
      EXPECT_EQ(
          std::count_if(stack.frames.begin(), stack.frames.end(), [](const Frame& f) { return !f.boundary.empty(); }),
          2);
      ASSERT_TRUE(machine.step());
    }
  }
}

TEST(Unwind, FindsTheCallerInTheOtherEnvironment) {
  // Environment 9 waits in `recursive` for an answer of environment 7, which serves.
  LittleMachine caller(fixture()), server(fixture());
  caller.call(entry_of(kFixture, "recursive"), {2});
  const auto leaf = entry_of(kFixture, "leaf");
  while (caller.registers.pc != leaf) ASSERT_TRUE(caller.step());
  caller.set_word(PAGE_WAITING_FOR, kUs);
  caller.set_word(PAGE_WAITING_PC, caller.calls.back().returns_to);
  caller.set_word(PAGE_WAITING_SP, caller.registers.general[29]);
  server.call(entry_of(kFixture, "exo_transfer_entry"), {});
  server.registers.general[3] = 9;
  server.set_word(PAGE_SERVER, entry_of(kFixture, "answer"));
  const StackSource source = {[&](Environment env, std::uint32_t address, std::span<std::byte> out) {
                                return (env == kUs ? server : caller).read(address, out);
                              },
                              [](Environment) { return &fixture(); }, kUs};
  bool seen = false;
  for (int steps = 0; server.system_calls == 0; ++steps) {
    ASSERT_LT(steps, 200);
    const Stack stack = unwind({server.registers}, kUs, source);
    const auto crossed =
        std::find_if(stack.frames.begin(), stack.frames.end(), [](const Frame& f) { return f.env == 9; });
    ASSERT_NE(crossed, stack.frames.end()) << steps << "\n" << show(stack);
    EXPECT_EQ(crossed->boundary, "protected control transfer");
    EXPECT_EQ(crossed->function, "exo::fixture::recursive");
    seen = seen || stack.frames.front().function == "exo::fixture::leaf";
    ASSERT_TRUE(server.step());
  }
  EXPECT_TRUE(seen);
}

TEST(Unwind, NeverTakesDamageForAStack) {
  LittleMachine machine(fixture());
  machine.call(entry_of(kFixture, "main"), {});
  const auto leaf = entry_of(kFixture, "leaf");
  while (machine.registers.pc != leaf) ASSERT_TRUE(machine.step());
  for (const std::uint32_t sp : {0U, 1U, 0xffff'fffcU, 0x8000'0000U, 0x0040'0000U, 0x004f'fffcU}) {
    debugger::Registers damaged = machine.registers;
    damaged.general[29] = sp;
    damaged.pc = leaf + 12;
    const Stack stack = unwind({damaged}, kUs, source_of(machine));
    EXPECT_LE(stack.frames.size(), debugger::kMostFrames);
    EXPECT_FALSE(stack.end.empty());
  }
  for (const std::uint32_t pc : {0U, 2U, 0xffff'fffeU, 0x8000'0000U, 0x0040'0001U, 0x7fff'fffcU}) {
    debugger::Registers damaged = machine.registers;
    damaged.pc = pc;
    const Stack stack = unwind({damaged}, kUs, source_of(machine));
    EXPECT_FALSE(stack.end.empty());
    EXPECT_TRUE(stack.broken) << show(stack);
  }
  const Stack nothing = unwind({machine.registers}, kUs, StackSource{});
  EXPECT_EQ(nothing.frames.size(), 1U);
  EXPECT_TRUE(nothing.broken);
}

}  // namespace
}  // namespace exo::test
