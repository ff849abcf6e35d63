// Memory of a library OS, as the kernel may touch it: through that environment's own bindings, word by word. A user
// address is a type of its own, so that it cannot be followed by mistake.
#pragma once
#include <stdint.h>

#include "kernel/abi/capability.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel {

struct Environment;

struct UserAddress {
  uint32_t value;
};

namespace user_memory {

/// Copies `bytes` (a multiple of 4) between the kernel and an environment. Error: BadAddress when the address is not
/// word aligned, leaves user space, or a page of it has no binding (writable, for write) in the STLB or among the
/// guaranteed mappings.
Status read(Environment& environment, UserAddress from, void* to, uint32_t bytes);
Status write(Environment& environment, UserAddress to, const void* from, uint32_t bytes);
/// The same for a capability, which is what is read most: five words, in one page as a rule.
Status read_capability(Environment& environment, UserAddress from, abi::Capability& to);
/// Whether write would succeed: calls that must not change anything before they fail ask first.
Status writable(Environment& environment, UserAddress to, uint32_t bytes);

}  // namespace user_memory
}  // namespace exo::kernel
