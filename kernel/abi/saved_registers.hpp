// Where the kernel keeps the registers of an environment that does not run: for debuggers, which read the machine's
// memory from outside. kernel/core/environments.cpp asserts every number.
#pragma once
#include <stdint.h>

namespace exo::abi {

inline constexpr uint32_t kEnvironmentsPhysical = 0x0020'0000;
inline constexpr uint32_t kEnvironmentBytes = 1024;
inline constexpr uint32_t kSavedEntryHi = 132;
inline constexpr uint32_t kSavedResumePc = 148;  ///< not 0: it yielded, and this and the next are all that is kept
inline constexpr uint32_t kSavedResumeSp = 152;
inline constexpr uint32_t kSavedFrame = 168;  ///< registers 0 to 31, then what follows

inline constexpr uint32_t kFrameLo = 128, kFrameHi = 132, kFramePc = 136, kFrameCause = 140, kFrameBadAddress = 144,
                          kFrameStatus = 148, kFrameBytes = 152;

}  // namespace exo::abi
