#include "libos/base/heap.hpp"

#include "libos/base/note.hpp"

namespace exo::libos {

using abi::kAnyFrame;

constinit Heap heap{};

namespace {
constexpr uint32_t kReadWrite = abi::kRightRead | abi::kRightWrite;
}

void Heap::advance() {
  ++clock_;
  const uint32_t page = find_coldest();
  prepared_ = nullptr;  // an upcall between these lines searches for itself
  if (page == kNoPage) return;
  prepared_stamp_ = pages_[page].last_used;
  asm volatile("" ::: "memory");
  prepared_ = &pages_[page];
}

uint32_t Heap::find_coldest() const {
  const Page* best = nullptr;
  uint32_t best_age = 0;
  for (const Page *p = pages_, *end = pages_ + used_; p != end; ++p) {
    const uint32_t age = clock_ - p->last_used;
    if (p->state != PageState::Resident || (best != nullptr && age <= best_age)) continue;
    best = p;
    best_age = age;
  }
  return best == nullptr ? kNoPage : uint32_t(best - pages_);
}

uint32_t Heap::resident_pages() const {
  uint32_t count = 0;
  for (const Page& page : pages_) count += page.state == PageState::Resident ? 1 : 0;
  return count;
}

Status Heap::take(uint32_t page, uint32_t frame_or_any, uint32_t words) {
  Page& p = pages_[page];
  const PageState before = p.state;
  const Result taken = call::frame_allocate(frame_or_any, &p.capability);
  if (!taken.ok()) return refused(taken.status, abi::Syscall::frame_allocate);
  {
    const Masked masked;
    if (page >= used_) used_ = page + 1;
    p.frame = taken.value;
    p.last_used = clock_;
    p.state = PageState::Resident;
    const Result bound = call::bind(&p.capability, page_number(address(page)), kReadWrite);
    if (!bound.ok()) {
      (void)call::frame_free(&p.capability);
      p.state = before;
      return refused(bound.status, abi::Syscall::bind);
    }
  }
  // A frame comes with whatever its last owner left in it.
  static constexpr uint32_t kZeros[16] = {};
  for (uint32_t i = 0; i < words; i += 16)
    if (!exo_guarded_copy_16(Heap::words(page) + i, kZeros)) return Status::StaleCapability;
  return Status::Ok;
}

Status Heap::adopt(uint32_t page, uint32_t frame, const Capability& capability) {
  Page& p = pages_[page];
  p.capability = capability;
  const Result bound = call::bind(&p.capability, page_number(address(page)), kReadWrite);
  if (!bound.ok()) return refused(bound.status, abi::Syscall::bind);
  p.frame = frame;
  p.last_used = clock_;
  p.state = PageState::Resident;
  return Status::Ok;
}

bool Heap::touch(uint32_t page) {
  if (pages_[page].state != PageState::Resident) return false;
  pages_[page].last_used = clock_;  // an upcall before this line takes the page for colder than it is: no harm
  return true;
}

uint32_t Heap::find(uint32_t frame) const {
  for (const Page *p = pages_, *end = pages_ + used_; p != end; ++p)
    if (p->frame == frame && p->state == PageState::Resident) return uint32_t(p - pages_);
  return kNoPage;
}

uint32_t Heap::find_lost(uint32_t frame, uint32_t generation) const {
  for (const Page *p = pages_, *end = pages_ + used_; p != end; ++p)
    if (p->frame == frame && p->capability.generation == generation &&
        (p->state == PageState::Resident || p->state == PageState::Taken))
      return uint32_t(p - pages_);
  return kNoPage;
}

Status Heap::give_back(uint32_t page, PageState after) {
  Page& p = pages_[page];
  p.state = after;
  const Result freed = call::frame_free(&p.capability);
  if (freed.ok()) return Status::Ok;
  // Stale: it was taken while we were about to return it, and the repossession vector will say so.
  p.state = freed.status == Status::StaleCapability ? PageState::Taken : PageState::Resident;
  return freed.status;
}

bool Heap::resolve_miss(uint32_t address) {
  if (!contains(address)) return false;
  Page& p = pages_[(address - kHeapAddress) >> abi::kPageShift];
  if (p.state != PageState::Resident) return false;
  const Result bound = call::bind(&p.capability, page_number(address), kReadWrite);
  if (bound.ok()) return true;
  p.state = PageState::Taken;
  return false;
}

}  // namespace exo::libos
