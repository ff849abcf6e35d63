// Programs of eBPF, tried in a fresh machine: verified, compiled and run by the kernel, many to a machine
// (libos/bpf_runner). And the same by the interpreter on the host, which says what must come out.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "explorer/connection/guest_images.hpp"
#include "explorer/packets/bytes.hpp"
#include "kernel/abi/bpf.hpp"
#include "kernel/abi/tables.hpp"

namespace exo::session {

struct TriedProgram {
  packets::Bytes memory;  ///< at most a page; r1 points to it, r2 is its size
  std::vector<abi::bpf::Instruction> program;
};

struct Outcome {
  enum class Kind : std::uint8_t { Ran, Refused, Failed } kind = Kind::Failed;
  std::uint64_t result = 0;          ///< Ran: r0
  std::uint32_t memory_hash = 0;     ///< Ran: abi::batch_hash over it
  std::uint32_t longest = 0;         ///< Ran: guest instructions that it takes at most, says the verifier
  std::uint32_t instructions = 0;    ///< Ran: that it took
  abi::Verdict verdict{};            ///< Refused
  std::uint32_t at = 0, detail = 0;  ///< Refused: instruction, and what the verdict says it is; Failed: call, status
};

struct BatchResult {
  std::vector<Outcome> outcomes;  ///< of the first programs, in their order
  std::string failure;            ///< the machine did not come to the end, or an audit found something; one line
  std::uint64_t audits = 0, checked = 0;
};

/// Traced, the machine writes down all that it does and is audited every kProgramsPerAudit programs and at the end; it
/// takes some four times as long.
enum class Watch : std::uint8_t { Outcomes, Everything };
inline constexpr std::size_t kProgramsPerAudit = 1'000;

/// As many of these programs, from the first on, as one machine can hold.
[[nodiscard]] std::size_t programs_for_a_machine(std::span<const TriedProgram> programs);

/// Runs them all in one machine. Throws InputError or MachineError when it does not start. `interrupted` is asked now
/// and then, with how many have been tried; when it says so the machine is ended.
[[nodiscard]] BatchResult run_batch(std::shared_ptr<const connection::GuestImages> images,
                                    std::span<const TriedProgram> programs,
                                    const std::function<bool(std::size_t)>& interrupted, Watch watch = Watch::Outcomes);

/// "refused at instruction 3, r1 += r2: this can't be done with an address (register 1)".
[[nodiscard]] std::string refusal_text(const TriedProgram& tried, const Outcome& outcome);

/// What is wrong with what the machine says of a program, against the interpreter; nothing when all is well. A program
/// that was refused is not run.
[[nodiscard]] std::optional<std::string> disagreement(const TriedProgram& tried, const Outcome& outcome);

}  // namespace exo::session
