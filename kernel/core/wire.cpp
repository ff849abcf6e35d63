#include "kernel/core/wire.hpp"

#include "kernel/abi/capability.hpp"
#include "kernel/core/deadlines.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/download/bytes.hpp"
#include "kernel/download/classifier.hpp"
#include "kernel/download/invoke.hpp"

namespace exo::kernel::wire {

using abi::Event;
using abi::PacketRing;
using abi::Reason;

namespace {
uint64_t senders;  // by number
uint32_t arrived, sent;

// Where a driver would have the card put a packet: the IP header is word aligned.
constexpr uint32_t kShift = 2;
alignas(4) uint8_t buffer[kShift + abi::kMostPacketBytes];

uint64_t bit(uint32_t number) { return uint64_t(1) << number; }
bool has_good_size(uint32_t count) { return count >= abi::kLeastPacketBytes && count <= abi::kMostPacketBytes; }

void show(const uint8_t* packet, uint32_t count) {
  if (!trace::enabled()) return;
  const auto word = [&](uint32_t at) { return at < count ? bytes::word_at(packet + at, count - at) : 0; };
  constexpr uint32_t kStretch = 64;  // bytes between looks at the deadlines
  for (uint32_t at = 0; at < count; at += 16) {
    trace::record(Event::PacketBytes, word(at), word(at + 4), word(at + 8), word(at + 12));
    if (at % kStretch == kStretch - 16) deadlines::poll();
  }
}

uint32_t ask_filters(uint32_t data, uint32_t end) {
  const downloads::Filters& filters = downloads::filters();
  for (uint32_t at = 0; at < filters.count; ++at) {
    const uint32_t number = filters.number[at];
    deadlines::poll();
    if (invoke::run(number, data, end) != 0) return downloads::exists(number) ? number : 0;
  }
  return 0;
}

// Place for `words` in a ring, or kRingWords: none. What stands in it is its reader's claim, and only believed in
// range.
uint32_t place_in(PacketRing& ring, uint32_t words) {
  uint32_t head = ring.head, tail = ring.tail;
  if (head >= abi::kRingWords) head = 0;
  if (tail >= abi::kRingWords) tail = 0;
  if (head < tail) return head + words < tail ? head : abi::kRingWords;
  const uint32_t to_end = abi::kRingWords - head;
  if (words < to_end || (words == to_end && tail != 0)) return head;
  if (words >= tail) return abi::kRingWords;
  ring.space[head] = abi::kRingWrap;
  return 0;
}

bool put(PacketRing& ring, uint32_t number, const uint8_t* packet, uint32_t count) {
  const uint32_t words = 1 + (count + 3) / 4;
  const uint32_t at = place_in(ring, words);
  if (at == abi::kRingWords) {
    ++ring.dropped;
    return false;
  }
  ring.space[at] = number << 16 | count;
  bytes::copy(reinterpret_cast<uint8_t*>(&ring.space[at + 1]), packet, count);
  ring.head = at + words == abi::kRingWords ? 0 : at + words;
  ++ring.delivered;
  return true;
}

void drop(uint32_t number, Reason reason, uint32_t filter) {
  trace::emit(Event::PacketDropped, number, uint32_t(reason), filter);
}

void deliver(uint32_t number, uint32_t filter, const uint8_t* packet, uint32_t count) {
  if (!downloads::exists(filter)) return drop(number, Reason::Unclaimed, 0);  // taken by force while its handler ran
  const uint32_t frame = downloads::info(filter).page[0];
  if (frame == abi::kNoDownloadPage) return drop(number, Reason::NoRing, filter);
  auto& ring = *reinterpret_cast<PacketRing*>(frames::contents(frame));
  if (!put(ring, number, packet, count)) return drop(number, Reason::RingFull, filter);
  trace::emit(Event::PacketDelivered, number, filter, frame, ring.head);
}

// The packet has its owner: the handler first, then the ring.
void hand_over(uint32_t number, uint32_t filter, uint8_t* packet, uint32_t count) {
  const uint32_t handler = downloads::info(filter).filter;
  if (handler == 0) return deliver(number, filter, packet, count);
  const auto data = reinterpret_cast<uint32_t>(packet);
  invoke::present.bytes_left = abi::kMostHelperBytes;
  if (invoke::run(handler, data, data + count) == abi::kHandlerConsumed) return drop(number, Reason::Handled, filter);
  deadlines::poll();
  deliver(number, filter, packet, count);
}

void receive(uint8_t* packet, uint32_t count) {
  const uint32_t number = ++arrived;
  invoke::present.packet = number;
  trace::emit(Event::PacketArrived, number, count);
  show(packet, count);
  const uint32_t start = processor::clock();
  uint32_t filter = classifier::classify(packet, count);
  const auto data = reinterpret_cast<uint32_t>(packet);
  if (filter == 0) filter = ask_filters(data, data + count);
  const uint32_t spent = processor::clock() - start;
  if (filter != 0) {
    abi::DownloadInfo& i = downloads::info(filter);
    trace::emit(Event::PacketClaimed, number, filter, i.owner, spent);
    if (DownloadKind(i.kind) == DownloadKind::Claim) {
      ++i.calls;
      i.ticks += spent;
    }
    hand_over(number, filter, packet, count);
  } else {
    drop(number, Reason::Unclaimed, 0);
  }
  invoke::present.packet = 0;
  deadlines::poll();
}
}  // namespace

Status take_from_store(uint32_t offset, uint32_t count) {
  if (!has_good_size(count) || offset % 4 != kShift || offset > abi::kPacketStoreBytes - count)
    return Status::BadArgument;
  bytes::copy(buffer + kShift, physical<uint8_t>(abi::kPacketStorePhysical + offset), count);
  receive(buffer + kShift, count);
  return Status::Ok;
}

void admit(Environment& holder) {
  senders |= bit(holder.number);
  trace::emit(Event::WireBound, holder.number, exposed().device_generations[uint32_t(abi::Device::Wire)]);
}

bool may_send(const Environment& e) { return (senders & bit(e.number)) != 0; }

void revoke_all() {
  senders = 0;
  downloads::take_back_wire();
}

void forget(uint32_t number) { senders &= ~bit(number); }

Result send(const uint8_t* packet, uint32_t count, uint32_t answers, uint32_t handler) {
  if (!has_good_size(count)) return Status::BadArgument;
  ++sent;
  trace::emit(Event::PacketSent, sent, count, answers, handler);
  show(packet, count);
  return Result::of(sent);
}

}  // namespace exo::kernel::wire
