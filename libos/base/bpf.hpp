// For sources of downloaded code (NAME.bpf.cpp): the context that r1 points to, and the helpers. They are compiled by
// `clang --target=bpf`; the code is the section .text of one function, with nothing to link it to: no constant tables,
// no globals, no calls but to helpers.
#pragma once
#include "kernel/abi/downloads.hpp"

namespace exo::bpf {

using abi::DownloadContext;

/// One pointer out of the context. In a 64-bit field even on this machine: eBPF's registers are that wide.
template <class T>
[[gnu::always_inline]] inline T* pointer(uint64_t address) {
  return reinterpret_cast<T*>(address);
}

// Helpers (helpers.def): a call to a constant address is a call of the helper with this number.
#define BPF_ARGUMENTS_None_None_None
#define BPF_ARGUMENTS_Read_Bytes_None const void*, uint64_t
#define BPF_ARGUMENTS_Write_Read_Bytes void*, const void*, uint64_t
#define HELPER(number, name, first, second, third, kinds, instructions, text) \
  inline auto* const name =                                                   \
      reinterpret_cast<uint64_t (*)(BPF_ARGUMENTS_##first##_##second##_##third)>(uint64_t{number});
#include "kernel/abi/helpers.def"
#undef HELPER

/// As the network has it. The program runs on a little-endian machine.
[[gnu::always_inline]] inline constexpr uint16_t network16(uint32_t value) {
  return uint16_t((value & 0xff) << 8 | (value >> 8 & 0xff));
}

}  // namespace exo::bpf
