// saver: knows what is live. Of a page it writes only the 64 bytes of state into a save frame that it bound in advance,
// and gives the frame back well before 50 us are over. When it has a frame again it restores the page from there.
#include "libos/saver/save_place.hpp"

namespace exo::libos {

constinit SaveFrame save;

void policy_prepare() { (void)save.get(); }

bool on_miss(uint32_t address, SavedRegisters&) {
  return page_number(address) == page_number(kWindowAddress) && save.bind();
}

bool policy_restore(uint32_t page) {
  if (!exo_guarded_copy_16(Heap::words(page), place_of(page))) return false;
  note(Note::Restored, page);
  return true;
}

void on_revoke(uint32_t request, uint32_t frame, uint32_t) {
  const uint32_t page = heap.choose(frame);
  if (page == kNoPage) return note(Note::Ignored, frame);
  mark_answered(request);
  const bool saved = exo_guarded_copy_16(place_of(page), Heap::words(page));
  if (heap.give_back(page, saved ? PageState::Saved : PageState::Absent) != Status::Ok) return;
  // In time. Now there is time to talk.
  if (frame == abi::kAnyFrame) note(Note::ChoseColdest, heap.page(page).frame, heap.page(page).last_used);
  if (saved) note(Note::Saved, kLiveWords * 4, heap.page(page).frame, save.frame);
}

}  // namespace exo::libos
