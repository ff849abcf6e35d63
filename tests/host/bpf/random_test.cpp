// Programs by chance, judged and then run by the interpreter: what is accepted must end within its cost, stay in its
// memory, and do nothing that the facts deny. What is refused must name an instruction that there is.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "explorer/bpf/interpreter.hpp"
#include "explorer/bpf/random_program.hpp"
#include "kernel/download/costs.hpp"
#include "tests/host/bpf/judged.hpp"

namespace exo {
namespace {

using namespace abi::bpf;
using namespace kernel::download;
using bpf::Random;

constexpr std::uint64_t kMemoryAt = 0x8040'0000;

/// The facts of the instruction about to run, against its registers; "": they hold.
class Watch {
 public:
  Watch(const std::vector<Instruction>& program, const std::vector<std::uint8_t>& facts)
      : program_(program), facts_(facts) {}

  void before(std::uint32_t at, std::span<const std::uint64_t, kRegisters> registers) {
    if (at >= program_.size()) return;
    const Instruction& it = program_[at];
    const std::uint8_t facts = facts_[at];
    cost += kernel::download::cost(it) + ((facts & kLooks) != 0 ? kLook : 0);
    if ((facts & kReached) == 0) complain(at, "is not reached");
    if (last_writes_ && registers[last_destination_] > 0xffff'ffff) complain(last_, "has a result that is not narrow");
    const bool from_register = (it.opcode & kSourceRegister) != 0;
    const std::uint8_t kind = class_of(it.opcode), operation = operation_of(it.opcode);
    const bool computes = kind == kClassAlu || kind == kClassAlu64;
    const bool compares =
        (kind == kClassJmp || kind == kClassJmp32) && operation != kCall && operation != kExit && operation != kJa;
    if ((facts & kNarrow) != 0) {
      const auto is_wide = [&](std::uint32_t number) { return registers[number] > 0xffff'ffff; };
      if (computes && operation != kMov && is_wide(it.destination())) complain(at, "reads a wide destination");
      if (computes && operation != kEnd && from_register && is_wide(it.source())) complain(at, "reads a wide source");
      if (compares && (is_wide(it.destination()) || (from_register && is_wide(it.source()))))
        complain(at, "compares wide");
      if (compares && kind == kClassJmp && !from_register && it.immediate < 0)
        complain(at, "compares with a wide number");
      if (kind == kClassStx && is_wide(it.source())) complain(at, "stores wide");
    }
    if ((facts & kDivisorNotZero) != 0) {
      const std::uint64_t divisor = from_register ? registers[it.source()] : std::uint64_t(it.immediate);
      if ((kind == kClassAlu ? std::uint32_t(divisor) : divisor) == 0) complain(at, "divides by 0");
    }
    if (kind >= kClassLdx && kind <= kClassStx) {
      const std::uint64_t address =
          registers[kind == kClassLdx ? it.source() : it.destination()] + std::uint64_t(std::int64_t(it.offset));
      if ((facts & kHalfwordAligned) != 0 && address % 2 != 0) complain(at, "is not halfword aligned");
      if ((facts & kWordAligned) != 0 && address % 4 != 0) complain(at, "is not word aligned");
    }
    last_ = at;
    last_destination_ = it.destination();
    last_writes_ = (facts & kNarrow) != 0 && (computes || kind == kClassLd || kind == kClassLdx);
  }

  std::uint32_t cost = kEntryAndExit;
  std::string complaint;

 private:
  void complain(std::uint32_t at, const char* what) { complaint = fmt::format("{} {}", at, what); }
  const std::vector<Instruction>& program_;
  const std::vector<std::uint8_t>& facts_;
  std::uint32_t last_ = 0, last_destination_ = 0;
  bool last_writes_ = false;
};

struct Count {
  std::uint64_t judged = 0, accepted = 0, looked_at = 0, executed = 0;
};

void try_program(const std::vector<Instruction>& program, std::uint32_t bytes, std::uint64_t seed, Count& count) {
  const Judged judged = judge(program, rules_for(DownloadKind::Computation, bytes));
  ++count.judged;
  count.looked_at += judged.looked_at;
  if (judged.verdict != Verdict::Accepted) {
    ASSERT_LT(judged.instruction, program.size());
    return;
  }
  ++count.accepted;
  Random random(seed);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::uint8_t> memory(bytes);
    for (std::uint8_t& byte : memory) byte = round == 0 ? 0 : std::uint8_t(random.number());
    bpf::Interpreter interpreter;
    interpreter.add({kMemoryAt, memory, true});
    Watch watch(program, judged.facts);
    interpreter.set_observer([&](std::uint32_t at, auto registers) { watch.before(at, registers); });
    const bpf::Run run = interpreter.run(program, kMemoryAt, bytes, 100'000);
    count.executed += run.executed;
    const auto about = [&] {
      return fmt::format("seed {}, round {}\n{}", seed, round, listing(program, judged.facts));
    };
    ASSERT_EQ(run.ending, bpf::Ending::Exit) << run.at << ": " << run.fault << "\n" << about();
    ASSERT_LE(watch.cost, judged.longest) << about();
    ASSERT_EQ(watch.complaint, "") << about();
  }
}

/// More by hand: EXOSCOPE_BPF_PROGRAMS=1000000.
std::uint64_t programs(std::uint64_t usual) {
  const char* const wanted = std::getenv("EXOSCOPE_BPF_PROGRAMS");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : usual;
}

void say(const char* what, const Count& count) {
  fmt::print("{}: {} programs, {} accepted ({:.1f} %), {:.1f} instructions looked at each, {} run\n", what,
             count.judged, count.accepted, 100.0 * double(count.accepted) / double(count.judged),
             double(count.looked_at) / double(count.judged), count.executed);
}

TEST(Random, ProgramsThatMostlyVerify) {
  Count count;
  for (std::uint64_t seed = 0; seed < programs(1'500); ++seed) {
    Random random(~seed);
    const std::uint32_t bytes = 16 + random.below(100);
    const std::uint32_t functions = random.one_in(2) ? random.below(3) : 0;
    try_program(bpf::random_program(seed, bytes, 5 + random.below(60), functions), bytes, seed, count);
    if (::testing::Test::HasFatalFailure()) return;
  }
  say("random programs", count);
  EXPECT_GT(count.accepted * 10, count.judged * 7);
}

TEST(Random, ProgramsThatWereChanged) {
  Count count;
  for (std::uint64_t seed = 0; seed < programs(6'000); ++seed) {
    Random random(~seed);
    const std::uint32_t bytes = 16 + random.below(100);
    auto program = bpf::random_program(seed, bytes, 5 + random.below(30), random.below(3));
    bpf::spoil(program, random);
    try_program(program, bytes, seed, count);
    if (::testing::Test::HasFatalFailure()) return;
  }
  say("changed programs", count);
}

TEST(Random, Bytes) {
  Count count;
  for (std::uint64_t seed = 0; seed < programs(100'000); ++seed) {
    Random random(seed);
    std::vector<Instruction> program(1 + random.below(16));
    // Entirely by chance nothing gets far, so most have some fields that could be.
    const bool help = !random.one_in(4);
    for (Instruction& it : program) {
      const std::uint64_t bytes = random.next();
      std::memcpy(&it, &bytes, sizeof it);
      if (help) it.registers = std::uint8_t(random.below(4) | (random.one_in(2) ? random.below(11) << 4 : 0));
      if (help) it.offset = std::int16_t(random.one_in(2) ? 0 : random.below(8));
      if (help && random.one_in(2)) it.immediate = 0;
    }
    if (help) program.back() = {kClassJmp | kExit, 0, 0, 0};
    try_program(program, 16 + random.below(64), seed, count);
    if (::testing::Test::HasFatalFailure()) return;
  }
  say("random bytes", count);
}

}  // namespace
}  // namespace exo
