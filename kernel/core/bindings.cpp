#include "kernel/core/bindings.hpp"

#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/list.hpp"
#include "kernel/core/trace.hpp"

namespace exo::kernel::bindings {

using abi::StlbEntry;

namespace {
constexpr uint32_t kHalves = 2 * abi::kStlbEntries;
LinkTable<kHalves> by_frame, by_environment;

uint32_t& lo_of(uint32_t half) { return half & 1 ? stlb(half / 2).lo1 : stlb(half / 2).lo0; }

void write_tlb(uint32_t index, const tlb::Entry& entry) {
  tlb::write(index, entry);
  trace::emit(abi::Event::TlbWritten, index, entry.hi, entry.lo0, entry.lo1);
}

// Makes the TLB agree with a slot of the STLB: if the TLB holds `tag`, its entry becomes what the slot says now.
void sync_tlb(uint32_t tag, const StlbEntry& entry) {
  const int32_t index = tlb::probe(tag);
  if (index < 0) return;
  write_tlb(uint32_t(index), entry.tag == tag ? tlb::Entry{tag, entry.lo0, entry.lo1} : tlb::invalid(uint32_t(index)));
}

// Takes a half out of the STLB and of both lists. The caller syncs the TLB.
void drop_half(uint32_t half, Reason reason) {
  StlbEntry& entry = stlb(half / 2);
  const uint32_t pfn = abi::entry_lo_pfn(lo_of(half));
  const uint32_t vpn = abi::entry_hi_vpn(entry.tag) | (half & 1);
  Environment& holder = environments::of_asid(abi::entry_hi_asid(entry.tag));
  lo_of(half) = 0;
  if (entry.lo0 == 0 && entry.lo1 == 0) entry.tag = abi::kStlbFree;
  by_environment.remove(holder.first_binding, uint16_t(half));
  --environments::info(holder.number).bindings;
  if (abi::is_exported(pfn)) {
    abi::FrameInfo& frame = frames::info(abi::frame_of_pfn(pfn));
    by_frame.remove(frame.first, uint16_t(half));
    --frame.bindings;
  }
  trace::emit(abi::Event::Unbound, holder.number, vpn, pfn, uint32_t(reason));
}

void break_half(uint32_t half, Reason reason) {
  const StlbEntry& entry = stlb(half / 2);
  const uint32_t tag = entry.tag;
  drop_half(half, reason);
  sync_tlb(tag, entry);
}
}  // namespace

void initialise() {
  for (uint32_t slot = 0; slot < abi::kStlbEntries; ++slot) stlb(slot) = {abi::kStlbFree, 0, 0, 0};
}

void flush_tlb() {
  for (uint32_t index = 0; index < abi::kTlbEntries; ++index) write_tlb(index, tlb::invalid(index));
}

void install(Environment& environment, uint32_t vpn, uint32_t pfn, uint32_t flags) {
  const uint32_t tag = abi::entry_hi(vpn, environment.asid);
  const uint32_t slot = abi::stlb_slot(vpn, environment.asid);
  const uint32_t half = 2 * slot + (vpn & 1);
  StlbEntry& entry = stlb(slot);
  if (entry.tag != tag && entry.tag != abi::kStlbFree) {
    const uint32_t displaced = entry.tag;
    if (entry.lo0 != 0) drop_half(2 * slot, Reason::Displaced);
    if (entry.lo1 != 0) drop_half(2 * slot + 1, Reason::Displaced);
    sync_tlb(displaced, entry);
  } else if (lo_of(half) != 0) {
    break_half(half, Reason::Rebound);
  }
  entry.tag = tag;
  lo_of(half) = abi::entry_lo(pfn, flags & abi::kBindWrite);
  by_environment.insert(environment.first_binding, uint16_t(half));
  ++environments::info(environment.number).bindings;
  if (abi::is_exported(pfn)) {
    abi::FrameInfo& frame = frames::info(abi::frame_of_pfn(pfn));
    by_frame.insert(frame.first, uint16_t(half));
    ++frame.bindings;
  }
  trace::emit(abi::Event::Bound, vpn, pfn, flags, slot);
  sync_tlb(tag, entry);
}

Status remove(Environment& environment, uint32_t vpn) {
  const uint32_t slot = abi::stlb_slot(vpn, environment.asid);
  const uint32_t half = 2 * slot + (vpn & 1);
  if (stlb(slot).tag != abi::entry_hi(vpn, environment.asid) || lo_of(half) == 0) return Status::NotBound;
  break_half(half, Reason::Unbound);
  return Status::Ok;
}

void break_all(uint32_t frame, Reason reason) {
  while (frames::info(frame).first != kNil) break_half(frames::info(frame).first, reason);
}

bool break_one_of(Environment& environment, Reason reason) {
  if (environment.first_binding == kNil) return false;
  break_half(environment.first_binding, reason);
  return true;
}

uint32_t lookup(Environment& environment, uint32_t vpn) {
  const StlbEntry& entry = stlb(abi::stlb_slot(vpn, environment.asid));
  if (entry.tag == abi::entry_hi(vpn, environment.asid)) {
    const uint32_t lo = vpn & 1 ? entry.lo1 : entry.lo0;
    if (lo != 0) return lo;
  }
  if (const Guarantee* guarantee = environment.guarantee_of(vpn))
    return abi::entry_lo(guarantee->pfn, guarantee->flags & abi::kBindWrite);
  return 0;
}

bool install_guaranteed(Environment& environment, uint32_t vpn) {
  const Guarantee* guarantee = environment.guarantee_of(vpn);
  if (guarantee == nullptr) return false;
  const StlbEntry& entry = stlb(abi::stlb_slot(vpn, environment.asid));
  if (entry.tag == abi::entry_hi(vpn, environment.asid) && (vpn & 1 ? entry.lo1 : entry.lo0) != 0) return false;
  install(environment, vpn, guarantee->pfn, guarantee->flags | abi::kBindGuaranteed);
  return true;
}

}  // namespace exo::kernel::bindings
