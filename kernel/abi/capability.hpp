// Self-authenticating capabilities: a name, rights and a generation, with a code that only the kernel can compute
// (SipHash-2-4 under a secret chosen at boot). They live in user memory and are passed on by any means; the kernel
// keeps none. Moving the resource's generation kills every one of them at once.
#pragma once
#include <stdint.h>

namespace exo::abi {

enum class ResourceKind : uint32_t {
  None = 0,
  Frame = 1,
  Environment = 2,
  Authority = 3,
  Slice = 4,     ///< a position in the slice vector
  Entry = 5,     ///< an environment's entry points
  Device = 6,    ///< machine.hpp
  Download = 7,  ///< downloads.hpp
};

// Rights on a frame.
inline constexpr uint32_t kRightRead = 1;
inline constexpr uint32_t kRightWrite = 2;
inline constexpr uint32_t kRightControl = 4;  ///< free, transfer, guard, revoke all
// Rights on an environment.
inline constexpr uint32_t kRightSetUp = 8;
inline constexpr uint32_t kRightDestroy = 16;
// Rights of the authority that the first program receives.
inline constexpr uint32_t kRightCreate = 32;      ///< make environments
inline constexpr uint32_t kRightMemory = 64;      ///< ask for frames back
inline constexpr uint32_t kRightProcessor = 128;  ///< give out slices
inline constexpr uint32_t kRightDevices = 256;    ///< give out devices
// Right on a slice: to give it away or back. Its number is kRightControl, as on a frame.
// Rights on entry points.
inline constexpr uint32_t kRightCall = 512;
// Right on a device.
inline constexpr uint32_t kRightUse = 1024;
// Right on a claim: to make claims within it.
inline constexpr uint32_t kRightNarrow = 2048;

inline constexpr uint32_t kFrameRights = kRightRead | kRightWrite | kRightControl;
inline constexpr uint32_t kEnvironmentRights = kRightSetUp | kRightDestroy;
inline constexpr uint32_t kAuthorityRights = kRightCreate | kRightMemory | kRightProcessor | kRightDevices;
inline constexpr uint32_t kSliceRights = kRightControl;
inline constexpr uint32_t kEntryRights = kRightCall | kRightControl;
inline constexpr uint32_t kDeviceRights = kRightUse | kRightControl;
inline constexpr uint32_t kDownloadRights = kRightNarrow | kRightControl;

/// resource = kind in bits 31..24, number in bits 23..0.
constexpr uint32_t resource_of(ResourceKind kind, uint32_t number) {
  return (uint32_t(kind) << 24) | (number & 0xff'ffff);
}
constexpr ResourceKind kind_of(uint32_t resource) { return ResourceKind(resource >> 24); }
constexpr uint32_t number_of(uint32_t resource) { return resource & 0xff'ffff; }

struct Capability {
  uint32_t resource;
  uint32_t rights;
  uint32_t generation;
  uint32_t code_low;  ///< SipHash-2-4 of the 12 bytes above, low word
  uint32_t code_high;
};
static_assert(sizeof(Capability) == 20);

}  // namespace exo::abi
