#include "tests/host/bpf/judged.hpp"

#include <fmt/format.h>

#include <memory>

void exo::abi::PrintTo(Verdict verdict, std::ostream* stream) {
  switch (verdict) {
#define VERDICT(number, name, text, detail) \
  case Verdict::name:                       \
    *stream << #name;                       \
    break;
#include "kernel/abi/verdicts.def"
#undef VERDICT
  }
}

namespace exo {

using namespace kernel::download;

Rules rules_for(abi::DownloadKind kind, std::uint32_t memory_bytes) {
  // The first page may be written, the second one only read; a predicate never writes.
  const bool handler = kind == abi::DownloadKind::Handler;
  Rules rules{kind, abi::run_budget(kind), memory_bytes, {{true, handler}, {true, false}}};
  if (kind == abi::DownloadKind::Filter || kind == abi::DownloadKind::Computation) rules.page[0] = rules.page[1] = {};
  return rules;
}

Judged judge(const std::vector<Instruction>& program, const Rules& rules) {
  static const auto memory = std::make_unique<VerifierMemory>();
  Judged judged{};
  judged.facts.resize(program.size());
  Verifier verifier;
  verifier.start(*memory, program.data(), std::uint32_t(program.size()), rules, judged.facts.data());
  Progress progress = Progress::More;
  while (progress == Progress::More) {
    progress = verifier.step();
    ++judged.steps;
  }
  judged.verdict = verifier.finding().verdict;
  judged.instruction = verifier.finding().instruction;
  judged.detail = verifier.finding().detail;
  judged.longest = verifier.longest();
  judged.looked_at = verifier.looked_at();
  judged.stack_bytes = verifier.stack_bytes();
  return judged;
}

Judged judge(std::string_view lines, const Rules& rules) { return judge(bpf::assemble(lines), rules); }

std::string listing(const std::vector<Instruction>& program, const std::vector<std::uint8_t>& facts) {
  std::string all;
  for (std::size_t i = 0; i < program.size(); ++i)
    all += fmt::format("{:3} {:02x} {}\n", i, facts[i], bpf::text(program, i));
  return all;
}

}  // namespace exo
