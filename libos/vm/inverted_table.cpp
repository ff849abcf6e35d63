// The inverted page table: an entry for every frame, found by a hash of the page. The memory it takes grows with the
// frames, however large the address space is; finding a page costs a hash and a walk.
//
// Invariant: the frame of an entry is its index, so each entry is in at most one chain, and no chain has a cycle.
#include "libos/vm/page_table.hpp"

namespace exo::libos::vm::page_table {

namespace {
constexpr uint32_t kBuckets = kMostFrames;
constexpr uint8_t kEnd = 0;  // of a chain; otherwise the frame's number and 1

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
  residents[entry.frame] = {uint16_t(page), bucket, entry};
  bucket = uint8_t(entry.frame + 1);
}

void remove(uint32_t page) {
  for (uint8_t* at = &bucket_of(page); *at != kEnd; at = &residents[*at - 1].next) {
    if (residents[*at - 1].page != page) continue;
    *at = residents[*at - 1].next;
    return;
  }
}

void mark(uint32_t first, uint32_t count, uint8_t set, uint8_t clear) {
  if (first > kRegionPages || count > kRegionPages - first) return;
  for (uint32_t page = first; page < first + count; ++page)
    if (Entry* entry = find(page)) entry->flags = uint8_t((entry->flags & ~clear) | set);
}

uint32_t bytes() { return sizeof residents + sizeof buckets; }

}  // namespace exo::libos::vm::page_table
