// The linear page table: an array with an entry for every page of the region, resident or not. One load finds a page;
// the memory it takes grows with the address space.
#include "libos/vm/page_table.hpp"

namespace exo::libos::vm::page_table {

namespace {
constexpr uint8_t kPresent = 0x80;  // in Entry::flags
alignas(uint32_t) Entry entries[kRegionPages];

/// Two entries at once.
using Pair [[gnu::may_alias]] = uint32_t;
static_assert(sizeof(Entry) == 2);
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
  const auto one = [=](Entry& entry) {
    if ((entry.flags & kPresent) != 0) entry.flags = uint8_t((entry.flags & ~clear) | set);
  };
  Entry *entry = entries + first, *const end = entry + count;
  if (entry != end && first % 2 != 0) one(*entry++);
  // Two entries are a word, their flags bits 15..8 and 31..24: most of the time of a call for many pages is spent here.
  const uint32_t set_both = set * 0x0100'0100u, changing = (set | clear) * 0x0100'0100u;
  auto* pair = reinterpret_cast<Pair*>(entry);
#pragma clang loop unroll_count(4)
  for (const Pair* const last = pair + (end - entry) / 2; pair != last; ++pair) {
    const uint32_t present = *pair & 0x8000'8000u, flags = present - (present >> 7);  // ones where flags may change
    *pair ^= (*pair ^ set_both) & changing & flags;
  }
  entry = reinterpret_cast<Entry*>(pair);
  if (entry != end) one(*entry);
}

uint32_t bytes() { return sizeof entries; }

}  // namespace exo::libos::vm::page_table
