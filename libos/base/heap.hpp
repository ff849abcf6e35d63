// The heap and its page table: an array, because a library OS may choose any structure and this is the plainest. For
// each page it remembers the frame, the capability to bind it with, and when it was last used; the kernel knows nothing
// of all this.
//
// With 50 us to answer in, searching for the coldest page is too slow. So the answer is prepared once a round, when
// there is time, and is good until that page is used. Nothing here masks upcalls while pages are merely used: a slice
// that ends while they are masked is taken by force.
//
// Invariant: a page is Resident exactly while, as far as the library OS has heard, the frame is its own. The kernel can
// know better for a moment: then `bind` refuses the stale capability, and the page becomes Taken until the repossession
// vector explains it.
#pragma once
#include "libos/base/upcalls.hpp"

namespace exo::libos {

inline constexpr uint32_t kHeapAddress = 0x1001'0000;
inline constexpr uint32_t kHeapPages = 64;
inline constexpr uint32_t kPageWords = abi::kPageSize / 4;
inline constexpr uint32_t kNoPage = 0xffff'ffff;
/// Page windows that are no part of the heap: save frames of the policies.
inline constexpr uint32_t kWindowAddress = 0x1010'0000;

enum class PageState : uint8_t {
  Absent,    ///< has no frame; its contents, if it had any, are not kept anywhere
  Resident,  ///< has a frame
  Taken,     ///< its frame is gone by force, the details are not known yet
  Saved,     ///< given back after the policy kept its contents
};

struct Page {  // 32 bytes: an index is a shift
  PageState state;
  uint32_t frame;
  uint32_t last_used;  ///< clock of the heap when it was touched last
  Capability capability;
};
static_assert(sizeof(Page) == 32);

class Heap {
 public:
  [[nodiscard]] static constexpr uint32_t address(uint32_t page) { return kHeapAddress + page * abi::kPageSize; }
  [[nodiscard]] static uint32_t* words(uint32_t page) { return reinterpret_cast<uint32_t*>(address(page)); }
  [[nodiscard]] static constexpr bool contains(uint32_t address) {
    return address - kHeapAddress < kHeapPages * abi::kPageSize;
  }
  [[nodiscard]] const Page& page(uint32_t number) const { return pages_[number]; }
  [[nodiscard]] bool is_resident(uint32_t page) const { return pages_[page].state == PageState::Resident; }
  [[nodiscard]] uint32_t resident_pages() const;

  /// Allocates the named frame (or any), binds it and clears its first `words` words (a multiple of 16). The page must
  /// not be Resident. Errors: those of frame_allocate and bind, noted; StaleCapability when it was taken away again
  /// meanwhile.
  Status take(uint32_t page, uint32_t frame_or_any, uint32_t words);
  /// Makes a frame that the environment owns already the page's frame, contents and all.
  Status adopt(uint32_t page, uint32_t frame, const Capability& capability);
  /// Says that a page is used now. False when it is not resident.
  bool touch(uint32_t page);
  /// One step of the clock that `touch` stamps pages with: a round of the application begins.
  void advance();
  [[nodiscard]] uint32_t clock() const { return clock_; }

  [[nodiscard]] uint32_t coldest() const {  ///< or kNoPage
    return prepared_ != nullptr && prepared_->state == PageState::Resident && prepared_->last_used == prepared_stamp_
               ? uint32_t(prepared_ - pages_)
               : find_coldest();
  }
  /// The Resident page that has the frame, or kNoPage.
  [[nodiscard]] uint32_t find(uint32_t frame) const;
  /// The page that had the frame in the generation that was killed, whether that was noticed already or not; or
  /// kNoPage.
  [[nodiscard]] uint32_t find_lost(uint32_t frame, uint32_t generation) const;
  /// The page a request is about: the one with the named frame, or the coldest. kNoPage when there is none.
  [[nodiscard]] uint32_t choose(uint32_t frame_or_any) const {
    return frame_or_any == abi::kAnyFrame ? coldest() : find(frame_or_any);
  }

  /// Gives the page's frame back to the kernel; the page becomes `after`.
  Status give_back(uint32_t page, PageState after);
  /// The page's contents are not kept anywhere any more.
  void forget(uint32_t page) { pages_[page].state = PageState::Absent; }

  /// A miss at an address: binds the page if it is resident. False when it is not, or not any more.
  bool resolve_miss(uint32_t address);

 private:
  [[nodiscard]] uint32_t find_coldest() const;

  Page pages_[kHeapPages];
  uint32_t used_;  ///< pages ever taken are below this: a search under a deadline looks no further
  uint32_t clock_;
  const Page* prepared_;     ///< the coldest when the round began
  uint32_t prepared_stamp_;  ///< its last_used then
};

extern Heap heap;

}  // namespace exo::libos
