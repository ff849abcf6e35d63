// Where instructions went, by call stack: a tree of calls, and how often each straight piece of code was executed in
// each place of it. Written by the probe (probe_calls.hpp), read by the explorer.
//
// Invariant: a node's parent stands before it in the table. The explorer checks it all the same.
#pragma once
#include <cstdint>

namespace exo::connection {

inline constexpr std::uint32_t kProbeNodes = 1u << 18;
inline constexpr std::uint32_t kProbePieces = 1u << 20;
inline constexpr std::uint32_t kNoNode = 0xffff'ffff;

/// How a stack grew by one.
enum class Grown : std::uint16_t {
  Environment = 1,  ///< the bottom of one; `site` is its number (0: nobody has the processor)
  Call,             ///< `site` is the instruction that calls
  Upcall,           ///< the kernel entered it; `site` is where it was, 0: it waited
  Entered,          ///< another one entered it; `site` is where it waits for an answer, 0: nowhere
  // Into the kernel; `site` is the user instruction.
  SystemCall,
  Refill,
  Exception,
  Interrupt,
  Resumed,  ///< the kernel is busy with this one by now; it was entered by another
};

struct ProbeNode {
  std::uint32_t parent;  ///< place in the table; kNoNode: an Environment
  std::uint32_t site;
  Grown grown;              ///< 0: a free place
  std::uint16_t shortened;  ///< 1: calls within are missing, because the tables or the stack were full
};

/// Instructions one behind the other, from `pc` on.
struct ProbePiece {
  std::uint32_t node;
  std::uint32_t pc;
  std::uint32_t count;  ///< instructions
  std::uint32_t reserved;
  std::uint64_t times;
};

struct ProbeTree {
  std::uint64_t nodes;        ///< in use
  std::uint64_t pieces;       ///< in use
  std::uint64_t shortened;    ///< instructions in stacks that lack calls, because there was no room
  std::uint64_t unaccounted;  ///< instructions that found no room at all
  ProbeNode node[kProbeNodes];
  ProbePiece piece[kProbePieces];
};

}  // namespace exo::connection
