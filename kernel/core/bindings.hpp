// Secure bindings: a valid half of an STLB entry is a binding, and there is no other record of it. The TLB is a cache
// of the STLB: every change here is carried into the TLB before the kernel returns.
//
// Each half (two an entry; its number is 2 * slot + odd) stands in two lists, one of its frame and one of its
// environment, so that breaking the bindings of either costs as much as there are bindings, not a walk over the table.
#pragma once
#include "kernel/abi/machine.hpp"
#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel {

struct Environment;

namespace bindings {

using abi::Reason;

void initialise();

/// Binds a page of an environment to a physical page. Whatever stood in the slot is displaced. Checks nothing.
void install(Environment& environment, uint32_t vpn, uint32_t pfn, uint32_t flags);

/// Error: NotBound.
Status remove(Environment& environment, uint32_t vpn);

/// Breaks every binding on a frame; downloads that use it go, too.
void break_all(uint32_t frame, Reason reason);
/// Breaks one binding of an environment, if there is one. Returns false when there was none.
bool break_one_of(Environment& environment, Reason reason);

/// The EntryLo word under which an environment reaches a page, from the STLB or its guaranteed mappings; 0 when it
/// can't.
[[nodiscard]] uint32_t lookup(Environment& environment, uint32_t vpn);
/// Installs the guaranteed mapping of a page, if there is one that is not installed.
[[nodiscard]] bool install_guaranteed(Environment& environment, uint32_t vpn);

/// Sets the access of bound pages within what was authorised when they were bound. Value: how many changed.
Result protect(Environment& environment, uint32_t vpn, uint32_t pages, bool writable);

/// The environment's identifier has changed: the tags of its bindings follow.
void retag(Environment& environment);
/// Writes invalid entries over those of an address-space identifier, or all over the TLB, each an event.
void flush_identifier(uint32_t identifier);
void flush_tlb();
inline abi::StlbEntry& stlb(uint32_t slot) { return physical<abi::StlbEntry>(abi::kStlbPhysical)[slot]; }

}  // namespace bindings
}  // namespace exo::kernel
