#include "kernel/core/bindings.hpp"

#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/deadlines.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/identifiers.hpp"
#include "kernel/core/list.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/download/downloads.hpp"

namespace exo::kernel::bindings {

using abi::StlbEntry;

namespace {
constexpr uint32_t kHalves = 2 * abi::kStlbEntries;
LinkTable<kHalves> by_frame, by_environment;

// Tag of an environment's page in the STLB. Without an address-space identifier its bindings wait under a tag that no
// miss matches.
uint32_t tag_of(const Environment& e, uint32_t vpn) {
  return e.entry_hi != 0 ? abi::entry_hi(vpn, e.entry_hi) : abi::parked_tag(vpn, e.number);
}
bool is_parked(uint32_t tag) { return (tag & abi::kStlbParked) != 0; }
uint32_t holder_of(uint32_t tag) {
  const uint32_t low = abi::entry_hi_asid(tag);
  return is_parked(tag) ? low : identifiers::holders[low];
}

uint32_t& lo_of(uint32_t half) { return half & 1 ? stlb(half / 2).lo1 : stlb(half / 2).lo0; }

void write_tlb(uint32_t index, const tlb::Entry& entry) {
  tlb::write(index, entry);
  trace::emit(abi::Event::TlbWritten, index, entry.hi, entry.lo0, entry.lo1);
}

// Makes the TLB agree with a slot of the STLB: if the TLB holds `tag`, its entry becomes what the slot says now.
void sync_tlb(uint32_t tag, const StlbEntry& entry) {
  if (is_parked(tag)) return;  // the TLB has nothing of someone without an identifier
  const tlb::KeepEntryHi keep;
  const int32_t index = tlb::probe(tag);
  if (index < 0) return;
  write_tlb(uint32_t(index), entry.tag == tag ? tlb::Entry{tag, entry.lo0, entry.lo1} : tlb::invalid(uint32_t(index)));
}

// Takes a half out of the STLB and of its holder's list, and the TLB follows. Its frame's list is the caller's to mend,
// and so is EntryHi. Inline, and with one look at whether anyone wants to know: this is what an abort is made of.
[[gnu::always_inline]] inline void empty_half(uint32_t half, Reason reason, bool traced) {
  StlbEntry& entry = stlb(half / 2);
  const uint32_t odd = half & 1, tag = entry.tag, holder = holder_of(tag);
  uint32_t& lo = odd != 0 ? entry.lo1 : entry.lo0;
  const uint32_t pfn = abi::entry_lo_pfn(lo);
  lo = 0;
  entry.writable &= 2u >> odd;
  if ((entry.lo0 | entry.lo1) == 0) entry.tag = abi::kStlbFree;
  by_environment.remove(environments::get(holder).first_binding, uint16_t(half));
  --environments::info(holder).bindings;
  if (traced) trace::record(abi::Event::Unbound, holder, abi::entry_hi_vpn(tag) | odd, pfn, uint32_t(reason));
  if (is_parked(tag)) return;
  const int32_t index = tlb::probe(tag);
  if (index < 0) return;
  write_tlb(uint32_t(index), entry.tag == tag ? tlb::Entry{tag, entry.lo0, entry.lo1} : tlb::invalid(uint32_t(index)));
}

// The same with the frame's list.
void break_half(uint32_t half, Reason reason) {
  const tlb::KeepEntryHi keep;
  const uint32_t pfn = abi::entry_lo_pfn(lo_of(half));
  if (abi::is_exported(pfn)) {
    abi::FrameInfo& frame = frames::info(abi::frame_of_pfn(pfn));
    by_frame.remove(frame.first, uint16_t(half));
    --frame.bindings;
  }
  empty_half(half, reason, trace::enabled());
}
}  // namespace

void initialise() {
  for (uint32_t slot = 0; slot < abi::kStlbEntries; ++slot) stlb(slot) = {abi::kStlbFree, 0, 0, 0};
}

void flush_tlb() {
  const tlb::KeepEntryHi keep;
  for (uint32_t index = 0; index < abi::kTlbEntries; ++index) write_tlb(index, tlb::invalid(index));
}

void install(Environment& environment, uint32_t vpn, uint32_t pfn, uint32_t flags) {
  const uint32_t tag = tag_of(environment, vpn);
  const uint32_t slot = abi::stlb_slot(vpn, environment.number);
  const uint32_t half = 2 * slot + (vpn & 1);
  StlbEntry& entry = stlb(slot);
  if (entry.tag != tag && entry.tag != abi::kStlbFree) {
    if (entry.lo0 != 0) break_half(2 * slot, Reason::Displaced);
    if (entry.lo1 != 0) break_half(2 * slot + 1, Reason::Displaced);
  } else if (lo_of(half) != 0) {
    break_half(half, Reason::Rebound);
  }
  entry.tag = tag;
  lo_of(half) = abi::entry_lo(pfn, flags & abi::kBindWrite);
  if (flags & abi::kBindWrite) entry.writable |= 1u << (half & 1);
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
  const uint32_t slot = abi::stlb_slot(vpn, environment.number);
  const uint32_t half = 2 * slot + (vpn & 1);
  if (stlb(slot).tag != tag_of(environment, vpn) || lo_of(half) == 0) return Status::NotBound;
  break_half(half, Reason::Unbound);
  return Status::Ok;
}

void break_all(uint32_t frame, Reason reason) {
  // The list goes as a whole: only the other list, the STLB and the TLB are mended binding by binding. It can be as
  // long as the STLB, so others' deadlines have their turn.
  constexpr uint32_t kBetweenPolls = 8;
  if (downloads::may_use(frame)) [[unlikely]]
    downloads::forget_frame(frame);
  abi::FrameInfo& info = frames::info(frame);
  if (info.first == kNil) return;
  const tlb::KeepEntryHi keep;
  const bool traced = trace::enabled();
  uint32_t done = 0;
  for (uint16_t half = info.first; half != kNil;) {
    const uint16_t next = by_frame.next(half);
    empty_half(half, reason, traced);
    half = next;
    if (++done % kBetweenPolls != 0) continue;
    info.first = half;
    info.bindings = uint16_t(info.bindings - kBetweenPolls);
    deadlines::poll();
  }
  info.first = kNil;
  info.bindings = 0;
}

bool break_one_of(Environment& environment, Reason reason) {
  if (environment.first_binding == kNil) return false;
  break_half(environment.first_binding, reason);
  return true;
}

namespace {
// Turns the permission to write of the halves in `halves` on or off (`dirty`), as far as they were bound with it.
// Returns how many changed. Without branches: it is the inner loop of protecting many pages.
uint32_t set_writable(StlbEntry& entry, uint32_t halves, uint32_t dirty) {
  static_assert(abi::kLoDirty == 4);
  const uint32_t may = entry.writable & halves;
  const uint32_t even = (entry.lo0 ^ dirty) & ((may & 1) << 2);
  const uint32_t odd = (entry.lo1 ^ dirty) & ((may & 2) << 1);
  entry.lo0 ^= even;
  entry.lo1 ^= odd;
  return (even + odd) >> 2;
}

// Makes every TLB entry of an address space within a range agree with the STLB: for long ranges one walk over the TLB
// costs less than a probe for each page pair.
void sync_range(const Environment& e, uint32_t vpn, uint32_t end) {
  const tlb::KeepEntryHi keep;
  for (uint32_t index = 0; index < abi::kTlbEntries; ++index) {
    const tlb::Entry now = tlb::read(index);
    const uint32_t at = abi::entry_hi_vpn(now.hi);
    if (int32_t(now.hi) < 0 || abi::entry_hi_asid(now.hi) != e.entry_hi || at + 1 < vpn || at >= end) continue;
    const StlbEntry& entry = stlb(abi::stlb_slot(at, e.number));
    if (entry.tag == now.hi && (entry.lo0 != now.lo0 || entry.lo1 != now.lo1))
      write_tlb(index, {now.hi, entry.lo0, entry.lo1});
  }
}

[[gnu::noinline]] uint32_t protect_range(const Environment& e, uint32_t vpn, uint32_t end, uint32_t dirty) {
  const uint32_t hash = abi::stlb_hash(e.number);
  uint32_t changed = 0;
  const auto change = [&](uint32_t at, uint32_t tag, uint32_t halves) {
    StlbEntry& entry = stlb(((at >> 1) ^ hash) & (abi::kStlbEntries - 1));
    if (entry.tag == tag) changed += set_writable(entry, halves, dirty);
  };
  uint32_t at = vpn, tag = tag_of(e, vpn);
  if (at % 2 != 0 && at < end) {
    change(at, tag, 2);
    ++at;
    tag += 0x2000;
  }
  for (; at + 1 < end; at += 2, tag += 0x2000) change(at, tag, 3);
  if (at < end) change(at, tag, 1);
  if (changed != 0) sync_range(e, vpn, end);
  return changed;
}

// One page: what a program that handles its own faults asks for at each of them, so without the loops.
uint32_t protect_one(const Environment& e, uint32_t vpn, uint32_t dirty) {
  const uint32_t tag = tag_of(e, vpn);
  StlbEntry& entry = stlb(abi::stlb_slot(vpn, e.number));
  if (entry.tag != tag) return 0;
  const uint32_t changed = set_writable(entry, 1u << (vpn & 1), dirty);
  if (changed != 0) sync_tlb(tag, entry);
  return changed;
}
}  // namespace

Result protect(Environment& e, uint32_t vpn, uint32_t pages, bool writable) {
  const uint32_t dirty = writable ? abi::kLoDirty : 0;
  return Result::of(pages == 1 ? protect_one(e, vpn, dirty) : protect_range(e, vpn, vpn + pages, dirty));
}

void retag(Environment& environment) {
  for (uint16_t half = environment.first_binding; half != kNil; half = by_environment.next(half)) {
    StlbEntry& entry = stlb(half / 2);
    entry.tag = tag_of(environment, abi::entry_hi_vpn(entry.tag));
  }
}

void flush_identifier(uint32_t identifier) {
  const tlb::KeepEntryHi keep;
  for (uint32_t index = 0; index < abi::kTlbEntries; ++index)
    if (const tlb::Entry entry = tlb::read(index); int32_t(entry.hi) >= 0 && abi::entry_hi_asid(entry.hi) == identifier)
      write_tlb(index, tlb::invalid(index));
}

uint32_t lookup(Environment& environment, uint32_t vpn) {
  const StlbEntry& entry = stlb(abi::stlb_slot(vpn, environment.number));
  if (entry.tag == tag_of(environment, vpn)) {
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
  const StlbEntry& entry = stlb(abi::stlb_slot(vpn, environment.number));
  if (entry.tag == tag_of(environment, vpn) && (vpn & 1 ? entry.lo1 : entry.lo0) != 0) return false;
  install(environment, vpn, guarantee->pfn, guarantee->flags | abi::kBindGuaranteed);
  return true;
}

}  // namespace exo::kernel::bindings
