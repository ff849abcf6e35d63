// slow: means well and does not know what is live. It saves all 4,096 bytes, word by word, which takes about 200 us;
// with 50 us to do it in, the frame is gone half way. It must notice that under its own hands and survive.
#include "libos/apps/policy.hpp"

namespace exo::libos {

namespace {
SaveFrame save;
uint32_t saved_page = kNoPage;  // the page whose whole contents the save frame holds
}  // namespace

void policy_prepare() { (void)save.get(); }

bool on_miss(uint32_t address, SavedRegisters&) {
  return page_number(address) == page_number(kWindowAddress) && save.bind();
}

bool policy_restore(uint32_t page) {
  if (saved_page != page || exo_guarded_copy(Heap::words(page), SaveFrame::words(), kPageWords) != kPageWords)
    return false;
  saved_page = kNoPage;
  note(Note::Restored, page);
  return true;
}

void on_revoke(uint32_t request, uint32_t frame, uint32_t) {
  const uint32_t page = heap.choose(frame);
  if (page == kNoPage) return note(Note::Ignored, frame);
  const uint32_t given = heap.page(page).frame;
  if (frame == abi::kAnyFrame) note(Note::ChoseColdest, given, heap.page(page).last_used);
  note(Note::SlowSaving, abi::kPageSize, given);
  if (saved_page != kNoPage && !heap.is_resident(saved_page)) heap.forget(saved_page);  // its copy is written over
  saved_page = kNoPage;
  const uint32_t copied = exo_guarded_copy(SaveFrame::words(), Heap::words(page), kPageWords);
  if (copied != kPageWords) return note(Note::SavedPart, copied * 4, given);
  if (has_unread_losses()) return;  // too late, and another frame was taken instead: this page can stay
  mark_answered(request);
  saved_page = page;
  note(Note::Saved, abi::kPageSize, given, save.frame);
  (void)heap.give_back(page, PageState::Saved);
}

}  // namespace exo::libos
