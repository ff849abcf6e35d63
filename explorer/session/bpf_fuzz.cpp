#include "explorer/session/bpf_fuzz.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "explorer/bpf/random_program.hpp"
#include "explorer/bpf/text.hpp"
#include "explorer/packets/store.hpp"

namespace exo::session {
namespace {

constexpr std::size_t kMostFindings = 10;
constexpr std::size_t kProgramsPerMachine = 20'000;
constexpr std::uint32_t kMostMemory = 256;

/// Mostly small: a large one takes the verifier as long as a hundred of them.
std::uint32_t random_size(bpf::Random& random) {
  constexpr std::uint32_t kSmall = 24, kLarge = 120;
  return 4 + random.below(random.one_in(32) ? kLarge : kSmall);
}

packets::Bytes random_bytes(bpf::Random& random, std::size_t count) {
  packets::Bytes bytes(count);
  for (auto& byte : bytes) byte = std::uint8_t(random.next());
  return bytes;
}

/// An instruction that is nearly right by itself: most of the fields that must be 0 are.
abi::bpf::Instruction random_instruction(bpf::Random& random) {
  namespace e = abi::bpf;
  constexpr std::int32_t kReach = 8;
  const auto near = [&] { return std::int32_t(random.below(2 * kReach + 1)) - kReach; };
  const auto kind = std::uint8_t(random.one_in(32) ? e::kClassLd : 1 + random.below(7));
  const bool reaches_memory = kind <= e::kClassStx, jumps = kind == e::kClassJmp || kind == e::kClassJmp32;
  const auto operation = std::uint8_t(random.below(14) << 4 | random.below(2) << 3);
  const auto access = std::uint8_t((random.one_in(8) ? e::kMemSigned : e::kMem) | random.below(4) << 3);
  e::Instruction it{std::uint8_t(kind | (reaches_memory ? access : operation)),
                    std::uint8_t(random.below(11) | random.below(11) << 4), std::int16_t(near()),
                    random.one_in(2) ? near() : std::int32_t(random.number())};
  if (random.one_in(16)) return it;
  const bool from_register =
      kind == e::kClassLdx || kind == e::kClassStx || (!reaches_memory && (it.opcode & e::kSourceRegister) != 0);
  if (from_register)
    it.immediate = 0;
  else
    it.registers &= 15;
  if (!reaches_memory && !jumps) it.offset = 0;
  return it;
}

/// Such instructions one behind the other: together they rarely make sense.
std::vector<abi::bpf::Instruction> random_instructions(bpf::Random& random, std::size_t count) {
  std::vector<abi::bpf::Instruction> program;
  for (std::size_t i = 0; i < count; ++i) program.push_back(random_instruction(random));
  program.push_back({abi::bpf::kClassJmp | abi::bpf::kExit, 0, 0, 0});
  return program;
}

BpfFinding finding_of(std::uint64_t seed, const TriedProgram& tried, std::string text) {
  BpfFinding finding{seed, std::move(text), {}};
  for (std::size_t at = 0; at < tried.program.size(); ++at)
    finding.program.push_back(fmt::format("{:>4}  {}", at, bpf::text(tried.program, at)));
  return finding;
}

}  // namespace

TriedProgram random_tried(std::uint64_t seed, bool bytes) {
  bpf::Random random(seed * 2 + (bytes ? 1 : 0));
  TriedProgram tried;
  tried.memory = random_bytes(random, 16 + random.below(kMostMemory - 15));
  const auto memory_bytes = std::uint32_t(tried.memory.size());
  if (!bytes) {
    const std::uint32_t functions = random.one_in(4) ? random.below(3) : 0;
    tried.program = bpf::random_program(random.next(), memory_bytes, random_size(random), functions);
  } else if (random.one_in(4)) {
    tried.program = packets::instructions_of(random_bytes(random, 8 * (1 + random.below(16))));
  } else if (!random.one_in(4)) {
    tried.program = random_instructions(random, 1 + random.below(12));
  } else {
    tried.program = bpf::random_program(random.next(), memory_bytes, random_size(random));
    bpf::spoil(tried.program, random);
  }
  if (tried.program.size() > abi::bpf::kMostInstructions) tried.program.resize(abi::bpf::kMostInstructions);
  return tried;
}

BpfFuzzResult run_bpf_fuzz(std::shared_ptr<const connection::GuestImages> images, const BpfFuzzPlan& plan,
                           const std::function<bool(const BpfFuzzResult&)>& progress) {
  BpfFuzzResult result;
  const Watch watch = plan.bytes ? Watch::Everything : Watch::Outcomes;
  while (result.tried < plan.count && result.findings.empty()) {
    std::vector<TriedProgram> programs;
    const std::uint64_t first = plan.seed + result.tried;
    const std::uint64_t wanted = std::min<std::uint64_t>(kProgramsPerMachine, plan.count - result.tried);
    for (std::uint64_t i = 0; i < wanted; ++i) programs.push_back(random_tried(first + i, plan.bytes));
    programs.resize(programs_for_a_machine(programs));
    const auto batch = run_batch(
        images, programs,
        [&](std::size_t now) {
          BpfFuzzResult so_far = result;
          so_far.tried += now;
          result.interrupted = !progress(so_far);
          return result.interrupted;
        },
        watch);
    ++result.machines;
    result.audits += batch.audits;
    result.checked += batch.checked;
    for (std::size_t i = 0; i < batch.outcomes.size() && i < programs.size(); ++i) {
      const auto& outcome = batch.outcomes[i];
      result.ran += outcome.kind == Outcome::Kind::Ran;
      if (outcome.kind == Outcome::Kind::Refused) {
        ++result.refused;
        ++result.refused_as[std::min<std::size_t>(std::size_t(outcome.verdict), std::size(result.refused_as) - 1)];
      }
      result.instructions += outcome.instructions;
      if (outcome.longest != 0)
        result.closest = std::max(result.closest, double(outcome.instructions) / outcome.longest);
      if (auto wrong = disagreement(programs[i], outcome); wrong && result.findings.size() < kMostFindings)
        result.findings.push_back(finding_of(first + i, programs[i], std::move(*wrong)));
    }
    result.tried += batch.outcomes.size();
    if (result.interrupted) break;
    if (!batch.failure.empty() || batch.outcomes.size() != programs.size()) {
      const std::size_t at = std::min(batch.outcomes.size(), programs.size() - 1);
      result.findings.push_back(
          finding_of(first + at, programs[at], batch.failure.empty() ? "not every program was tried" : batch.failure));
    }
    if (!progress(result)) break;
  }
  return result;
}

}  // namespace exo::session
