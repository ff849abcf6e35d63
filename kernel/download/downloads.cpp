#include "kernel/download/downloads.hpp"

#include "kernel/abi/capability.hpp"
#include "kernel/core/deadlines.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/core/sleep.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/download/classifier.hpp"
#include "kernel/download/code_memory.hpp"
#include "kernel/download/invoke.hpp"

namespace exo::kernel::downloads {

using abi::Event;
using abi::Reason;

uint32_t watched[abi::kFrameCount / 32];

namespace {
uint32_t asked_for[abi::kMaxDownloads / 32];
Filters in_order;
uint16_t memory[abi::kMaxDownloads];

bool has(const uint32_t* bits, uint32_t n) { return (bits[n / 32] >> n % 32 & 1) != 0; }
void set(uint32_t* bits, uint32_t n, bool value) {
  if (value)
    bits[n / 32] |= 1u << n % 32;
  else
    bits[n / 32] &= ~(1u << n % 32);
}

bool uses(uint32_t number, uint32_t frame) {
  const abi::DownloadInfo& i = info(number);
  return i.kind != 0 && (i.page[0] == frame || i.page[1] == frame);
}

void add_filter(uint32_t number) {
  uint32_t at = in_order.count++;
  for (; at != 0 && info(in_order.number[at - 1]).order > info(number).order; --at)
    in_order.number[at] = in_order.number[at - 1];
  in_order.number[at] = uint8_t(number);
}

void drop_filter(uint32_t number) {
  uint32_t at = 0;
  while (in_order.number[at] != number) ++at;
  --in_order.count;
  for (; at < in_order.count; ++at) in_order.number[at] = in_order.number[at + 1];
}
}  // namespace

void initialise() {
  for (abi::DownloadInfo& i : exposed().downloads) i.generation = 1;
}

uint32_t free_number() {
  for (uint32_t number = 1; number < abi::kMaxDownloads; ++number)
    if (info(number).kind == 0) return number;
  return 0;
}

void install(uint32_t number, const Installation& in) {
  abi::DownloadInfo& i = info(number);
  i = {.kind = uint8_t(in.kind),
       .owner = uint8_t(in.owner),
       .filter = 0,
       .order = 0,
       .generation = i.generation,
       .calls = 0,
       .ticks = 0,
       .longest = in.longest,
       .page = {abi::kNoDownloadPage, abi::kNoDownloadPage},
       .code = in.code == nullptr ? 0 : reinterpret_cast<uint32_t>(in.code) & 0x1fff'ffff,
       .words = in.words};
  if (in.kind == DownloadKind::Filter) {
    i.order = uint8_t(in.link);
    add_filter(number);
  } else if (in.kind == DownloadKind::Handler) {
    i.filter = uint8_t(in.link);
    info(in.link).filter = uint8_t(number);
  }
  memory[number] = uint16_t(in.memory_bytes);
  trace::emit(Event::CodeInstalled, number, in.offer, in.owner, in.link);
  for (uint32_t page = 0; page < abi::kDownloadPages; ++page) {
    if (in.page[page] == abi::kNoFrame) continue;
    i.page[page] = uint16_t(in.page[page]);
    set(watched, in.page[page], true);
    trace::emit(Event::CodePage, number, page, in.page[page],
                abi::kBindRead | (in.writable[page] ? abi::kBindWrite : 0u));
  }
  invoke::prepare(number);
}

uint32_t memory_bytes(uint32_t number) { return memory[number]; }

void remove(uint32_t number, Reason reason) {
  abi::DownloadInfo& i = info(number);
  const DownloadKind kind = kind_of(number);
  const uint32_t other = i.filter;  // of a filter: its handler; of a handler: its filter
  if (has(asked_for, number)) revocation::withdraw(abi::asked_download(number), reason);
  set(asked_for, number, false);
  if (kind == DownloadKind::Filter) drop_filter(number);
  if (kind == DownloadKind::Claim) classifier::remove(number);
  if (kind == DownloadKind::Predicate) sleep::forget(number);
  if (i.code != 0) code_memory::release(physical<uint32_t>(i.code), i.words);
  i.kind = uint8_t(DownloadKind::None);
  ++i.generation;
  trace::emit(Event::CodeRemoved, number, i.owner, uint32_t(reason));
  if (other == 0) return;
  info(other).filter = 0;
  if (kind != DownloadKind::Handler) remove(other, Reason::FilterGone);
}

void take_back(uint32_t owner) {
  for (uint32_t number = 1; number < abi::kMaxDownloads; ++number) {
    if (info(number).kind != 0 && info(number).owner == owner) remove(number, Reason::OwnerGone);
    if (number % 32 == 0) deadlines::poll();
  }
}

void take_back_wire() {
  for (uint32_t number = 1; number < abi::kMaxDownloads; ++number)
    if (takes_packets(number)) remove(number, Reason::RevokedAll);
}

void forget_frame(uint32_t frame) {
  set(watched, frame, false);
  for (uint32_t number = 1; number < abi::kMaxDownloads; ++number)
    if (uses(number, frame)) remove(number, Reason::MemoryGone);
}

bool under_revocation(uint32_t number) { return has(asked_for, number); }
void set_under_revocation(uint32_t number, bool under) { set(asked_for, number, under); }

void revoke_all(uint32_t number) {
  const uint32_t generation = ++info(number).generation;
  trace::emit(Event::ResourceRevoked, abi::resource_of(abi::ResourceKind::Download, number), generation);
}

const Filters& filters() { return in_order; }

bool has_order(uint32_t order) {
  for (uint32_t at = 0; at < in_order.count; ++at)
    if (info(in_order.number[at]).order == order) return true;
  return false;
}

uint32_t longest_of_filters() {
  uint32_t sum = 0;
  for (uint32_t at = 0; at < in_order.count; ++at) sum += info(in_order.number[at]).longest;
  return sum;
}

uint32_t show() {
  uint32_t shown = 0;
  for (uint32_t number = 1; number < abi::kMaxDownloads; ++number) {
    const abi::DownloadInfo& i = info(number);
    if (i.kind == 0) continue;
    const uint32_t link = i.kind == uint8_t(DownloadKind::Filter) ? i.order : i.filter;
    trace::emit(Event::AuditDownload, number, i.kind | uint32_t(i.owner) << 8 | link << 16, i.generation, i.calls);
    ++shown;
  }
  return shown;
}

}  // namespace exo::kernel::downloads
