// In which order the program touches its pages in a round: three kinds of programs, as far as a pager can tell.
#pragma once
#include "libos/vm/page_table.hpp"
#include "libos/vm/paging.hpp"

namespace exo::libos::vm {

enum class Order : uint32_t {
  Circle,         ///< one after the other, for ever: what was not used for longest comes next
  InFramesFirst,  ///< those that are in frames, then the others: for that it looks into its own page table
  Nomad,          ///< stays with a few pages beside each other for a while, and moves on by one
};

class TouchOrder {
 public:
  explicit TouchOrder(Order order) : order_(order) {}

  /// A round of as many touches as there are pages begins.
  void begin(uint32_t pages) {
    pages_ = pages;
    resident_ = 0;
    if (order_ != Order::InFramesFirst) return;
    for (uint32_t page = 0; page < pages; ++page)
      if (page_table::find(region_page(page)) != nullptr) sequence_[resident_++] = page;
    for (uint32_t page = 0, next = resident_; page < pages; ++page)
      if (page_table::find(region_page(page)) == nullptr) sequence_[next++] = page;
  }
  /// How many pages were in frames when the round began.
  [[nodiscard]] uint32_t resident() const { return resident_; }

  uint32_t page(uint32_t turn) {
    if (order_ == Order::InFramesFirst) return sequence_[turn];
    if (order_ != Order::Nomad) return turn;
    const uint32_t touch = touches_++;
    return (touch / kStay + touch % kNeighbours) % pages_;
  }

 private:
  static constexpr uint32_t kNeighbours = 4;  ///< pages that a nomad uses in turn
  static constexpr uint32_t kStay = 6;        ///< touches after which it moves on

  Order order_;
  uint32_t pages_ = 0, resident_ = 0, touches_ = 0;
  uint32_t sequence_[kMostPages];
};

}  // namespace exo::libos::vm
