// The boot archive is a cpio file (newc). It holds the programs as ELF files under their names, and one file
// "manifest": what the scenario wants the first program to create. The kernel reads only the file "first"; the rest is
// for the first program.
#pragma once
#include <stdint.h>

#include "machine.hpp"

namespace exo::abi {

inline constexpr uint32_t kManifestMagic = 0x3145'4e56;
inline constexpr uint32_t kParameters = 8;
inline constexpr uint32_t kStartAuthority = kParameters;  ///< word of EnvironmentPage::start where the capability lies

/// One environment to create. parameters mean what its program says they mean (libos/apps). They are also handed to the
/// environment itself, as the first words of EnvironmentPage::start; behind them comes the capability for the share of
/// the first program's authority that it is given.
struct ManifestEntry {
  char program[16];       ///< name of an ELF file in the archive, zero-filled
  char name[kNameBytes];  ///< shown name, zero-filled
  uint16_t slices;
  uint16_t authority;  ///< rights on the authority (capability.hpp); 0: it gets no capability
  uint32_t parameters[kParameters];
  uint32_t positions[2];  ///< bit n: one of its slices is at position n; the others are where there is room
};
static_assert(sizeof(ManifestEntry) == 72);

struct Manifest {
  uint32_t magic;
  uint32_t entries;
  uint32_t arbiter[kParameters];  ///< parameters of the first program
  uint32_t reserved[6];
  ManifestEntry entry[32];
};
static_assert(sizeof(Manifest) == 64 + 32 * 72);

}  // namespace exo::abi
