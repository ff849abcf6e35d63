// Even the guaranteed frames must go, and with them the program itself. What is live of the heap goes into the
// program's own memory first, because the swap server keeps that; the frames go back to the kernel. After the sleep the
// pages get frames again, and the 64 bytes that matter of each.
#include "libos/saver/save_place.hpp"

namespace exo::libos {

namespace {
constexpr uint32_t kSaveFrames = 5;  // parameter: save locations preloaded for the kernel
constexpr uint32_t kPagesATurn = 4;  // brought back between two yields: a page costs about 100 us
constexpr uint32_t kMostAttempts = 64;

uint32_t live[kHeapPages * kLiveWords];
uint64_t had;  // bit n: page n had a frame

/// Everything into `live`: first what the save frame holds of pages that have no frame, then what the others hold.
void pack_up() {
  had = 0;
  if (save.bind()) (void)exo_guarded_copy(live, SaveFrame::words(), kHeapPages * kLiveWords);
  for (uint32_t page = 0; page < kHeapPages; ++page) {
    if (!heap.is_resident(page)) continue;
    const bool saved = exo_guarded_copy_16(live + page * kLiveWords, Heap::words(page));
    if (heap.give_back(page, saved ? PageState::Saved : PageState::Absent) == Status::Ok && saved)
      had |= uint64_t(1) << page;
  }
  save.give_back();
  give_everything_back();
}

uint32_t unpack() {
  if (!save.get()) return 0;
  (void)exo_guarded_copy(SaveFrame::words(), live, kHeapPages * kLiveWords);
  preload_save_locations(parameter(kSaveFrames));
  uint32_t back = 0;
  for (uint32_t page = 0; page < kHeapPages; ++page) {
    if ((had >> page & 1) == 0 || heap.take(page, abi::kAnyFrame, kLiveWords) != Status::Ok) continue;
    (void)policy_restore(page);
    if (++back % kPagesATurn == 0) (void)call::yield(0u);
  }
  return back;
}
}  // namespace

void on_emergency(uint32_t server) {
  pack_up();
  note(Note::Submits, server, uint32_t(__builtin_popcountll(had)));
  Result submitted = call::env_submit(server);  // returns when the server has put everything back
  for (uint32_t attempt = 0; submitted.status == Status::WrongState && attempt < kMostAttempts; ++attempt) {
    (void)call::yield(0u);  // a request is under way that now ends by itself
    submitted = call::env_submit(server);
  }
  if (!submitted.ok()) (void)refused(submitted.status, abi::Syscall::env_submit);
  const uint32_t back = unpack();
  if (submitted.ok()) note(Note::WokeUp, back);
}

}  // namespace exo::libos
