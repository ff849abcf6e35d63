// The smallest library OS to start from. It has a heap of pages that get a frame when they are first touched, it gives
// a frame back when it is asked for one, and it counts. Everything here is policy and yours to change; README.md says
// how.
#include "libos/base/heap.hpp"
#include "libos/base/losses.hpp"
#include "libos/base/note.hpp"

namespace exo::libos {

// 1. A page without a binding was touched. The kernel has no page table: the answer is ours. Here: memory on demand.
bool on_miss(uint32_t address, SavedRegisters&) {
  if (!Heap::contains(address)) return false;  // a wild pointer: the program ends with a note
  const uint32_t page = (address - kHeapAddress) / abi::kPageSize;
  return heap.take(page, abi::kAnyFrame, kPageWords) == Status::Ok;
}

// 2. Somebody needs memory. Here: the named page, or the one that was not used for longest, at once. What was in it is
//    lost; when it is touched again, it comes back empty.
void on_revoke(uint32_t request, uint32_t frame, uint32_t microseconds) {
  const uint32_t page = heap.choose(frame);
  if (page == kNoPage) return note(Note::Ignored, frame, microseconds);
  mark_answered(request);
  (void)heap.give_back(page, PageState::Absent);
}

// 3. We were too late: the frame is gone, and the repossession vector says which one.
void on_repossessed(const abi::Repossession& loss) { learn_loss(loss); }

}  // namespace exo::libos

using namespace exo::libos;

int main() {
  const uint32_t wanted = parameter(0) == 0 ? 4 : parameter(0);
  const uint32_t pages = wanted < kHeapPages ? wanted : kHeapPages;
  note(Note::Started, pages);
  for (uint32_t round = 1;; ++round) {
    heap.advance();
    for (uint32_t page = 0; page < pages; ++page) {
      heap.touch(page);      // remember that it is in use
      ++*Heap::words(page);  // the first time, this is a miss
      wait_while_hung();
      for (volatile uint32_t work = 0; work < 50; work = work + 1) {
      }
    }
    if (round % 64 == 0) note(Note::Round, round, *Heap::words(0));
  }
}
