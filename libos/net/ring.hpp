// The reader's side of a PacketRing: packets that the kernel put into a frame of ours. Reading needs no system call:
// what is between tail and head is ours until tail moves on.
#pragma once
#include "kernel/abi/downloads.hpp"

namespace exo::net {

struct Packet {
  const uint8_t* data;  ///< its Ethernet header; nullptr: there is none
  uint32_t bytes;
  uint32_t number;
};

class RingReader {
 public:
  explicit RingReader(uint32_t address) : ring_(*reinterpret_cast<abi::PacketRing*>(address)) {}

  [[nodiscard]] bool is_empty() const { return head() == tail_; }
  /// The packet that waits for longest, where it lies. Good until `drop`.
  [[nodiscard]] Packet first() {
    if (is_empty()) return {};
    if (ring_.space[tail_] == abi::kRingWrap) tail_ = 0;
    if (is_empty()) return {};
    const uint32_t word = ring_.space[tail_];
    return {reinterpret_cast<const uint8_t*>(&ring_.space[tail_ + 1]), word & 0xffff, word >> 16};
  }
  /// Done with it: its room is the kernel's again.
  void drop(const Packet& packet) {
    tail_ += 1 + (packet.bytes + 3) / 4;
    if (tail_ >= abi::kRingWords) tail_ = 0;
    *const_cast<volatile uint32_t*>(&ring_.tail) = tail_;
  }

 private:
  [[nodiscard]] uint32_t head() const { return *const_cast<const volatile uint32_t*>(&ring_.head); }

  abi::PacketRing& ring_;
  uint32_t tail_ = 0;
};

}  // namespace exo::net
