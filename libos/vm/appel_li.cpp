#include "libos/vm/appel_li.hpp"

#include "libos/base/note.hpp"
#include "libos/vm/fault.hpp"

namespace exo::libos::vm {

namespace {
constexpr uint32_t kReadWrite = abi::kRightRead | abi::kRightWrite;

Capability frames[kHundred];
ProtectionHook hook;  // none: the write is skipped
uint32_t faults;
uint32_t writable_page;  // appel1: the only one
uint32_t accesses;       // of appel1
uint32_t next_page;      // of appel1

// Random as far as the TLB can see; a permutation, because 37 and 100 have no common divisor.
constexpr uint32_t kStep = 37;
constexpr uint32_t page_after(uint32_t page) {
  return page < kHundred - kStep ? page + kStep : page + kStep - kHundred;
}

constexpr uint32_t number_of_page(uint32_t page) { return (kProtectedRegion >> abi::kPageShift) + page; }

void allow(uint32_t first, uint32_t count) { (void)call::protect(number_of_page(first), count, kReadWrite); }
void forbid(uint32_t first, uint32_t count) {
  (void)call::protect(number_of_page(first), count, uint32_t{abi::kRightRead});
}

void make_writable(Entry& entry, uint32_t page) {
  entry.flags = uint8_t((entry.flags & ~(kEntryProtected | kEntryWatched)) | kEntryDirty);
  allow(page, 1);
}

void write(uint32_t page, uint32_t value) { store_word(protected_address(page), value); }

Resume unprotect(uint32_t page) {
  unprot1(page);
  return Resume::Retry;
}

Resume exchange(uint32_t page) {
  prot1(writable_page);
  unprot1(page);
  writable_page = page;
  return Resume::Retry;
}

/// Asks `with` while one of these lives.
class Hooked {
 public:
  explicit Hooked(ProtectionHook with) : before_(hook) { hook = with; }
  ~Hooked() { hook = before_; }
  Hooked(const Hooked&) = delete;
  Hooked& operator=(const Hooked&) = delete;

 private:
  ProtectionHook before_;
};
}  // namespace

Status prepare_pages() {
  for (uint32_t page = 0; page < kHundred; ++page) {
    const Result taken = call::frame_allocate(abi::kAnyFrame, &frames[page]);
    if (!taken.ok()) return refused(taken.status, abi::Syscall::frame_allocate);
    const Result bound = call::bind(&frames[page], number_of_page(page), kReadWrite);
    if (!bound.ok()) return refused(bound.status, abi::Syscall::bind);
    page_table::insert(page, {uint8_t(page), kEntryDirty});
  }
  const Result set = call::exception_set(kModified, &exo_fault_entry);
  return set.ok() ? Status::Ok : refused(set.status, abi::Syscall::exception_set);
}

bool resolve_page(uint32_t address) {
  const uint32_t page = (address - kProtectedRegion) >> abi::kPageShift;
  const Entry* entry = page_table::find(page);
  if (entry == nullptr || !call::bind(&frames[entry->frame], number_of_page(page), kReadWrite).ok()) return false;
  if ((entry->flags & (kEntryProtected | kEntryWatched)) != 0)
    (void)call::protect(number_of_page(page), 1u, uint32_t{abi::kRightRead});
  return true;
}

void set_protection_hook(ProtectionHook with) { hook = with; }

void watch(uint32_t first, uint32_t count) {
  page_table::mark(first, count, kEntryWatched, kEntryDirty);
  forbid(first, count);
}

bool dirty(uint32_t page) {
  const Entry* entry = page_table::find(page);
  return entry != nullptr && (entry->flags & kEntryDirty) != 0;
}

void prot1(uint32_t page) {
  Entry* const entry = page_table::find(page);
  if (entry == nullptr) return;
  entry->flags |= kEntryProtected;
  forbid(page, 1);
}

void unprot1(uint32_t page) {
  if (Entry* const entry = page_table::find(page)) make_writable(*entry, page);
}

void prot100() {
  page_table::mark(0, kHundred, kEntryProtected, 0);
  forbid(0, kHundred);
}

void unprot100() {
  page_table::mark(0, kHundred, kEntryDirty, kEntryProtected | kEntryWatched);
  allow(0, kHundred);
}

void trap(uint32_t page) { write(page, page); }

void appel1_begin() {
  prot100();
  accesses = 0;
  next_page = random_page(0);
  writable_page = random_page(kHundred - 1);  // the one that comes last
  unprot1(writable_page);
}

void appel1(uint32_t count) {
  const Hooked hooked(exchange);
  for (uint32_t i = 0; i < count; ++i, ++accesses, next_page = page_after(next_page)) write(next_page, accesses);
}

void appel2() {
  const Hooked hooked(unprotect);
  prot100();
  for (uint32_t i = 0, page = random_page(0); i < kHundred; ++i, page = page_after(page)) write(page, i);
}

uint32_t random_page(uint32_t i) { return (i * kStep + 11) % kHundred; }

uint32_t protection_faults() { return faults; }

}  // namespace exo::libos::vm

using namespace exo::libos;

/// A write to a bound page that is not writable.
int32_t exo_fault(uint32_t address, uint32_t cause) {
  const uint32_t page = (address - vm::kProtectedRegion) >> exo::abi::kPageShift;
  vm::Entry* const entry = vm::page_table::find(page);
  if (entry == nullptr) return -1;
  if ((entry->flags & vm::kEntryProtected) != 0) [[likely]] {
    ++vm::faults;
    if (vm::hook != nullptr && vm::hook(page) == vm::Resume::Retry) return 0;
    const bool in_delay_slot = int32_t(cause) < 0;  // then the pc is the branch: it can be repeated, not skipped
    return in_delay_slot ? -1 : int32_t(vm::Resume::Skip);
  }
  if ((entry->flags & vm::kEntryWatched) == 0) return -1;
  vm::make_writable(*entry, page);  // the first write since it was watched
  return 0;
}
