#include "libos/swap/store.hpp"

#include "libos/base/note.hpp"

namespace exo::libos {

constinit Reserve reserve{};

namespace {
constexpr uint32_t kWords = abi::kPageSize / 4;
constexpr uint32_t kShortestRun = 4;  ///< a shorter one costs more than it saves

/// FNV-1a over words.
uint32_t checksum_of(const uint32_t* words) {
  uint32_t sum = 0x811c'9dc5;
  for (uint32_t i = 0; i < kWords; ++i) sum = (sum ^ words[i]) * 0x0100'0193;
  return sum;
}

uint32_t run_at(const uint32_t* words, uint32_t at) {
  uint32_t end = at + 1;
  while (end < kWords && words[end] == words[at]) ++end;
  return end - at;
}

/// Words before the next run that is worth packing.
uint32_t literals_at(const uint32_t* words, uint32_t at) {
  uint32_t end = at;
  while (end < kWords) {
    const uint32_t run = run_at(words, end);
    if (run >= kShortestRun) break;
    end += run;
  }
  return end - at;
}
}  // namespace

void Reserve::fill() {
  while (count_ != kMost) {
    const Result taken = call::frame_allocate(abi::kAnyFrame, &frames_[count_]);
    if (!taken.ok()) return (void)refused(taken.status, abi::Syscall::frame_allocate);
    ++count_;
  }
}

Status Reserve::take(Capability& frame) {
  if (count_ == 0) return call::frame_allocate(abi::kAnyFrame, &frame).status;
  frame = frames_[--count_];
  return Status::Ok;
}

void Reserve::give(const Capability& frame) {
  if (count_ == kMost) return (void)call::frame_free(&frame);
  frames_[count_++] = frame;
}

Status Store::make_room(uint32_t words) {
  while (frames_ * kWords < position_ + words) {
    if (frames_ == kPages) return Status::NoneFree;
    if (const Status status = reserve.take(pages_[frames_]); status != Status::Ok) return status;
    ++frames_;
  }
  return Status::Ok;
}

// A packed page is a row of pieces: one word of two counts, literal words, and if the second count is not 0 the word
// that is repeated so often.
Status Store::pack(const uint32_t* page, uint32_t& checksum) {
  const uint32_t begin = position_;
  checksum = checksum_of(page);
  for (uint32_t at = 0; at < kWords;) {
    const uint32_t literals = literals_at(page, at);
    const uint32_t run = at + literals < kWords ? run_at(page, at + literals) : 0;
    if (const Status status = make_room(literals + 2); status != Status::Ok) {
      position_ = begin;
      return status;
    }
    uint32_t* to = words() + position_;
    *to++ = literals << 16 | run;
    for (uint32_t i = 0; i < literals; ++i) *to++ = page[at + i];
    if (run != 0) *to++ = page[at + literals];
    position_ = uint32_t(to - words());
    at += literals + run;
  }
  return Status::Ok;
}

bool Store::unpack(uint32_t position, uint32_t checksum, uint32_t* page) const {
  const uint32_t* from = words() + position;
  for (uint32_t at = 0; at < kWords;) {
    const uint32_t counts = *from++;
    const uint32_t literals = counts >> 16, run = counts & 0xffff;
    if (literals + run == 0 || literals + run > kWords - at) return false;
    for (uint32_t i = 0; i < literals; ++i) page[at++] = *from++;
    if (run == 0) continue;
    const uint32_t word = *from++;
    for (uint32_t i = 0; i < run; ++i) page[at++] = word;
  }
  return checksum_of(page) == checksum;
}

void Store::clear() {
  for (; frames_ != 0; --frames_) reserve.give(pages_[frames_ - 1]);
  position_ = 0;
}

bool Store::bind(uint32_t address) {
  const uint32_t page = (address - address_) / abi::kPageSize;
  return page < frames_ && call::bind(&pages_[page], page_number(address), abi::kRightRead | abi::kRightWrite).ok();
}

}  // namespace exo::libos
