// Where the server keeps words: a stretch of pages that get a frame when they are first written. Most of what a program
// owns is zeros (stacks, tables, ends of segments), so pages are packed: runs of one word are kept as a count. Every
// page has a checksum, made from the original and compared with what is unpacked.
//
// Frames come from a small reserve first: an emergency is the moment at which not one may be free.
#pragma once
#include "libos/base/syscall.hpp"

namespace exo::libos {

/// Frames of the server's own without a use. Two are enough: a packed page touches at most one page more than it fills.
class Reserve {
 public:
  void fill();
  /// From the reserve, or free. Error: NoneFree.
  Status take(Capability& frame);
  /// Into the reserve, or back to the kernel.
  void give(const Capability& frame);

 private:
  static constexpr uint32_t kMost = 2;
  Capability frames_[kMost];
  uint32_t count_;
};
extern Reserve reserve;

class Store {
 public:
  static constexpr uint32_t kPages = 18;  ///< 16 pages of which none can be packed, and their counts

  void place_at(uint32_t address) { address_ = address; }
  /// Words written so far: where the next page will begin.
  [[nodiscard]] uint32_t position() const { return position_; }
  [[nodiscard]] uint32_t frames() const { return frames_; }
  /// Appends a page. Error: NoneFree; what was appended of it is forgotten.
  Status pack(const uint32_t* page, uint32_t& checksum);
  /// Unpacks the page at a position. False when it is not what was packed.
  [[nodiscard]] bool unpack(uint32_t position, uint32_t checksum, uint32_t* page) const;
  void clear();
  /// A miss at one of its pages.
  bool bind(uint32_t address);

 private:
  [[nodiscard]] uint32_t* words() const { return reinterpret_cast<uint32_t*>(address_); }
  Status make_room(uint32_t words);

  uint32_t address_;
  uint32_t position_;
  uint32_t frames_;
  Capability pages_[kPages];
};

}  // namespace exo::libos
