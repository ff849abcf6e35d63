// Environments: what a library OS is to the kernel. Registers while it does not run, where upcalls enter it, its
// guaranteed mappings, where it wants contents saved, and what is waiting to be told to it.
#pragma once
#include "kernel/abi/environment_page.hpp"
#include "kernel/abi/tables.hpp"
#include "kernel/arch/mips/trap_frame.hpp"
#include "kernel/core/exposed.hpp"
#include "kernel/core/list.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel {

struct Guarantee {
  uint32_t vpn, pfn, flags;  ///< flags 0: unused
};

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

struct Environment {
  TrapFrame frame;
  uint32_t number;
  uint32_t asid;
  uint32_t page_frame;
  abi::EnvironmentPage* page;         ///< in unmapped memory; its contents are the library OS's claims
  uint32_t upcall_pc[abi::kUpcalls];  ///< 0: not wanted
  Guarantee guarantees[abi::kGuaranteedMappings];
  SaveLocation save_locations[abi::kSaveLocations];
  uint16_t first_binding;
  uint16_t first_frame;  ///< that it owns, the one taken last first
  uint16_t requests;     ///< revocation requests that concern it
  Message messages[kMessages];
  uint32_t message_count;
  bool slice_started;  ///< a slice-start upcall waits
  bool leaving;        ///< its slice is over; it has until `leave_by` to yield
  uint32_t leave_by;

  [[nodiscard]] const Guarantee* guarantee_of(uint32_t vpn) const {
    for (const Guarantee& g : guarantees)
      if (g.flags != 0 && g.vpn == vpn) return &g;
    return nullptr;
  }
  [[nodiscard]] bool wants(abi::Upcall kind) const { return upcall_pc[uint32_t(kind)] != 0; }
};

namespace environments {

void initialise();
extern Environment table[abi::kMaxEnvironments];
inline Environment& get(uint32_t number) { return table[number]; }
inline Environment& of_asid(uint32_t asid) { return get(asid); }  ///< identifiers and numbers are the same, one to one
inline abi::EnvironmentInfo& info(uint32_t number) { return exposed().environments[number]; }
[[nodiscard]] inline bool exists(uint32_t number) {
  return number != 0 && number < abi::kMaxEnvironments && abi::EnvState(info(number).state) != abi::EnvState::Free;
}
/// Started, so that it can be run.
[[nodiscard]] inline bool is_ready(uint32_t number) {
  return exists(number) && abi::EnvState(info(number).state) != abi::EnvState::Building;
}

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
