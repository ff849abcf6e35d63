// The live invariants of DESIGN section 6, checked as events are folded: one light for the whole machine.
//
// A break takes several events (the bindings go one by one, then the TLB is rewritten), so some promises may be open
// for a moment: they are remembered and must hold at the next boundary, an event that only happens when the kernel has
// finished what it was doing (user code ran, or a new call was made). Nothing is checked while the state is uncertain.
#pragma once
#include <array>
#include <bitset>
#include <cstdint>
#include <vector>

#include "explorer/model/complaints.hpp"
#include "explorer/model/event.hpp"
#include "explorer/model/packet_judge.hpp"
#include "explorer/model/state.hpp"

namespace exo::model {

class Invariants {
 public:
  /// Before the event is folded: boundaries, and what must not happen to the state as it is.
  void before(const State& state, const Event& event);
  /// After it was folded.
  void after(const State& state, const Event& event);
  /// Promises made before a gap can't be held against anyone.
  void forget();

  [[nodiscard]] const Complaints& broken() const { return broken_; }

 private:
  void check_promises(const State& state);
  void check_suspects(const State& state);
  void check_tlb(const State& state, std::uint32_t index, EventNumber since);
  void suspect_pair(const State& state, std::uint32_t hi, EventNumber number);
  void expect_unbound(const State& state, std::uint32_t frame);
  void before_on_processor(const State& state, const Event& event);
  void entered(const State& state, const Event& event);
  void slice_moves(const State& state, const Event& event, std::uint32_t from);
  void expect_unmapped(const State& state, std::uint32_t asid, EventNumber number);
  void expect_returned(const State& state, const Event& event);

  void before_on_downloads(const State& state, const Event& event);
  void after_on_downloads(const State& state, const Event& event);
  void check_download_pages(const State& state);
  void sleeps(const State& state, const Event& event);
  void judge_packet(const State& state, const Event& event);

  struct Promise {
    std::uint32_t frame;
    EventNumber number;  ///< of the event that made it
  };
  std::vector<Promise> unbound_;  ///< frames that must have lost every binding
  std::uint32_t suspects_ = 0;    ///< TLB entries that must agree with the STLB: one bit each
  std::array<EventNumber, abi::kTlbEntries> suspect_since_{};
  PacketJudge judge_;
  std::bitset<abi::kFrameCount> used_by_code_;  ///< frames that some download may have been given since the boot
  EventNumber frames_moved_ = 0;                ///< event since which downloads' pages must be looked at; 0: none
  Complaints broken_;
};

}  // namespace exo::model
