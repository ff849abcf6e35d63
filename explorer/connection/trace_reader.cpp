#include "explorer/connection/trace_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "explorer/connection/guest_memory.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::connection {

namespace {

constexpr std::uint64_t kCapacity = abi::kTraceCapacity;
constexpr std::size_t kMostComplaints = 200;
static_assert((kCapacity & (kCapacity - 1)) == 0);

}  // namespace

void TraceReader::complain(std::string text) {
  if (++complaints_made_ > kMostComplaints) return;
  if (complaints_made_ == kMostComplaints) text = "the ring goes on being wrong: further complaints are not shown";
  complaints_.push_back(std::move(text));
}

std::vector<std::string> TraceReader::take_complaints() { return std::exchange(complaints_, {}); }

bool TraceReader::ready() {
  const std::uint32_t magic = load_shared(shared_.magic);
  if (magic == 0) return false;
  const std::uint32_t version = load_shared(shared_.version);
  const std::uint32_t capacity = load_shared(shared_.capacity);
  const std::uint32_t bytes = load_shared(shared_.record_bytes);
  const std::uint32_t place = load_shared(shared_.ring_physical);
  const bool good = magic == abi::kTraceMagic && version == abi::kTraceVersion && capacity == kCapacity &&
                    bytes == sizeof(abi::TraceRecord) && place == abi::kTraceRingPhysical;
  // The kernel writes the words one after the other: only complain of what does not change any more, once events come.
  if (!good && !format_refused_ && load_shared(shared_.head) != 0) {
    format_refused_ = true;
    complain(fmt::format(
        "the ring is not one that this explorer reads: magic {:#x}, version {}, {} records of {} bytes at {:#x}; "
        "build kernel and explorer from the same tree",
        magic, version, capacity, bytes, place));
  }
  return good;
}

std::uint64_t TraceReader::head() const {
  const auto ahead = std::int32_t(load_shared(shared_.head) - std::uint32_t(position_));
  return ahead < 0 ? position_ : position_ + std::uint64_t(ahead);
}

std::uint16_t TraceReader::newest_event() const {
  const std::uint32_t head = load_shared(shared_.head);
  abi::TraceRecord record;
  copy(std::uint64_t(head) + kCapacity - 1, 1, &record);
  return record.sequence == head - 1 ? record.event : std::uint16_t{0};
}

void TraceReader::copy(std::uint64_t from, std::size_t count, abi::TraceRecord* to) const {
  const std::size_t first = std::size_t(from % kCapacity);
  const std::size_t until_end = std::min(count, std::size_t(kCapacity) - first);
  std::memcpy(to, ring_ + first, until_end * sizeof *to);
  std::memcpy(to + until_end, ring_, (count - until_end) * sizeof *to);
}

void TraceReader::skip_unreadable() {
  const std::uint64_t newest = head();
  if (newest == position_) return;
  complain(fmt::format("{} events passed the gate without a record of theirs", newest - position_));
  lost_ += newest - position_;
  position_ = newest;
}

std::size_t TraceReader::read(std::vector<abi::TraceRecord>& out, std::size_t most) {
  if (!ready()) return 0;
  const std::uint32_t claimed = load_shared(shared_.head);
  if (const auto ahead = std::int32_t(claimed - std::uint32_t(position_)); ahead < 0) {
    if (!head_refused_ || claimed != refused_head_)
      complain(fmt::format("the ring's head went back to {} from {}: nothing is read until it is past that again",
                           claimed, std::uint32_t(position_)));
    head_refused_ = true;
    refused_head_ = claimed;
    return 0;
  }
  // The kernel writes the record before the gate publishes the head: a head whose newest record is another's can't be
  // true. (A record that is a whole number of turns newer is: the kernel went on between the two looks.)
  if (claimed != std::uint32_t(position_)) {
    abi::TraceRecord last;
    copy(std::uint64_t(claimed) + kCapacity - 1, 1, &last);
    const std::uint32_t turned = last.sequence - (claimed - 1);
    if (turned % kCapacity != 0 || std::int32_t(turned) < 0) {
      if (!head_refused_ || claimed != refused_head_)
        complain(
            fmt::format("the ring's head says {}, but the newest record is number {}: nothing is read until they agree",
                        claimed, last.sequence));
      head_refused_ = true;
      refused_head_ = claimed;
      return 0;
    }
  }
  head_refused_ = false;
  const std::uint64_t newest = head();
  // One slot less than the capacity: the kernel may be writing the next record right now.
  if (newest - position_ >= kCapacity) {
    const std::uint64_t oldest = newest - kCapacity + 1;
    lost_ += oldest - position_;
    position_ = oldest;
  }
  const std::size_t count = std::size_t(std::min<std::uint64_t>(newest - position_, most));
  if (count == 0) return 0;
  const std::size_t start = out.size();
  out.resize(start + count);
  copy(position_, count, out.data() + start);

  std::uint64_t first_whole = position_;
  if (const std::uint64_t now = head(); now - position_ >= kCapacity) first_whole = now - kCapacity + 1;
  std::size_t kept = start;
  std::size_t strange = 0;
  std::uint32_t strange_number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t number = position_ + i;
    const abi::TraceRecord& record = out[start + i];
    if (number >= first_whole && record.sequence == std::uint32_t(number)) {
      out[kept++] = record;
    } else if (number >= first_whole && strange++ == 0) {
      strange_number = record.sequence;
    }
  }
  if (strange != 0)
    complain(
        fmt::format("{} records of the ring carry a wrong number (the first {}, between {} and {}) and were left out",
                    strange, strange_number, position_, position_ + count - 1));
  lost_ += count - (kept - start);
  out.resize(kept);
  position_ += count;
  return kept - start;
}

}  // namespace exo::connection
