// The environment page as the library OS sees it, and the one lock a library OS needs: masking asynchronous upcalls
// while the program changes what their handlers also change.
#pragma once
#include <stddef.h>

#include "kernel/abi/boot_manifest.hpp"
#include "kernel/abi/environment_page.hpp"
#include "libos/base/syscall.hpp"

namespace exo::libos {

inline volatile abi::EnvironmentPage& environment() {
  return *reinterpret_cast<volatile abi::EnvironmentPage*>(abi::kEnvironmentPageAddress);
}

/// One parameter of this environment, as the scenario gave it (libos/apps/README.md names them).
inline uint32_t parameter(uint32_t index) { return environment().start[index]; }

/// The share of the first program's authority that the scenario gave this environment; all zero when none was given.
inline Capability* granted_authority() {
  return reinterpret_cast<Capability*>(abi::kEnvironmentPageAddress + offsetof(abi::EnvironmentPage, start) +
                                       4 * abi::kStartAuthority);
}

/// Asynchronous upcalls wait while one of these lives. Misses and exceptions do not wait, and neither does a deadline.
class Masked {
 public:
  Masked() : before_(environment().masked) {
    environment().masked = 1;
    asm volatile("" ::: "memory");
  }
  ~Masked() {
    asm volatile("" ::: "memory");
    if (before_ != 0) return;
    // Unmask, then look: whatever came before is found here, whatever comes after is delivered by itself.
    environment().masked = 0;
    if (environment().pending != 0) (void)call::upcalls_take();
  }
  Masked(const Masked&) = delete;
  Masked& operator=(const Masked&) = delete;

 private:
  uint32_t before_;
};

}  // namespace exo::libos
