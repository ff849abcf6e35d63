// What the verifier accepts and the compiler translates does what the interpreter does: random programs, verified with
// the facts that come of it, compiled, run by a processor of the test's own whose registers hold rubbish at first. The
// result, the memory and the registers that a callee keeps are as they should be; no run takes more instructions than
// the verifier said, or goes on for long without a look at the clock.
//   arguments: number of programs, and the first seed
#include "kernel/download/compiler.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

#include "explorer/bpf/interpreter.hpp"
#include "explorer/bpf/random_program.hpp"
#include "kernel/download/costs.hpp"
#include "kernel/download/verifier.hpp"
#include "tests/host/kernel/mips_processor.hpp"

namespace exo::tests {
namespace {

using namespace kernel::download;

constexpr std::uint32_t kMemoryAddress = 0x8020'0000, kStackTop = 0x8010'0000, kStackBytes = 4096;
constexpr std::uint32_t kDivide = 0x8011'0000, kDivideSigned = 0x8011'0100, kAlarm = 0x8011'0200, kLookAt = 0x8011'0300;

std::uint64_t pair(const MipsProcessor& machine, std::uint32_t low, std::uint32_t high) {
  return std::uint64_t{machine.r[high]} << 32 | machine.r[low];
}
void set_pair(MipsProcessor& machine, std::uint32_t low, std::uint32_t high, std::uint64_t value) {
  machine.r[low] = static_cast<std::uint32_t>(value);
  machine.r[high] = static_cast<std::uint32_t>(value >> 32);
}

/// exo_divide, as divide.S describes itself.
void divide(MipsProcessor& machine, bool with_signs) {
  constexpr std::uint32_t kT6 = 14, kT7 = 15, kT8 = 24, kT9 = 25;
  const std::uint64_t a = pair(machine, kT6, kT7), b = pair(machine, kT8, kT9);
  std::uint64_t quotient = 0, rest = a;
  if (b != 0 && !with_signs) {
    quotient = a / b;
    rest = a % b;
  } else if (b + 1 == 0) {  // by -1
    quotient = 0 - a;
    rest = 0;
  } else if (b != 0) {
    quotient = static_cast<std::uint64_t>(static_cast<std::int64_t>(a) / static_cast<std::int64_t>(b));
    rest = static_cast<std::uint64_t>(static_cast<std::int64_t>(a) % static_cast<std::int64_t>(b));
  }
  set_pair(machine, kT6, kT7, quotient);
  set_pair(machine, kT8, kT9, rest);
  machine.r[1] = machine.hi = machine.lo = 0xdead'0003;
  machine.count += kDivision;
}

struct Compiled {
  std::vector<std::uint32_t> words;
  std::uint32_t longest;
};

class Workshop {
 public:
  /// Nothing: it was refused.
  std::optional<Compiled> make(const std::vector<Instruction>& program, std::uint32_t memory_bytes) {
    const Rules rules = {.kind = DownloadKind::Computation, .budget = 32'768, .memory_bytes = memory_bytes, .page = {}};
    const auto count = static_cast<std::uint32_t>(program.size());
    std::vector<std::uint8_t> facts(count);
    Verifier verifier;
    verifier.start(*memory_, program.data(), count, rules, facts.data());
    Progress progress = Progress::More;
    while (progress == Progress::More) progress = verifier.step();
    if (progress == Progress::Refused) return std::nullopt;

    const Source source = {.program = program.data(),
                           .count = count,
                           .facts = facts.data(),
                           .stack_bytes = verifier.stack_bytes(),
                           .helpers = nullptr,
                           .divide = kDivide,
                           .divide_signed = kDivideSigned,
                           .alarm = kAlarm,
                           .look = kLookAt};
    std::vector<std::uint32_t> words(kMostWords);
    std::vector<std::uint16_t> map(count + 1);
    Compiler compiler;
    compiler.start(source, words.data(), kMostWords, map.data());
    progress = Progress::More;
    while (progress == Progress::More) progress = compiler.step();
    EXPECT_EQ(progress, Progress::Done);
    words.resize(compiler.words());
    instructions += count;
    compiled_words += compiler.words();
    return Compiled{words, verifier.longest()};
  }
  std::uint64_t instructions = 0, compiled_words = 0;

 private:
  std::unique_ptr<VerifierMemory> memory_ = std::make_unique<VerifierMemory>();
};

struct Outcome {
  std::uint64_t result;
  std::uint32_t executed, longest_without_look;
};

Outcome run(const Compiled& compiled, std::vector<std::uint8_t>& memory, bpf::Random& random) {
  MipsProcessor machine;
  std::vector<std::uint8_t> stack(kStackBytes);
  std::vector<std::uint8_t> alarm(4);
  for (std::uint8_t& byte : stack) byte = static_cast<std::uint8_t>(random.next());
  for (std::uint32_t& value : machine.r) value = static_cast<std::uint32_t>(random.next());
  machine.r[0] = 0;
  machine.r[29] = kStackTop;
  set_pair(machine, 4, 5, kMemoryAddress);
  set_pair(machine, 6, 7, memory.size());
  machine.add(kMemoryAddress, memory);
  machine.add(kStackTop - kStackBytes, stack);
  machine.add(kAlarm, alarm);  // always past: every look is a call
  const auto before = machine.r;
  std::uint32_t looked_at = 0, most = 0;
  machine.set_outside([&](MipsProcessor& self, std::uint32_t address) {
    if (address == kDivide || address == kDivideSigned) return divide(self, address == kDivideSigned);
    if (address != kLookAt) throw std::runtime_error("outside the code");
    most = std::max(most, self.count - looked_at);
    looked_at = self.count -= 4;  // what the call takes is not the program's
    for (const std::uint32_t changed : {1u, 14u, 15u, 24u, 25u}) self.r[changed] = 0xdead'0004;
  });
  machine.run(compiled.words, 1'000'000);
  for (std::uint32_t kept = 16; kept < 31; ++kept)
    if (kept < 24 || kept > 27) {
      EXPECT_EQ(machine.r[kept], before[kept]) << "register " << kept;
    }
  return {pair(machine, 2, 3), machine.count, std::max(most, machine.count - looked_at)};
}

int programs = 1500;
std::uint64_t first_seed = 1;

TEST(CompilerTest, CompiledProgramsDoWhatTheInterpreterDoes) {
  Workshop workshop;
  std::uint32_t accepted = 0, most = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + static_cast<std::uint64_t>(programs); ++seed) {
    bpf::Random random(seed);
    const std::uint32_t memory_bytes = 16 + random.below(200);
    const std::vector<Instruction> program =
        bpf::random_program(seed, memory_bytes, 4 + random.below(120), random.below(4));
    const auto compiled = workshop.make(program, memory_bytes);
    if (!compiled) continue;
    ++accepted;
    std::vector<std::uint8_t> memory(memory_bytes);
    for (std::uint8_t& byte : memory) byte = static_cast<std::uint8_t>(random.next());
    std::vector<std::uint8_t> expected_memory = memory;
    bpf::Interpreter interpreter;
    interpreter.add({kMemoryAddress, expected_memory, true});
    const bpf::Run expected = interpreter.run(program, kMemoryAddress, memory_bytes, 1'000'000);
    ASSERT_EQ(expected.ending, bpf::Ending::Exit) << "seed " << seed << ": " << expected.fault;
    Outcome outcome{};
    try {
      outcome = run(*compiled, memory, random);
    } catch (const std::exception& error) {
      FAIL() << "seed " << seed << ": " << error.what();
    }
    ASSERT_EQ(outcome.result, expected.result) << "seed " << seed;
    ASSERT_EQ(memory, expected_memory) << "seed " << seed;
    ASSERT_LE(outcome.executed, compiled->longest) << "seed " << seed;
    ASSERT_LE(outcome.longest_without_look, kStretch + kDivision + 60) << "seed " << seed;
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
    most = std::max(most, outcome.longest_without_look);
  }
  RecordProperty("accepted", static_cast<int>(accepted));
  RecordProperty("longest_without_look", static_cast<int>(most));
  RecordProperty("words_per_100_instructions", static_cast<int>(100 * workshop.compiled_words / workshop.instructions));
  EXPECT_GE(accepted, static_cast<std::uint32_t>(programs) / 2);
}

}  // namespace
}  // namespace exo::tests

int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  if (count > 1) exo::tests::programs = std::atoi(arguments[1]);
  if (count > 2) exo::tests::first_seed = std::strtoull(arguments[2], nullptr, 10);
  return RUN_ALL_TESTS();
}
