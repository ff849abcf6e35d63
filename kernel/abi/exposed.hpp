// The kernel's tables as any environment may read them: exposed information. `expose(region, index, page)` binds one
// page.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "downloads.hpp"
#include "machine.hpp"
#include "memory_layout.hpp"

namespace exo::abi {

enum class ExposedRegion : uint32_t { Tables = 0, Stlb = 1, Archive = 2 };

struct FrameInfo {
  uint8_t owner;  ///< environment number; 0: free
  uint8_t flags;  ///< kFrame*
  uint8_t guard;  ///< rights that capabilities may still exercise
  uint8_t reserved;
  uint16_t bindings;  ///< STLB halves that stand on this frame
  uint16_t first;     ///< first of them, kernel's own list
  uint32_t generation;
};
static_assert(sizeof(FrameInfo) == 12);
inline constexpr uint8_t kFrameGuaranteed = 1;
inline constexpr uint8_t kFrameUnderRevocation = 2;
inline constexpr uint8_t kFrameEnvironmentPage = 4;
inline constexpr uint8_t kFrameSaving = 8;  ///< taken, its contents are being saved: nobody's, and not yet free

struct EnvironmentInfo {
  uint8_t state;  ///< EnvState
  uint8_t asid;
  uint16_t slices;
  uint32_t generation;
  uint32_t frames;      ///< owned
  uint32_t guaranteed;  ///< of these, guaranteed
  uint32_t bindings;    ///< STLB halves
  char name[kNameBytes];
};
static_assert(sizeof(EnvironmentInfo) == 32);

struct ExposedTables {
  FrameInfo frames[kFrameCount];                   ///< pages 0 to 11
  EnvironmentInfo environments[kMaxEnvironments];  ///< page 12
  uint8_t pad0[4096 - 32 * kMaxEnvironments];
  uint8_t slices[kSlicePositions];  ///< page 13: owner of each position
  uint32_t slice_position;          ///< of the running slice
  uint32_t free_frames;
  uint32_t slice_generations[kSlicePositions];
  uint32_t entry_generations[kMaxEnvironments];
  uint8_t excess[kMaxEnvironments];  ///< slices that each environment owes
  uint32_t device_generations[kDevices];
  uint8_t
      pad1[4096 - kSlicePositions - 8 - 4 * kSlicePositions - 4 * kMaxEnvironments - kMaxEnvironments - 4 * kDevices];
  DownloadInfo downloads[kMaxDownloads];  ///< page 14
};
static_assert(offsetof(ExposedTables, environments) == 12 * 4096);
static_assert(offsetof(ExposedTables, slices) == 13 * 4096);
static_assert(sizeof(ExposedTables) == 15 * 4096);

}  // namespace exo::abi
