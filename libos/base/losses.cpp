#include "libos/base/losses.hpp"

#include "kernel/abi/exposed.hpp"
#include "libos/base/note.hpp"

namespace exo::libos {

namespace {
struct SaveLocation {
  bool loaded;
  uint32_t frame;
  Capability capability;
};
SaveLocation locations[abi::kSaveLocations];

SaveLocation* location_of(uint32_t frame) {
  for (SaveLocation& location : locations)
    if (location.loaded && location.frame == frame) return &location;
  return nullptr;
}
}  // namespace

void preload_save_locations(uint32_t count) {
  for (uint32_t slot = 0; slot < count && slot < abi::kSaveLocations; ++slot) {
    SaveLocation& location = locations[slot];
    const Result taken = call::frame_allocate(abi::kAnyFrame, &location.capability);
    if (!taken.ok()) return (void)refused(taken.status, abi::Syscall::frame_allocate);
    location.frame = taken.value;
    const Result loaded = call::save_location(slot, abi::kAnyFrame, &location.capability);
    if (!loaded.ok()) return (void)refused(loaded.status, abi::Syscall::save_location);
    location.loaded = true;
  }
}

void learn_loss(const abi::Repossession& entry) {
  if (abi::asks_for_download(entry.frame)) return note(Note::LostDownload, entry.frame & 0xffff);
  note(Note::LearnedLoss, entry.frame, entry.saved_to);
  SaveLocation* const location = entry.saved_to == abi::kNoFrame ? nullptr : location_of(entry.saved_to);
  if (SaveLocation* const lost = location_of(entry.frame)) lost->loaded = false;
  const uint32_t page = heap.find_lost(entry.frame, entry.generation);
  if (page == kNoPage) return;
  if (location != nullptr) {
    location->loaded = false;  // the kernel has emptied the slot
    if (heap.adopt(page, location->frame, location->capability) == Status::Ok) return note(Note::Restored, page);
  }
  heap.forget(page);
  note(Note::LostWithoutCopy, page);
}

void give_back_at_once(uint32_t request, uint32_t frame_or_any) {
  const uint32_t page = heap.choose(frame_or_any);
  if (page == kNoPage) return note(Note::Ignored, frame_or_any);
  mark_answered(request);
  if (heap.give_back(page, PageState::Absent) == Status::Ok && frame_or_any == abi::kAnyFrame)
    note(Note::ChoseColdest, heap.page(page).frame, heap.page(page).last_used);
}

namespace {
// The slice vector is in the exposed tables, for anyone to read.
constexpr uint32_t kSlicesPage = offsetof(abi::ExposedTables, slices) / abi::kPageSize;
constexpr uint32_t kSlicesAddress = kWindowAddress + 0x2'0000;

uint32_t last_slice() {
  if (!call::expose(abi::ExposedRegion::Tables, kSlicesPage, page_number(kSlicesAddress)).ok()) return 0;
  const auto* owners = reinterpret_cast<const volatile uint8_t*>(kSlicesAddress);
  uint32_t position = abi::kSlicePositions - 1;
  while (position != 0 && owners[position] != environment().number) --position;
  return position;
}
}  // namespace

void give_slice_back(uint32_t asked) {
  const uint32_t position = asked == abi::kAnySlice ? last_slice() : asked & 0xffff;
  const Result freed = call::slice_free(position);
  if (!freed.ok()) (void)refused(freed.status, abi::Syscall::slice_free);
}

void give_everything_back() {
  for (uint32_t page = 0; page < kHeapPages; ++page)
    if (heap.is_resident(page)) (void)heap.give_back(page, PageState::Absent);
  for (SaveLocation& location : locations) {
    if (!location.loaded) continue;
    (void)call::frame_free(&location.capability);
    location.loaded = false;
  }
}

}  // namespace exo::libos
