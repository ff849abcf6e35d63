// Capabilities: issuing and checking. The kernel keeps none; it keeps one generation per resource, and a secret.
#pragma once
#include "kernel/abi/capability.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel {

using abi::Capability;
using abi::ResourceKind;
struct Environment;

namespace capabilities {

/// Takes the secret from the host's words (all zero without an explorer).
void initialise();

/// Makes a capability of the resource's present generation and records it as issued to `holder`.
Capability mint(ResourceKind kind, uint32_t number, uint32_t rights, uint32_t holder);

/// The one check: code, kind, generation, rights, and a frame's guard. Value: the resource's number.
/// Errors: BadCapability, WrongKind, StaleCapability, NoRight. Recorded as CapabilityChecked, whatever its outcome.
Result check(const Capability& capability, ResourceKind kind, uint32_t rights);

/// The same resource and generation with fewer rights. Errors: BadCapability, StaleCapability, NoRight.
Status derive(const Capability& capability, uint32_t rights, Capability& derived);

/// Reads a capability from the caller's memory, then checks it. Errors: BadAddress and those of check.
/// Deadlines that have passed have their turn first, because computing the code is the longest stretch of any call;
/// except in a call that gives something back, which counts from the moment at which it was made.
enum class Deadlines { First, Wait };
Result check_at(Environment& caller, uint32_t address, ResourceKind kind, uint32_t rights,
                Deadlines deadlines = Deadlines::First);

}  // namespace capabilities
}  // namespace exo::kernel
