// Doubly linked lists through arrays of 16-bit links: a thing is its number, so that tables can be read by anyone
// without following pointers, and taking one out costs the same wherever it stands.
#pragma once
#include <stdint.h>

namespace exo::kernel {

inline constexpr uint16_t kNil = 0xffff;

struct Links {
  uint16_t next, previous;
};

template <uint32_t Count>
class LinkTable {
 public:
  void insert(uint16_t& head, uint16_t item) {
    links_[item] = {head, kNil};
    if (head != kNil) links_[head].previous = item;
    head = item;
  }
  void remove(uint16_t& head, uint16_t item) {
    const Links at = links_[item];
    (at.previous == kNil ? head : links_[at.previous].next) = at.next;
    if (at.next != kNil) links_[at.next].previous = at.previous;
  }

  [[nodiscard]] uint16_t next(uint16_t item) const { return links_[item].next; }

 private:
  Links links_[Count];
};

}  // namespace exo::kernel
