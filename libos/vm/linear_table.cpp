// The linear page table: an array with an entry for every page of the region, resident or not. One load finds a page;
// the memory it takes grows with the address space.
#include "libos/vm/page_table.hpp"

namespace exo::libos::vm::page_table {

namespace {
constexpr uint8_t kPresent = 0x80;  // in Entry::flags
Entry entries[kRegionPages];
}  // namespace

Entry* find(uint32_t page) {
  if (page >= kRegionPages) return nullptr;
  Entry& entry = entries[page];
  return (entry.flags & kPresent) != 0 ? &entry : nullptr;
}

void insert(uint32_t page, Entry entry) {
  if (page < kRegionPages) entries[page] = {entry.frame, uint8_t(entry.flags | kPresent)};
}

void remove(uint32_t page) {
  if (page < kRegionPages) entries[page] = {};
}

void mark(uint32_t first, uint32_t count, uint8_t set, uint8_t clear) {
  if (first > kRegionPages || count > kRegionPages - first) return;
  const uint8_t kept = uint8_t(~clear);
  for (Entry *entry = entries + first, *end = entry + count; entry != end; ++entry)
    if ((entry->flags & kPresent) != 0) entry->flags = uint8_t((entry->flags & kept) | set);
}

uint32_t bytes() { return sizeof entries; }

}  // namespace exo::libos::vm::page_table
