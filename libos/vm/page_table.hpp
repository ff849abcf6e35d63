// A library OS's own page table, as one small interface with two bodies: a program is linked with linear_table.cpp or
// with inverted_table.cpp, and nothing else in it changes. The kernel has no page table and asks for none: all it knows
// are the bindings.
//
// A page is numbered from the start of the region that the table describes.
#pragma once
#include <stdint.h>

namespace exo::libos::vm {

inline constexpr uint32_t kRegionPages = 2048;  ///< 8 MiB of address space
inline constexpr uint32_t kMostFrames = 128;    ///< pages that can be resident at one time

/// What the library OS knows of a resident page.
struct Entry {
  uint8_t frame;  ///< which of the library OS's frames it is in
  uint8_t flags;  ///< kEntry*
};
inline constexpr uint8_t kEntryProtected = 1;  ///< the program does not want it written
inline constexpr uint8_t kEntryWatched = 2;    ///< not writable only so that the first write is noticed
inline constexpr uint8_t kEntryDirty = 4;      ///< written, or made writable, since it was last watched

namespace page_table {
/// The entry of a resident page, or nullptr. Good until the next insert or remove.
[[nodiscard]] Entry* find(uint32_t page);
/// Makes a page resident. It must not be; and at most one page may be in each frame.
void insert(uint32_t page, Entry entry);
/// Forgets a resident page.
void remove(uint32_t page);
/// Sets and clears flags of `count` pages; those that are not resident are passed over.
void mark(uint32_t first, uint32_t count, uint8_t set, uint8_t clear);
/// Memory that the table takes, whatever is in it.
[[nodiscard]] uint32_t bytes();
}  // namespace page_table

}  // namespace exo::libos::vm
