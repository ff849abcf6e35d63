// The program: goes over its pages again and again, with fewer frames than pages, in an order that a parameter chooses
// (order.hpp). At each touch it checks what it wrote there the last time, so a page that came back from the store with
// anything else is noticed.
//
// It is the same whatever page table and replacement policy it is linked with, and whether its pager is in it.
#include "libos/base/environment.hpp"
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/vm/fault.hpp"
#include "libos/vm/order.hpp"
#include "libos/vm/paging.hpp"

namespace exo::libos {

namespace {
using vm::kMostPages;
using vm::kNothing;
using vm::page_address;
using vm::paging;

// Numbers of the words of a scenario (libos/apps/README.md).
constexpr uint32_t kPages = 0, kRounds = 1, kOrder = 3, kSeed = 4, kFrames = 7;
constexpr uint32_t kDefaultPages = 24, kDefaultRounds = 4, kDefaultFrames = 16;

/// The words of a page that are written and checked: its two ends, and two between them.
constexpr uint32_t kMarked[] = {0, 341, 682, 1023};

uint32_t seed;
uint32_t expected_total, total, passed;
uint32_t times_touched[kMostPages];

uint32_t mark_of(uint32_t page, uint32_t time, uint32_t word) {
  return time == 0 ? 0 : seed + page * 257 + time * 65537 + word;
}

/// Reads what the last touch wrote, and writes what this one writes.
void touch(uint32_t page) {
  paging.use(page);
  const uint32_t round = ++times_touched[page];
  auto* const words = reinterpret_cast<volatile uint32_t*>(page_address(page));
  for (const uint32_t word : kMarked) {
    const uint32_t read = words[word], wanted = mark_of(page, round - 1, word);
    if (read != wanted) note(Note::CheckFailed, page, read, wanted);
    words[word] = mark_of(page, round, word);
    total += read;
    expected_total += wanted;
  }
  ++passed;
}

uint32_t clock_ticks() {
  uint32_t ticks;
  asm volatile("rdhwr %0, $2" : "=r"(ticks)::"memory");
  return ticks;
}

[[gnu::noinline]] const vm::Entry* nothing(uint32_t page) {
  asm volatile("" ::"r"(page));
  return nullptr;
}

/// The fewest ticks, of some tries, that it takes to look every page up once.
template <class Find>
uint32_t fewest_ticks(uint32_t pages, Find find) {
  uint32_t fewest = kNothing;
  for (uint32_t attempt = 0; attempt < 5; ++attempt) {
    const uint32_t before = clock_ticks();
    for (uint32_t page = 0; page < pages; ++page) {
      const auto* found = find(vm::region_page(page));
      asm volatile("" ::"r"(found));
    }
    const uint32_t ticks = clock_ticks() - before;
    if (ticks < fewest) fewest = ticks;
  }
  return fewest;
}

/// What the page table costs: its memory, and the instructions of finding every page (or that it is not resident) once,
/// without those of the loop and the call.
void weigh_the_page_table(uint32_t pages) {
  const uint32_t ticks = fewest_ticks(pages, vm::page_table::find) - fewest_ticks(pages, nothing);
  note(Note::PageTable, vm::page_table::bytes(), ticks * abi::kNanosecondsPerTick / abi::kNanosecondsPerInstruction,
       pages);
}

uint32_t parameter_or(uint32_t index, uint32_t otherwise, uint32_t most) {
  const uint32_t value = parameter(index) == 0 ? otherwise : parameter(index);
  return value < most ? value : most;
}
}  // namespace

/// It has made room for as few frames as it can work with, and gives back none.
void on_revoke(uint32_t, uint32_t frame, uint32_t) { note(Note::Ignored, frame); }

}  // namespace exo::libos

using namespace exo::libos;

/// A miss. Bringing a page in takes longer than a slice may overrun, so it is done with upcalls coming in.
int32_t exo_fault(uint32_t address, uint32_t) { return paging.resolve(address) ? 0 : -1; }

int main() {
  const uint32_t pages = parameter_or(kPages, kDefaultPages, kMostPages);
  const uint32_t frames = parameter_or(kFrames, kDefaultFrames, kMostPages);
  const uint32_t rounds = parameter_or(kRounds, kDefaultRounds, 0xffff);
  const auto which = vm::Order(parameter(kOrder));
  vm::TouchOrder order(which);
  seed = parameter(kSeed);
  if (paging.prepare(pages, frames) != Status::Ok) return 1;
  static constexpr uint32_t kCauses[] = {vm::kLoadMiss, vm::kStoreMiss};
  for (const uint32_t cause : kCauses)
    if (const Result set = call::exception_set(cause, &exo_fault_entry); !set.ok())
      return refused(set.status, exo::abi::Syscall::exception_set), 1;
  note(Note::Scans, pages, frames, rounds);
  for (uint32_t round = 1; round <= rounds; ++round) {
    const uint32_t before = paging.misses();
    order.begin(pages);
    if (which == vm::Order::InFramesFirst) note(Note::LooksFirst, round, order.resident());
    for (uint32_t turn = 0; turn < pages; ++turn) touch(order.page(turn));
    note(Note::Scanned, round, paging.misses() - before, total);
  }
  if (vm::page_table::bytes() != 0) weigh_the_page_table(pages);
  note(Note::CheckPassed, passed);
  note(Note::Finished, total, expected_total);
  // It stays, so that what it holds can be looked at.
  for (;;) (void)call::yield(0u);
}
