// Downloaded code from the library OS's side: hand a program to the kernel, hear its verdict, sleep on a condition,
// send packets. The programs are made by clang out of NAME.bpf.cpp and lie in the data of the library OS
// (guest_downloads in cmake/guest.cmake); nothing keeps a library OS from making one while it runs.
#pragma once
#include "kernel/abi/downloads.hpp"
#include "libos/base/syscall.hpp"

namespace exo::libos {

/// Instructions from `begin` to `end`: what BPF_PROGRAM declares.
struct Program {
  const void* begin;
  const void* end;
  [[nodiscard]] uint32_t count() const {
    return uint32_t(uintptr_t(end) - uintptr_t(begin)) / sizeof(abi::bpf::Instruction);
  }
};
/// The program that was made out of NAME.bpf.cpp, as kName.
#define BPF_PROGRAM(name, kName)                \
  extern "C" const char exo_bpf_##name[];       \
  extern "C" const char exo_bpf_##name##_end[]; \
  inline const ::exo::libos::Program kName = {exo_bpf_##name, exo_bpf_##name##_end}

/// What is said of a download beside its program; everything is optional but what its kind needs (downloads.hpp).
struct DownloadOptions {
  const Capability* device = nullptr;
  const Capability* page[abi::kDownloadPages] = {};
  const Capability* outer = nullptr;
  uint32_t filter = 0;
  uint32_t order = 0;
  uint32_t bytes = 0;
};

/// Value: the number of the download. A refusal is not noted: the kernel's own events say more than we could.
Result download(abi::DownloadKind kind, const Program& program, const DownloadOptions& options,
                abi::DownloadAnswer* answer = nullptr);
Result download_claim(const abi::Comparison* comparisons, uint32_t count, const DownloadOptions& options);

/// Sleeps until the condition holds, something is to be told, or a handler wakes. Every register is kept.
inline void sleep_on(uint32_t predicate) { (void)call::wait(predicate); }

/// Makes this environment one that may send, if its share of the authority is for devices. `wire`: the capability that
/// claims and filters show.
Status take_wire(Capability& wire);

}  // namespace exo::libos
