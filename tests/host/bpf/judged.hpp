// A program and what the verifier says of it.
#pragma once
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/bpf/text.hpp"
#include "kernel/download/verifier.hpp"

namespace exo::abi {
/// Verdicts by name, in the messages of tests.
void PrintTo(Verdict verdict, std::ostream* stream);
}  // namespace exo::abi

namespace exo {

using abi::Verdict;
using abi::bpf::Instruction;
using kernel::download::Rules;

struct Judged {
  Verdict verdict;
  std::uint32_t instruction, detail, longest, looked_at, stack_bytes;
  std::uint64_t steps;
  std::vector<std::uint8_t> facts;
};

/// With the budget of the kind.
Rules rules_for(abi::DownloadKind kind, std::uint32_t memory_bytes = 64);
Judged judge(const std::vector<Instruction>& program, const Rules& rules);
Judged judge(std::string_view lines, const Rules& rules);

/// The program with its facts, for messages.
std::string listing(const std::vector<Instruction>& program, const std::vector<std::uint8_t>& facts);

}  // namespace exo
