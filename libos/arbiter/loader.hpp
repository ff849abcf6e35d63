// Makes an environment out of one entry of the manifest: program, environment page, slices.
// Invariant: whatever fails, the environment is destroyed again and no frame stays behind.
#pragma once
#include "kernel/abi/boot_manifest.hpp"
#include "libos/base/syscall.hpp"

namespace exo::libos {

/// Value: the number of the environment, which is ready to run. A refusal was noted.
Result create_environment(const abi::ManifestEntry& entry);

}  // namespace exo::libos
