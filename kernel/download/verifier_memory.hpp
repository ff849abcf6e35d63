#pragma once
namespace exo::kernel::download {
struct VerifierMemory {
  unsigned x;
};
}  // namespace exo::kernel::download
