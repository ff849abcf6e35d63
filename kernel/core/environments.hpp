// Environments: what a library OS is to the kernel. Registers while it does not run, where upcalls enter it, its
// guaranteed mappings, where it wants contents saved, and what is waiting to be told to it.
#pragma once
#include "kernel/abi/environment_page.hpp"
#include "kernel/abi/tables.hpp"
#include "kernel/arch/mips/processor.hpp"
#include "kernel/arch/mips/trap_frame.hpp"
#include "kernel/core/exposed.hpp"
#include "kernel/core/list.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel {

struct Guarantee {
  uint32_t vpn, pfn, flags;  ///< flags 0: unused; pfn kNoPfn: its frame is with a swap server
};
inline constexpr uint32_t kNoPfn = 0xffff'ffff;

struct SaveLocation {
  uint32_t frame;  ///< which loss it is for, or kAnyFrame; kNoFrame: unused
  uint32_t save;
  uint32_t generation;  ///< of the save frame when it was checked: if that has moved, the location is void
};
inline constexpr SaveLocation kNoSaveLocation{abi::kNoFrame, abi::kNoFrame, 0};

struct Message {
  uint32_t code, a, b;
};
inline constexpr uint32_t kMessages = 8;

/// What may be waiting to be told to it. All zero: nothing.
struct News {
  uint16_t requests;       ///< revocation requests that concern it
  uint8_t messages;        ///< in its queue
  bool slice_started : 1;  ///< a slice-start upcall waits
  bool slice_ended : 1;    ///< its slice is over and it has not been told yet
  bool emergency : 1;      ///< an Emergency upcall waits
  [[nodiscard]] bool any() const { return __builtin_bit_cast(uint32_t, *this) != 0; }
};
static_assert(sizeof(News) == 4);

/// Where others enter it (transfers.hpp). admitted is looked at only when it is guarded.
struct EntryPoints {
  uint32_t sync, async;  ///< 0: not
  bool guarded;
  uint64_t admitted;  ///< by number
};

/// The first part is for the vectors too (arch/mips/offsets.h). Its registers, while it does not run, are in one of
/// three places: in `frame`, all of them (registers_kept); pc and sp alone, after yield_to (resume_pc); or nowhere,
/// because it gave them up and waits to be entered (is_parked).
struct alignas(1u << ENV_SIZE_BITS) Environment {
  uint32_t handlers[abi::kCauses];  ///< by exception code: user code, or the kernel's (upcalls.cpp)
  abi::EnvironmentPage* page;       ///< in unmapped memory; its contents are the library OS's claims
  uint32_t entry_hi;                ///< its address-space identifier, or 0: it has none (identifiers.cpp)
  uint32_t status;
  uint32_t stlb_hash_bytes;
  uint32_t open_entry;  ///< entry.sync while a transfer can enter at once; else 0
  uint32_t resume_pc, resume_sp;
  uint32_t calls;
  uint32_t own_calls;
  uint32_t event_word;
  TrapFrame frame;

  uint32_t number;
  uint32_t page_frame;
  News news;
  bool registers_kept;
  uint32_t server;  ///< for that upcall; and of a dormant environment: who keeps it
  uint32_t load_miss_pc, store_miss_pc, coprocessor_pc;  ///< handlers that C++ enters
  uint32_t upcall_pc[abi::kUpcalls];                     ///< 0: not wanted
  Guarantee guarantees[abi::kGuaranteedMappings];
  SaveLocation save_locations[abi::kSaveLocations];
  EntryPoints entry;
  uint16_t first_binding;
  uint16_t first_frame;  ///< that it owns, the one taken last first
  Message messages[kMessages];
  bool asleep;  ///< sleep.hpp
  bool woken;   ///< by a handler: its next sleep is over at once
  bool predicate_gone;
  uint8_t predicate;  ///< that it sleeps on, or 0

  [[nodiscard]] const Guarantee* guarantee_of(uint32_t vpn) const {
    for (const Guarantee& g : guarantees)
      if (g.flags != 0 && g.vpn == vpn) return &g;
    return nullptr;
  }
  [[nodiscard]] bool wants(abi::Upcall kind) const { return upcall_pc[uint32_t(kind)] != 0; }
  /// Asynchronous upcalls can enter now.
  [[nodiscard]] bool listens() const { return page != nullptr && (page->masked | page->exception.cause) == 0; }
  [[nodiscard]] uint32_t asid() const { return abi::entry_hi_asid(entry_hi); }
};
static_assert(sizeof(Environment) == 1u << ENV_SIZE_BITS);

extern "C" Environment environment_table[abi::kMaxEnvironments];

namespace environments {

void initialise();
inline Environment& get(uint32_t number) { return environment_table[number]; }
inline abi::EnvironmentInfo& info(uint32_t number) { return exposed().environments[number]; }
inline abi::EnvState state(uint32_t number) { return abi::EnvState(info(number).state); }
[[nodiscard]] inline bool exists(uint32_t number) {
  return number != 0 && number < abi::kMaxEnvironments && state(number) != abi::EnvState::Free;
}
/// Started and not dormant, so that it can be run.
[[nodiscard]] inline bool is_ready(uint32_t number) { return exists(number) && state(number) == abi::EnvState::Ready; }

/// Makes an environment around a frame that `creator` owns (or that is free, when the kernel creates the first one),
/// which becomes its environment page. Value: its number. Error: NoneFree.
Result create(uint32_t creator, uint32_t page_frame, const char (&name)[abi::kNameBytes]);

/// Gives it a frame of its creator's with a guaranteed mapping. Errors: NoneFree (slots), NotFree (the page has one).
Status give_guaranteed(Environment& environment, uint32_t vpn, uint32_t frame, uint32_t flags);

void start(Environment& environment, uint32_t pc, uint32_t stack, uint32_t argument);

/// Returns everything it held. It must not be the running one when this returns: the caller switches.
void destroy(Environment& environment, abi::Reason reason, uint32_t code);

}  // namespace environments
}  // namespace exo::kernel
