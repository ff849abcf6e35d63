// A program on its way into the kernel: what its kind may do, and what the verifier found out for the compiler.
#pragma once
#include "kernel/abi/bpf.hpp"
#include "kernel/abi/downloads.hpp"
#include "kernel/abi/tables.hpp"

namespace exo::kernel::download {

using abi::DownloadKind;
using abi::Verdict;
using abi::bpf::Instruction;

struct Page {
  bool given, writable;
};

/// What a program of this kind finds when it starts, and what it may spend.
struct Rules {
  DownloadKind kind;
  uint32_t budget;        ///< guest instructions on its longest path
  uint32_t memory_bytes;  ///< computations: r1 points to as many bytes, which it may write; r2 is their number
  Page page[abi::kDownloadPages];
  /// Everything but a computation gets the context in r1. A predicate's has no packet (data and data_end are numbers,
  /// 0). A packet lies 2 bytes past a word; pages and the context are word aligned, a computation's memory too.
  [[nodiscard]] constexpr bool has_context() const { return kind != DownloadKind::Computation; }
  [[nodiscard]] constexpr bool has_packet() const {
    return kind == DownloadKind::Filter || kind == DownloadKind::Handler;
  }
  [[nodiscard]] constexpr bool may_write_packet() const { return kind == DownloadKind::Handler; }
};

// Facts about an instruction, true whenever it runs.
inline constexpr uint8_t kReached = 1;  ///< some path comes here; else no code is made for it
/// The upper halves of all the registers that it reads are 0 (of addresses always), and so is the result's upper half:
/// 32 bits are enough. Of a comparison: both sides' upper halves are 0. Code for it reads no upper half. If it reads
/// its destination (add, not mov), it leaves that one's upper half as it is, so whoever reads the upper half afterwards
/// reads what was there before it.
inline constexpr uint8_t kNarrow = 2;
inline constexpr uint8_t kUpperUnused = 4;      ///< nobody reads the upper half of its result: it may hold anything
inline constexpr uint8_t kHalfwordAligned = 8;  ///< the address of a load or store is
inline constexpr uint8_t kWordAligned = 16;
inline constexpr uint8_t kDivisorNotZero = 32;
inline constexpr uint8_t kJumpTarget = 64;
inline constexpr uint8_t kLooks = 128;  ///< a look at the kernel's deadlines stands before it (costs.hpp)

struct Finding {
  Verdict verdict;
  uint32_t instruction;
  uint32_t detail;
};

/// Work in steps: the kernel looks at its deadlines between them.
enum class Progress : uint8_t { More, Done, Refused };

}  // namespace exo::kernel::download
