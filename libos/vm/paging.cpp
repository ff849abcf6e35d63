#include "libos/vm/paging.hpp"

#include <stddef.h>

#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

extern "C" void* memcpy(void*, const void*, size_t);

namespace exo::libos::vm {

constinit Paging paging{};

namespace {
constexpr uint32_t kReadWrite = abi::kRightRead | abi::kRightWrite;

void* address_of(uint32_t address) { return reinterpret_cast<void*>(address); }
constexpr uint32_t store_address(uint32_t i) { return kStoreAddress + i * abi::kPageSize; }
}  // namespace

Status Paging::take(Capability& capability) {
  const Result taken = call::frame_allocate(abi::kAnyFrame, &capability);
  return taken.ok() ? Status::Ok : refused(taken.status, abi::Syscall::frame_allocate);
}

Status Paging::store_in(uint32_t i) {
  const Result bound = call::bind(&store_[i], page_number(store_address(i)), kReadWrite);
  return bound.ok() ? Status::Ok : refused(bound.status, abi::Syscall::bind);
}

Status Paging::prepare(uint32_t pages, uint32_t frames) {
  for (uint32_t i = 0; i < frames; ++i) {
    if (const Status status = take(frames_[i].capability); status != Status::Ok) return status;
    frames_[i].page = kNothing;
  }
  frame_count_ = frames;
  for (uint32_t i = 0; i < pages; ++i) {
    if (const Status status = take(store_[i]); status != Status::Ok) return status;
    pages_ = i + 1;
    if (const Status status = store_in(i); status != Status::Ok) return status;
  }
  return Status::Ok;
}

void Paging::use(uint32_t i) {
  if (const Entry* entry = page_table::find(region_page(i))) frames_[entry->frame].last_used = ++clock_;
}

/// A frame without a page: one that was never used, or the victim's after its page went to the store.
uint32_t Paging::free_a_frame() {
  if (used_frames_ < frame_count_) return used_frames_++;
  const uint32_t victim = choose_victim(frames_, frame_count_);
  const uint32_t i = frames_[victim].page;
  memcpy(address_of(store_address(i)), address_of(page_address(i)), abi::kPageSize);
  page_table::remove(region_page(i));
  (void)call::unbind(page_number(page_address(i)));
  return victim;
}

void Paging::bring_in(uint32_t i) {
  ++misses_;
  const uint32_t frame = free_a_frame();
  frames_[frame].page = i;
  frames_[frame].last_used = ++clock_;
  page_table::insert(region_page(i), {uint8_t(frame), 0});
  const Result bound = call::bind(&frames_[frame].capability, page_number(page_address(i)), kReadWrite);
  if (!bound.ok()) fail(__LINE__, uint32_t(bound.status), 0);
  memcpy(address_of(page_address(i)), address_of(store_address(i)), abi::kPageSize);
}

bool Paging::rebind(uint32_t address) {
  const uint32_t stored = (address - kStoreAddress) >> abi::kPageShift;
  if (stored < pages_) return store_in(stored) == Status::Ok;  // another program's page had displaced it
  const uint32_t i = page_at(address);
  const Entry* entry = i < pages_ ? page_table::find(region_page(i)) : nullptr;  // likewise
  return entry != nullptr && call::bind(&frames_[entry->frame].capability, page_number(address), kReadWrite).ok();
}

bool Paging::resolve(uint32_t address) {
  if (rebind(address)) return true;
  const uint32_t i = page_at(address);
  if (i >= pages_ || page_table::find(region_page(i)) != nullptr) return false;
  bring_in(i);
  return true;
}

const Capability* Paging::frame_of(uint32_t i) const {
  return &frames_[page_table::find(region_page(i))->frame].capability;
}

bool Paging::take_back(uint32_t i) {
  Capability& capability = frames_[page_table::find(region_page(i))->frame].capability;
  return call::capability_revoke_all(&capability, &capability).ok() &&
         call::bind(&capability, page_number(page_address(i)), kReadWrite).ok();
}

}  // namespace exo::libos::vm
