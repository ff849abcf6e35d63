#include "kernel/core/repossession.hpp"

#include "kernel/core/deadlines.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/trace.hpp"

namespace exo::kernel::repossession {

namespace {
bool good(const SaveLocation& l, const Environment& owner) {
  return l.frame != abi::kNoFrame && frames::info(l.save).generation == l.generation &&
         frames::info(l.save).owner == owner.number;
}
}  // namespace

Status set_location(Environment& e, uint32_t slot, uint32_t frame_or_any, uint32_t save) {
  if (slot >= abi::kSaveLocations) return Status::BadArgument;
  if (frame_or_any != abi::kAnyFrame && !frames::is_frame(frame_or_any)) return Status::NoSuchFrame;
  if (frames::info(save).owner != e.number) return Status::NotOwner;
  e.save_locations[slot] = {frame_or_any, save, frames::info(save).generation};
  trace::emit(abi::Event::SaveLocationSet, slot, frame_or_any, save, e.number);
  return Status::Ok;
}

Status clear_location(Environment& e, uint32_t slot) {
  if (slot >= abi::kSaveLocations) return Status::BadArgument;
  e.save_locations[slot] = kNoSaveLocation;
  trace::emit(abi::Event::SaveLocationSet, slot, abi::kNoFrame, abi::kNoFrame, e.number);
  return Status::Ok;
}

uint32_t save(Environment& owner, uint32_t frame) {
  for (uint32_t slot = 0; slot < abi::kSaveLocations; ++slot) {
    const SaveLocation location = owner.save_locations[slot];
    if ((location.frame != frame && location.frame != abi::kAnyFrame) || !good(location, owner)) continue;
    const uint32_t* from = frames::contents(frame);
    uint32_t* to = frames::contents(location.save);
    for (uint32_t word = 0; word < abi::kPageSize / 4; ++word) {
      to[word] = from[word];
      // Others' deadlines do not wait for a copy. If one of them takes the save frame itself, the copy is void.
      if (word % 64 == 63) {
        deadlines::poll();
        if (!good(location, owner)) return abi::kNoFrame;
      }
    }
    (void)clear_location(owner, slot);
    return location.save;
  }
  return abi::kNoFrame;
}

void record(Environment& owner, const abi::Repossession& entry) {
  if (owner.page == nullptr) return;  // it is with a swap server; the upcall, when it is awake, says the same
  abi::EnvironmentPage& page = *owner.page;
  const uint32_t count = page.repossessed;
  page.repossession[count % abi::kRepossessions] = entry;
  page.repossessed = count + 1;
}

}  // namespace exo::kernel::repossession
