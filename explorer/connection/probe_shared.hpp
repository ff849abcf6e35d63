// What the probe (probe_plugin.cpp) and the explorer share: an anonymous file that both map. The explorer writes what
// it wants while the processor is held; the probe writes what happened.
//
// The guest can't reach any of it. The explorer still checks every index that it reads here: QEMU is a large program.
#pragma once
#include <cstddef>
#include <cstdint>

#include "explorer/connection/probe_tree.hpp"

namespace exo::connection {

inline constexpr std::uint32_t kProbePlaces = 128;
inline constexpr std::uint32_t kProbeRanges = 64;
inline constexpr std::uint32_t kProbeLog = 1u << 22;  ///< so many of the newest blocks are remembered
inline constexpr std::uint32_t kProbeHits = 1u << 20;
inline constexpr std::uint32_t kProbeEvents = 1u << 24;  ///< so many of the newest are remembered
inline constexpr std::uint32_t kProbeEnvironments = 64;
inline constexpr std::uint32_t kProbeText = 4096;
inline constexpr std::uint64_t kProbeNever = ~std::uint64_t{0};
inline constexpr std::uint32_t kProbeAnyone = 0xffff'ffff;

/// What a held processor is told, a byte each. After the last two it is held as before, and says so again.
enum ProbeCommand : char {
  kGoOn = 'C',
  kRegisters = 'R',  ///< the registers, in words, into ProbeShared::text
  kSplit = 'S',      ///< become two; with the copy's socket, memory and ProbeShared (SCM_RIGHTS)
};

/// Where something is to be noticed. Addresses of code and data are virtual, except for the physical kinds.
struct ProbePlace {
  enum Kind : std::uint32_t { kExecute = 1, kRead = 2, kWrite = 4, kPhysical = 8 };
  std::uint32_t kinds;
  std::uint32_t env;          ///< who must run (0: the kernel); kProbeAnyone
  std::uint32_t first, last;  ///< bytes, both included
};

struct ProbeHit {
  std::uint64_t instruction;  ///< instructions begun before the one that did it
  std::uint32_t place;
  std::uint32_t address;  ///< of the access, or of the instruction
  std::uint32_t pc;
  std::uint32_t env;
};

struct ProbeRange {
  std::uint32_t first, last;  ///< both included
};

/// A block of instructions that was begun; in fine mode: an instruction.
struct ProbeStep {
  std::uint64_t instruction;  ///< instructions begun before it
  std::uint32_t pc;
  std::uint16_t env;      ///< who executes it (0: the kernel)
  std::uint16_t in_slot;  ///< 1: it belongs to the branch before it
};

struct ProbeShared {
  // Wanted. The processor is held at the first block of instructions (in fine mode: the first instruction) at which one
  // of these has come true.
  std::uint64_t hold_instruction;  ///< so many were begun
  std::uint64_t hold_event;        ///< so many events are complete
  std::uint32_t step_env;          ///< whose instructions the ranges below are about (0: the kernel); kProbeAnyone
  std::uint32_t stepping;          ///< 1: hold outside `leave`, or at one of `arrive`; 0: don't
  std::uint32_t leave_count;       ///< 0: everywhere is outside
  std::uint32_t arrive_count;
  ProbeRange leave[kProbeRanges];
  ProbePlace arrive[kProbeRanges];
  std::uint32_t logging;     ///< 1: remember each block
  std::uint32_t one_by_one;  ///< 1: blocks of one instruction, from the next timer tick on; only where can_split
  std::uint32_t may_split;   ///< 0: as if this QEMU did not offer it; set before the start
  // Built into the translated code: set before the start, or with `flush`.
  std::uint32_t
      flush;  ///< 1: forget the translated code on going on; what is translated already is executed to its end
  std::uint32_t place_count;
  std::uint32_t profiling;  ///< 1: fill `tree`, from event profile_from up to profile_to
  std::uint64_t profile_from, profile_to;
  ProbePlace places[kProbePlaces];
  std::uint64_t hits_from;  ///< what happens before so many instructions is not written down, and not counted
  std::uint64_t hits_to;    ///< nor from here on
  std::uint32_t hold_on_hit;

  // What happened.
  std::uint32_t can_split;    ///< 1: this QEMU offers what kSplit, kRegisters and one_by_one need
  std::uint32_t split_pid;    ///< of the newest copy; 0: it could not be made
  std::uint32_t has_stepped;  ///< 1: held because of `stepping`
  std::uint32_t pc;           ///< of the next instruction, while held
  std::uint32_t running;      ///< the environment that has the processor; 0: none
  std::uint32_t in_slot;      ///< 1: the next instruction belongs to the branch before it
  std::uint64_t instructions;
  std::uint64_t events;
  std::uint64_t hits;      ///< written since the start; kProbeHits fit, then the processor is held
  std::uint64_t logged;    ///< blocks remembered since the start
  std::uint64_t log_from;  ///< those before this one are not here: a copy has only the newest
  char text[kProbeText];   ///< what kRegisters asked for; ends with a zero
  ProbeHit hit[kProbeHits];
  std::uint64_t event_instant[kProbeEvents];  ///< instructions begun when event N (from 0, modulo) is complete
  ProbeStep log[kProbeLog];
  ProbeTree tree;  ///< of what was executed in between hits_from and hits_to, when it profiles
};

}  // namespace exo::connection
