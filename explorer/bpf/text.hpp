// eBPF for people: an instruction as a line ("r1 += r2", "if r1 > 5 goto 7", "r0 = *(u32 *)(r1 + 4)"), and such lines
// as a program. Registers of 32-bit operations are called w0 to w10. Targets are numbers of instructions.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/abi/bpf.hpp"

namespace exo::bpf {

/// The instruction at `at`. The second half of a 64-bit constant is "", and no instruction at all is "no instruction".
[[nodiscard]] std::string text(std::span<const abi::bpf::Instruction> program, std::size_t at);

/// Lines, or what is between semicolons; comments begin with #. A line may begin with a label ("again:"), and jumps may
/// lead to labels. Takes what text() writes. Throws InputError with the line.
[[nodiscard]] std::vector<abi::bpf::Instruction> assemble(std::string_view lines);

}  // namespace exo::bpf
