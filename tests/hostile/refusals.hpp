// What every family of hostile calls needs: a call that must be refused with exactly this status and change nothing,
// and the ways in which an address, a capability, a page or an environment can be wrong.
//
// "Changes nothing" is looked up in the kernel's own tables, which are exposed: everything about environments, slices
// and the frames that play a part here, and the room for a result in the caller's memory. The audit at the end compares
// the rest. Other environments stand still meanwhile: the only others were made by the trial and never run.
#pragma once
#include "kernel/abi/exposed.hpp"
#include "libos/base/environment.hpp"
#include "tests/guest/checks.hpp"

namespace exo::trials {

using abi::kAnyFrame;
using abi::kBindRead;
using abi::kBindWrite;
using libos::Result;

inline constexpr uint32_t kTablesAddress = 0x2101'0000;
inline constexpr uint32_t kOtherPage = kPage + 0x4000;     ///< for a second binding
inline constexpr uint32_t kNothingThere = kPage + 0x9000;  ///< never bound here

inline uint32_t address_of(const void* pointer) { return uint32_t(reinterpret_cast<uintptr_t>(pointer)); }
inline const volatile abi::ExposedTables& tables() {
  return *reinterpret_cast<const volatile abi::ExposedTables*>(kTablesAddress);
}

/// Everything that a refused call could have changed, in one number.
uint32_t fingerprint();

/// The room for a result; part of the fingerprint.
extern Capability out;

using Call = Result (*)(uint32_t argument);

/// The call must answer `wanted`, and nothing may have changed.
void refused(uint32_t line, Status wanted, Call call, uint32_t argument);
#define REFUSED(result, wanted) \
  ::exo::trials::refused(       \
      __LINE__, ::exo::libos::Status::wanted, [](uint32_t) -> ::exo::libos::Result { return result; }, 0)

/// Every address that is no readable word of the caller's, as an argument: BadAddress.
void refuses_addresses(uint32_t line, Call call);
#define REFUSES_ADDRESSES(result) \
  ::exo::trials::refuses_addresses(__LINE__, [](uint32_t x) -> ::exo::libos::Result { return result; })

/// Those, and read-only memory.
void refuses_out(uint32_t line, Call call);
#define REFUSES_OUT(result) \
  ::exo::trials::refuses_out(__LINE__, [](uint32_t x) -> ::exo::libos::Result { return result; })

/// Bad addresses, forgeries of `good` in each of its words, a dead one, and `good` derived without a right that is
/// needed.
void refuses_forgeries(uint32_t line, const Capability& good, uint32_t right, Call call);
#define REFUSES_FORGERIES(good, right, result) \
  ::exo::trials::refuses_forgeries(__LINE__, good, right, [](uint32_t x) -> ::exo::libos::Result { return result; })

/// Those, and capabilities of the other kinds.
void refuses_capabilities(uint32_t line, const Capability& good, uint32_t right, Call call);
#define REFUSES_CAPABILITIES(good, right, result) \
  ::exo::trials::refuses_capabilities(__LINE__, good, right, [](uint32_t x) -> ::exo::libos::Result { return result; })

/// Numbers that are no environment's.
void refuses_environments(uint32_t line, Status wanted, Call call);
#define REFUSES_ENVIRONMENTS(wanted, result)                                  \
  ::exo::trials::refuses_environments(__LINE__, ::exo::libos::Status::wanted, \
                                      [](uint32_t x) -> ::exo::libos::Result { return result; })

/// Page numbers that are not in user space: BadArgument.
void refuses_pages(uint32_t line, Call call);
#define REFUSES_PAGES(result) \
  ::exo::trials::refuses_pages(__LINE__, [](uint32_t x) -> ::exo::libos::Result { return result; })

/// Each of the values, with this status.
template <uint32_t n>
void refuses_each(uint32_t line, Status wanted, const uint32_t (&values)[n], Call call) {
  for (const uint32_t value : values) refused(line, wanted, call, value);
}

// What the families share. Made by set_the_stage().
extern Capability authority;   ///< all rights, if the scenario gives them
extern Capability frame;       ///< the caller's, with all rights
extern Capability dead_frame;  ///< of a frame that was given back
extern Capability foreign;     ///< a good capability on a frame that the sleeper owns
extern Capability guaranteed;  ///< of the caller's environment page: without Control, so it can't be given away
extern Capability neighbour;   ///< an environment that is being built
extern Capability dead_environment;
extern uint32_t neighbour_number;
extern Capability sleeper;  ///< another, started, but without a slice: it never runs. `foreign` is its frame
extern uint32_t sleeper_number;
void set_the_stage();

/// Takes any frame; makes an environment that is not started (value: its number). Checked.
void take(Capability& capability);
uint32_t make_environment(Capability& capability);

/// This environment's own capability; it has no right but to destroy.
inline Capability own_capability() {
  const volatile Capability& self = libos::environment().self;
  return {self.resource, self.rights, self.generation, self.code_low, self.code_high};
}

}  // namespace exo::trials
