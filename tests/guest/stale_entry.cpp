// A library OS with a planted bug: it is told that a frame of its was taken, and forgets to clear that page's entry in
// its page table. Nothing happens at once. Rounds later it trusts the entry, shows a dead capability, and crashes.
//
// Tests find the bug by going back from the crash: the last write of the entry is the one that made it, before the
// repossession, and on_repossessed, which should have written it, never did.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

namespace exo::libos {
namespace {

constexpr uint32_t kPages = 4;
constexpr uint32_t kFirst = 0x2002'c000;  // in other STLB slots than the program and the environment page
constexpr uint32_t kReadWrite = abi::kRightRead | abi::kRightWrite;

struct PageTableEntry {
  bool present;
  uint32_t frame;
  Capability capability;
};
PageTableEntry page_table[kPages];
uint32_t losses = 0;

volatile uint32_t& word_of(uint32_t page) {
  return *reinterpret_cast<volatile uint32_t*>(kFirst + page * abi::kPageSize);
}

[[gnu::noinline]] bool map_page(uint32_t page) {
  PageTableEntry& entry = page_table[page];
  const Result taken = call::frame_allocate(abi::kAnyFrame, &entry.capability);
  if (!taken.ok()) return false;
  entry.frame = taken.value;
  entry.present = true;
  return call::bind(&entry.capability, page_number(kFirst) + page, kReadWrite).ok();
}

[[gnu::noinline]] void use_page(uint32_t page, uint32_t round) { word_of(page) = word_of(page) + round; }

}  // namespace

bool on_miss(uint32_t address, SavedRegisters&) {
  const uint32_t page = (address - kFirst) / abi::kPageSize;
  if (address < kFirst || page >= kPages) return false;
  const PageTableEntry& entry = page_table[page];
  if (!entry.present) return map_page(page);
  return call::bind(&entry.capability, page_number(address), kReadWrite).ok();  // displaced, it thinks
}

void on_revoke(uint32_t, uint32_t frame, uint32_t) { note(Note::Ignored, frame); }

// The bug: page_table[page].present should be false from here on.
void on_repossessed(const abi::Repossession& loss) {
  ++losses;
  note(Note::LearnedLoss, loss.frame, loss.saved_to);
}

}  // namespace exo::libos

using namespace exo::libos;

int main() {
  print("the page table is empty\n");
  note(Note::Started, kPages);
  for (uint32_t round = 1;; ++round) {
    for (uint32_t page = 0; page < kPages; ++page) use_page(page, round);
    if (round % 32 == 0) note(Note::Round, round, losses);
    for (volatile uint32_t work = 0; work < 200; work = work + 1) {
    }
  }
}
