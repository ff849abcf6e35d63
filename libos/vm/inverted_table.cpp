// The inverted page table: an entry for every frame, found by a hash of the page. The memory it takes grows with the
// frames, however large the address space is; finding a page costs a hash and a walk.
//
// Invariant: the frame of an entry is its index, so each entry is in at most one chain, and no chain has a cycle.
#include "libos/vm/page_table.hpp"

namespace exo::libos::vm::page_table {

namespace {
constexpr uint32_t kBuckets = kMostFrames;
constexpr uint8_t kEnd = 0;         // of a chain; otherwise the frame's number and 1
constexpr uint8_t kPresent = 0x80;  // in Entry::flags

struct Resident {
  uint16_t page;
  uint8_t next;  ///< in the chain of its bucket
  Entry entry;
};
Resident residents[kMostFrames];
uint8_t buckets[kBuckets];
static_assert(kMostFrames < 255);

// Pages that follow each other, and the first pages of segments that do, fall into buckets of their own.
uint8_t& bucket_of(uint32_t page) { return buckets[(page ^ page >> 6) % kBuckets]; }
}  // namespace

Entry* find(uint32_t page) {
  for (uint32_t at = bucket_of(page); at != kEnd; at = residents[at - 1].next)
    if (residents[at - 1].page == page) return &residents[at - 1].entry;
  return nullptr;
}

void insert(uint32_t page, Entry entry) {
  if (page >= kRegionPages || entry.frame >= kMostFrames) return;
  uint8_t& bucket = bucket_of(page);
  residents[entry.frame] = {uint16_t(page), bucket, {entry.frame, uint8_t(entry.flags | kPresent)}};
  bucket = uint8_t(entry.frame + 1);
}

void remove(uint32_t page) {
  for (uint8_t* at = &bucket_of(page); *at != kEnd; at = &residents[*at - 1].next) {
    Resident& resident = residents[*at - 1];
    if (resident.page != page) continue;
    *at = resident.next;
    resident.entry.flags = 0;
    return;
  }
}

void mark(uint32_t first, uint32_t count, uint8_t set, uint8_t clear) {
  if (first > kRegionPages || count > kRegionPages - first) return;
  const auto one = [=](Entry& entry) { entry.flags = uint8_t((entry.flags & ~clear) | set); };
  if (count <= kMostFrames / 4) {
    for (uint32_t page = first; page < first + count; ++page)
      if (Entry* entry = find(page)) one(*entry);
    return;
  }
  // For many pages a walk over all frames costs less than a search for each.
  for (Resident& resident : residents)
    if (resident.page - first < count && (resident.entry.flags & kPresent) != 0) one(resident.entry);
}

uint32_t bytes() { return sizeof residents + sizeof buckets; }

}  // namespace exo::libos::vm::page_table
