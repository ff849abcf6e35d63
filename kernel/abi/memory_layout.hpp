// The physical and virtual addresses that kernel, library OSes and explorer agree on.
//
// Physical (64 MiB; in the shared RAM file a physical address is a file offset):
//
//   0x00000000  +----------------------------+
//               | boot loader's arguments    |  written by QEMU
//   0x00100000  +----------------------------+
//               | kernel: text, data, stack  |
//   0x00200000  +----------------------------+
//               | environments, 64 x 1 KiB   |  aligned to 64 KiB: one instruction finds one by its number
//   0x00210000  +----------------------------+
//               | free                       |
//   0x00300000  +----------------------------+
//               | downloaded code, compiled  |
//   0x00400000  +----------------------------+
//               | workshop: code on its way  |  the verifier's states, the compiler's drafts
//   0x00800000  +----------------------------+
//               | STLB, 4,096 x 16 bytes     |  aligned to 8 MiB: the Context register points into it by itself
//   0x00820000  +----------------------------+
//               | exposed tables             |  read only for any environment that asks (exposed.hpp)
//   0x00f00000  +----------------------------+
//               | TraceShared                |  ring header, stop conditions, control ring (trace_ring.hpp)
//   0x00f20000  +----------------------------+
//               | packets of the host        |  downloads.hpp
//   0x01000000  +----------------------------+
//               | trace ring, 262,144 x 32   |
//   0x01800000  +----------------------------+
//               | free                       |
//   0x02000000  +----------------------------+
//               | exported frames 0 to 4,095 |
//   0x03000000  +----------------------------+
//               | boot archive (near the top)|  placed by QEMU, read only for any environment that asks
//   0x04000000  +----------------------------+
//
// Virtual, user (the rest of kuseg belongs to the library OS):
//
//   0x00000000  never bound by convention, so that a null pointer faults
//   0x00001000  environment page: reachable with a 16-bit offset from register zero
//   0x00400000  programs are linked here
#pragma once
#include <stdint.h>

namespace exo::abi {

inline constexpr uint32_t kPageShift = 12;
inline constexpr uint32_t kPageSize = 1u << kPageShift;
inline constexpr uint32_t kRamBytes = 64u << 20;

inline constexpr uint32_t kKernelPhysical = 0x0010'0000;
inline constexpr uint32_t kStlbPhysical = 0x0080'0000;
inline constexpr uint32_t kExposedPhysical = 0x0082'0000;
inline constexpr uint32_t kCodePhysical = 0x0030'0000;
inline constexpr uint32_t kCodeBytes = 0x0010'0000;
inline constexpr uint32_t kTraceSharedPhysical = 0x00f0'0000;
inline constexpr uint32_t kPacketStorePhysical = 0x00f2'0000;
inline constexpr uint32_t kTraceRingPhysical = 0x0100'0000;
inline constexpr uint32_t kFramesPhysical = 0x0200'0000;

inline constexpr uint32_t kFrameCount = 4096;
inline constexpr uint32_t kAnyFrame = 0xffff'ffff;
inline constexpr uint32_t kNoFrame = 0xffff'fffe;

/// What a revocation request asks for, in one word: a frame, any frame (kAnyFrame), a position of the slice vector, or
/// any.
inline constexpr uint32_t kAskedSlice = 0x0100'0000;
inline constexpr uint32_t kAnySlice = 0x01ff'ffff;
constexpr bool asks_for_slice(uint32_t asked) { return asked >> 24 == kAskedSlice >> 24; }
constexpr uint32_t asked_slice(uint32_t position) { return kAskedSlice | position; }
/// Or a download, always by its number.
inline constexpr uint32_t kAskedDownload = 0x0200'0000;
constexpr bool asks_for_download(uint32_t asked) { return asked >> 24 == kAskedDownload >> 24; }
constexpr uint32_t asked_download(uint32_t download) { return kAskedDownload | download; }

inline constexpr uint32_t kUserEnd = 0x8000'0000;  ///< first address that is not user space
inline constexpr uint32_t kEnvironmentPageAddress = 0x0000'1000;
inline constexpr uint32_t kProgramAddress = 0x0040'0000;

/// Frame number to physical page number and back. A physical page number outside the exported frames is a kernel page
/// (exposed table or boot archive), which can only be bound read only.
constexpr uint32_t pfn_of_frame(uint32_t frame) { return (kFramesPhysical >> kPageShift) + frame; }
constexpr bool is_exported(uint32_t pfn) { return pfn - (kFramesPhysical >> kPageShift) < kFrameCount; }
constexpr uint32_t frame_of_pfn(uint32_t pfn) { return pfn - (kFramesPhysical >> kPageShift); }

}  // namespace exo::abi
