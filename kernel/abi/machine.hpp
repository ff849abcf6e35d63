// The figures of the machine that everything is counted in: the clock, the TLB, the STLB and its words.
#pragma once
#include <stdint.h>

namespace exo::abi {

// Clock: CP0 Count. QEMU's 24Kf counts every 6 ns; at icount shift 5 an instruction takes 32 ns.
inline constexpr uint32_t kNanosecondsPerTick = 6;
inline constexpr uint32_t kNanosecondsPerInstruction = 32;
constexpr uint32_t ticks_of_micros(uint32_t micros) {
  return micros * 500u / 3u;
}  ///< 1 us = 166.67 ticks, rounded down

inline constexpr uint32_t kTickMicros = 250;   ///< the kernel's timer tick: control commands are taken here
inline constexpr uint32_t kTicksPerSlice = 4;  ///< timer ticks in one slice: 1 ms
inline constexpr uint32_t kExcessLimit = 16;   ///< ticks past the end of its slices that cost an environment its life
inline constexpr uint32_t kOwnCalls = 64;      ///< system calls from this number on are the environment's own
inline constexpr uint32_t kStillWaiting =
    256;                                 ///< added to the callee of pct: an answer, by one that waits for another
inline constexpr uint32_t kCauses = 32;  ///< exception codes (MIPS32, volume III, "Cause")

inline constexpr uint32_t kTlbEntries = 16;
inline constexpr uint32_t kTlbIndexMask = 0x7fff'ffff;  ///< of the register Index: its top bit is the last probe's
inline constexpr uint32_t kStlbEntries = 4096;
inline constexpr uint32_t kMaxEnvironments = 64;  ///< numbers 1 to 63; 0 is the kernel
inline constexpr uint32_t kSlicePositions = 64;
inline constexpr uint32_t kGuaranteedMappings = 16;
inline constexpr uint32_t kSaveLocations = 8;
inline constexpr uint32_t kMaxRequests = 64;
inline constexpr uint32_t kNameBytes = 12;
inline constexpr uint32_t kIdentifiers = 255;  ///< address-space identifiers; 0 is nobody's

/// Devices whose control is a capability.
/// The wire is not one's alone: filters share it, and whoever was let may send.
enum class Device : uint32_t { Console = 0, Keyboard = 1, Wire = 2 };
inline constexpr uint32_t kDevices = 3;

/// One entry of the software TLB, as the refill code reads it. lo0 maps the even page of the pair, lo1 the odd one.
struct StlbEntry {
  uint32_t tag;  ///< EntryHi: page pair and address-space identifier; kStlbFree when neither half is valid
  uint32_t lo0;
  uint32_t lo1;
  uint32_t writable;  ///< bit 0, 1: the even, odd page was bound with the right to write (protect moves within that)
};
static_assert(sizeof(StlbEntry) == 16);

inline constexpr uint32_t kStlbFree = 0xffff'ffff;
/// Tag of an entry whose environment has no address-space identifier now: no EntryHi has this bit.
inline constexpr uint32_t kStlbParked = 0x1000;
constexpr uint32_t parked_tag(uint32_t vpn, uint32_t environment) {
  return ((vpn >> 1) << 13) | kStlbParked | environment;
}

// EntryHi: VPN2 in bits 31..13, ASID in bits 7..0. EntryLo: PFN in bits 25..6, cacheability 5..3, D 2, V 1, G 0.
inline constexpr uint32_t kLoGlobal = 1u << 0;
inline constexpr uint32_t kLoValid = 1u << 1;
inline constexpr uint32_t kLoDirty = 1u << 2;  ///< "dirty" is MIPS's word for writable
inline constexpr uint32_t kLoCached = 3u << 3;
constexpr uint32_t entry_hi(uint32_t vpn, uint32_t asid) { return ((vpn >> 1) << 13) | asid; }
constexpr uint32_t entry_hi_vpn(uint32_t hi) { return (hi >> 13) << 1; }  ///< of the even page
constexpr uint32_t entry_hi_asid(uint32_t hi) { return hi & 0xff; }
constexpr uint32_t entry_lo(uint32_t pfn, bool writable) {
  return (pfn << 6) | kLoCached | (writable ? kLoDirty : 0u) | kLoValid;
}
constexpr uint32_t entry_lo_pfn(uint32_t lo) { return (lo >> 6) & 0xfffff; }

/// Slot of a page in the STLB: the page pair, spread by environment so that programs linked at one address do not
/// collide.
constexpr uint32_t stlb_hash(uint32_t environment) { return (environment << 5) & (kStlbEntries - 1); }
constexpr uint32_t stlb_slot(uint32_t vpn, uint32_t environment) {
  return ((vpn >> 1) ^ stlb_hash(environment)) & (kStlbEntries - 1);
}

// Flags of a binding (event argument "Flags").
inline constexpr uint32_t kBindRead = 1;
inline constexpr uint32_t kBindWrite = 2;
inline constexpr uint32_t kBindGuaranteed = 4;  ///< installed by the kernel from a guaranteed mapping
inline constexpr uint32_t kBindExposed = 8;     ///< a page of the kernel's tables or the boot archive

// Flags of AuditProcessor.
inline constexpr uint32_t kProcessorParked = 1;  ///< gave up its registers, waits to be entered
inline constexpr uint32_t kProcessorFpu = 2;     ///< has the floating-point unit

// AuditSleep's flags; it is shown for environments that have one of them.
inline constexpr uint32_t kMaySend = 1;  ///< packets
inline constexpr uint32_t kSleeps = 2;

/// Running is never in the exposed tables: whoever reads them is the one that runs. Dormant: it has given itself to a
/// swap server and can't run until it has its frames again.
enum class EnvState : uint8_t { Free = 0, Building = 1, Ready = 2, Running = 3, Dormant = 4 };

}  // namespace exo::abi
