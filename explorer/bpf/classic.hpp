// Classic BPF, as libpcap's compiler writes it (McCanne and Jacobson, USENIX 1993; bpf(4)), made into eBPF for a
// DownloadContext: every load from the packet is behind a comparison with data_end, which is what the kernel's verifier
// asks for. A means the same number in both: 32 bits, loads in network order, a load from outside ends the program with
// 0, a division by 0 too.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/abi/bpf.hpp"

namespace exo::bpf {

struct ClassicInstruction {
  std::uint16_t code = 0;
  std::uint8_t if_true = 0, if_false = 0;  ///< instructions to skip
  std::uint32_t k = 0;
};

/// Throws InputError: an instruction that classic BPF does not have, or more than a download can hold.
[[nodiscard]] std::vector<abi::bpf::Instruction> translate(std::span<const ClassicInstruction> program);

}  // namespace exo::bpf
