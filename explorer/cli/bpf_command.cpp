// `exoscope bpf`: one program of eBPF from standard input, verified, compiled and run in a fresh machine; r0 to
// standard output. The form is that of the public conformance tests' plugins.
#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>

#include "explorer/bpf/text.hpp"
#include "explorer/cli/commands.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/connection/guest_images.hpp"
#include "explorer/packets/store.hpp"
#include "explorer/packets/text.hpp"
#include "explorer/session/bpf_batch.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::cli {
namespace {

constexpr std::size_t kMostText = 1u << 20;

std::string read_program() {
  std::string text(kMostText + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), stdin));
  if (text.size() > kMostText)
    throw InputError("standard input: this is too much for a program; give its bytes in hex");
  return text;
}

std::vector<abi::bpf::Instruction> program_of(const std::string& text, bool assembly) {
  if (assembly) return bpf::assemble(text);
  const auto bytes = packets::parse_hex(text);
  if (!bytes) throw InputError("standard input: a program is pairs of hexadecimal digits, with white space between");
  if (bytes->empty() || bytes->size() % sizeof(abi::bpf::Instruction) != 0)
    throw InputError(fmt::format("standard input: {} bytes are no program; an instruction has 8", bytes->size()));
  return packets::instructions_of(*bytes);
}

}  // namespace

int bpf(const BpfOptions& options) {
  const auto memory = packets::parse_hex(options.memory);
  if (!memory) throw InputError("--memory: memory is pairs of hexadecimal digits, with white space between");
  if (memory->size() > abi::kPageSize)
    throw InputError(fmt::format("--memory: {} bytes; a program gets at most {}", memory->size(), abi::kPageSize));
  const session::TriedProgram tried{*memory, program_of(read_program(), options.assembly)};
  if (tried.program.size() > abi::bpf::kMostInstructions) {
    complain(fmt::format("refused: {} instructions; a program has at most {}", tried.program.size(),
                         abi::bpf::kMostInstructions));
    return int(ExitCode::ExpectationsFailed);
  }
  const auto images = std::make_shared<const connection::GuestImages>(connection::load_guest_images());
  const auto batch = session::run_batch(images, {&tried, 1}, [](std::size_t) { return signal_caught() != 0; });
  if (batch.outcomes.empty())
    throw MachineError(batch.failure.empty() ? "the machine did not try the program; please report it" : batch.failure);
  const auto& outcome = batch.outcomes.front();
  using Kind = session::Outcome::Kind;
  if (outcome.kind == Kind::Failed)
    throw MachineError(
        fmt::format("call {} was answered with status {}; please report the program", outcome.at, outcome.detail));
  if (outcome.kind == Kind::Refused) {
    complain(session::refusal_text(tried, outcome));
    return int(ExitCode::ExpectationsFailed);
  }
  write_out("-", fmt::format("{:x}\n", outcome.result));
  return int(ExitCode::Good);
}

}  // namespace exo::cli
