// The checks, one function a promise.
#include "explorer/model/invariants.hpp"

#include <fmt/format.h>

#include <bit>

#include "explorer/model/event_table.hpp"
#include "explorer/model/words.hpp"

namespace exo::model {

namespace {

/// Events that only happen when the kernel has kept what it promised before.
bool is_boundary(abi::Event id) {
  switch (id) {
    case abi::Event::Switched:
    case abi::Event::Transferred:
    case abi::Event::YieldedTo:
    case abi::Event::TlbRefilled:
    case abi::Event::TlbMissed:
    case abi::Event::UpcallDelivered:
    case abi::Event::ExceptionRaised:
    case abi::Event::CapabilityChecked:
    case abi::Event::SyscallRefused:
    case abi::Event::Noted:
    case abi::Event::Console:
    case abi::Event::ControlTaken:
    case abi::Event::AuditBegan:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Invariants::forget() {
  unbound_.clear();
  suspects_ = 0;
  frames_moved_ = 0;
  used_by_code_.set();
  judge_.forget();
}

void Invariants::check_promises(const State& state) {
  for (const Promise& promise : unbound_) {
    const FrameState& frame = state.frames[promise.frame];
    if (frame.bindings == 0) continue;
    broken_.add(promise.number, [&] {
      return fmt::format("frame {} changed hands at event {}, but {} of its bindings lived on", promise.frame,
                         promise.number, frame.bindings);
    });
  }
  unbound_.clear();
}

void Invariants::check_suspects(const State& state) {
  while (suspects_ != 0) {
    const auto index = std::uint32_t(std::countr_zero(suspects_));
    suspects_ &= suspects_ - 1;
    check_tlb(state, index, suspect_since_[index]);
  }
}

void Invariants::check_tlb(const State& state, std::uint32_t index, EventNumber since) {
  const TlbState& entry = state.tlb[index];
  for (std::uint32_t half = 0; half < 2; ++half) {
    if ((entry.lo[half] & abi::kLoValid) == 0) continue;
    const StlbState* binding = stlb_entry(state, entry.hi);
    if (binding != nullptr && binding->lo[half] == entry.lo[half]) continue;
    broken_.add(since, [&] {
      return fmt::format("TLB entry {} maps page {:#x} of {} to {:#x}, but no binding stands behind it", index,
                         abi::entry_hi_vpn(entry.hi) + half, tag_owner(entry.hi, state),
                         abi::entry_lo_pfn(entry.lo[half]));
    });
  }
}

void Invariants::suspect_pair(const State& state, std::uint32_t hi, EventNumber number) {
  for (std::uint32_t index = 0; index < abi::kTlbEntries; ++index)
    if (state.tlb[index].hi == hi) {
      suspects_ |= 1u << index;
      suspect_since_[index] = number;
    }
}

void Invariants::expect_unbound(const State& state, std::uint32_t frame) {
  if (state.frames[frame].bindings != 0 && unbound_.size() < abi::kFrameCount)
    unbound_.push_back({frame, state.number});
}

void Invariants::before(const State& state, const Event& event) {
  const bool boundary = (suspects_ != 0 || !unbound_.empty() || frames_moved_ != 0) && is_boundary(event.id);
  if (boundary) check_suspects(state);
  if (boundary && frames_moved_ != 0) check_download_pages(state);
  // A guaranteed mapping may be installed without any other event before it; the TLB is written only after that.
  if (boundary || (event.id == abi::Event::Bound && !unbound_.empty())) check_promises(state);
  switch (event.id) {
    case abi::Event::FrameAllocated: {
      const FrameState& frame = state.frames[event.args[0]];
      if (frame.owner != 0 || frame.flags != 0)
        broken_.add(event.number, [&] {
          return fmt::format("frame {} was given to {}, but {} owns it", event.args[0], env_name(state, event.args[2]),
                             frame.owner != 0 ? env_name(state, frame.owner) : "the kernel");
        });
      break;
    }
    case abi::Event::Bound:
      if (abi::is_exported(event.args[1]) && state.frames[abi::frame_of_pfn(event.args[1])].owner == 0)
        broken_.add(event.number, [&] {
          return fmt::format("{} bound page {:#x} to frame {}, which nobody owns", env_name(state, event.env),
                             event.args[0], abi::frame_of_pfn(event.args[1]));
        });
      break;
    case abi::Event::FrameTransferred: {
      const std::uint32_t owner = state.frames[event.args[0]].owner;
      if (owner != event.args[2])
        broken_.add(event.number, [&] {
          return fmt::format("{} gave frame {} away, but its owner was {}", env_name(state, event.args[2]),
                             event.args[0], owner != 0 ? env_name(state, owner) : "nobody");
        });
      break;
    }
    case abi::Event::RevokeAborted: {
      if (event.args[2] < abi::kFrameCount && (state.frames[event.args[2]].flags & abi::kFrameGuaranteed) != 0)
        broken_.add(event.number,
                    [&] { return fmt::format("frame {} was taken by force, but it is guaranteed", event.args[2]); });
      const RequestState& request = state.requests[request_place(state, event.args[0])];
      if (request.id == event.args[0] && (request.fires == kNever || event.ticks < request.fires))
        broken_.add(event.number, [&] {
          return request.fires == kNever
                     ? fmt::format("request {} was ended by force, but it had no deadline", request.id)
                     : fmt::format("the deadline of request {} fired {:.2f} µs early", request.id,
                                   micros(request.fires - event.ticks));
        });
      break;
    }
    default:
      break;
  }
  before_on_processor(state, event);
  before_on_downloads(state, event);
}

void Invariants::after(const State& state, const Event& event) {
  after_on_downloads(state, event);
  switch (event.id) {
    case abi::Event::Boot:
      forget();
      used_by_code_.reset();
      return judge_.boot();
    case abi::Event::Bound: {
      const std::uint32_t slot = abi::stlb_slot(event.args[0], event.env);
      if (event.args[3] != slot)
        broken_.add(event.number, [&] {
          return fmt::format("page {:#x} of {} was bound in STLB slot {}, but belongs in {}", event.args[0],
                             env_name(state, event.env), event.args[3], slot);
        });
      return suspect_pair(state, tag_of(state, event.env, event.args[0]), event.number);
    }
    case abi::Event::Unbound:
      return suspect_pair(state, tag_of(state, event.args[0], event.args[1]), event.number);
    case abi::Event::TlbRefilled:
      if (stlb_entry(state, event.args[1]) != nullptr) return;
      broken_.add(event.number, [&] {
        return fmt::format("TLB entry {} was filled for page {:#x} of {}, but no binding stands behind it",
                           event.args[0], abi::entry_hi_vpn(event.args[1]), env_name(state, event.env));
      });
      return;
    case abi::Event::TlbWritten:
      suspects_ |= 1u << event.args[0];
      suspect_since_[event.args[0]] = event.number;
      return;
    case abi::Event::FrameFreed:
    case abi::Event::FrameTransferred:
    case abi::Event::GenerationMoved:
      return expect_unbound(state, event.args[0]);
    case abi::Event::RevokeAborted:
      if (event.args[2] < abi::kFrameCount) expect_unbound(state, event.args[2]);
      return;
    case abi::Event::Protected:
      for (std::uint32_t page = event.args[0]; page < event.args[0] + event.args[1]; page += 2 - (page & 1))
        suspect_pair(state, tag_of(state, event.env, page), event.number);
      return;
    case abi::Event::IdentifierGiven:
      return expect_unmapped(state, event.args[1], event.number);
    case abi::Event::EnvGone:
      return expect_returned(state, event);
    default:
      return;
  }
}

}  // namespace exo::model
