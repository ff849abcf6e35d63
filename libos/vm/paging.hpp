// Paging in a library OS: more pages than frames, and a store that holds what does not fit. The store is frames of its
// own, read and written by copying a page at a time, as a disk would be.
//
// Recency: the program says what it uses (`use`, some instructions). The other way, to unbind pages and see which
// fault, would cost a fault for every use that is counted, and would mix with the misses that are measured here.
//
// Invariant: a page is in exactly one frame, or in none and then its contents are in the store. Only pages in frames
// are bound.
#pragma once
#include "libos/base/syscall.hpp"
#include "libos/vm/page_table.hpp"
#include "libos/vm/replacement.hpp"

namespace exo::libos::vm {

inline constexpr uint32_t kMostPages = 32;  ///< of one program
inline constexpr uint32_t kPagesPerSegment = 4;
inline constexpr uint32_t kSegmentPages = 256;  ///< from the start of one segment to the start of the next

// The region, and the store behind it. Placed so that the pages of one program, and of two programs that run side by
// side, fall into different slots of the STLB: then every miss is a page that is not in a frame.
inline constexpr uint32_t kRegionAddress = 0x1101'0000;
inline constexpr uint32_t kStoreAddress = 0x1101'8000;
static_assert(kMostPages / kPagesPerSegment * kSegmentPages <= kRegionPages);

/// Page i of the program as a page of the region: segments of four pages, 1 MiB apart, as code, data and stacks are.
constexpr uint32_t region_page(uint32_t i) { return i / kPagesPerSegment * kSegmentPages + i % kPagesPerSegment; }
constexpr uint32_t page_address(uint32_t i) { return kRegionAddress + region_page(i) * abi::kPageSize; }

inline constexpr uint32_t kNoPageThere = 0xffff'ffff;
/// Which of the program's pages an address lies in, or kNoPageThere.
constexpr uint32_t page_at(uint32_t address) {
  const uint32_t page = (address - kRegionAddress) >> abi::kPageShift;
  const uint32_t segment = page / kSegmentPages, offset = page % kSegmentPages;
  return page >= kRegionPages || offset >= kPagesPerSegment ? kNoPageThere : segment * kPagesPerSegment + offset;
}

class Paging {
 public:
  /// Takes the frames and the store. Errors: those of frame_allocate and bind, noted.
  Status prepare(uint32_t pages, uint32_t frames);
  /// The program uses page i now.
  void use(uint32_t i);
  /// A miss at an address. False when it is none of the program's pages.
  bool resolve(uint32_t address);
  /// The same, but brings nothing in: false also when the page is not in a frame.
  bool rebind(uint32_t address);
  /// Kills every capability for the frame of page i, which is in one, and binds it again for the pager itself.
  bool take_back(uint32_t i);
  [[nodiscard]] const Capability* frame_of(uint32_t i) const;
  [[nodiscard]] uint32_t misses() const { return misses_; }

 private:
  Status take(Capability& capability);
  Status store_in(uint32_t i);
  uint32_t free_a_frame();
  void bring_in(uint32_t i);

  FrameSlot frames_[kMostPages];
  Capability store_[kMostPages];
  uint32_t pages_, frame_count_, used_frames_;
  uint32_t clock_, misses_;
};

extern Paging paging;

}  // namespace exo::libos::vm
