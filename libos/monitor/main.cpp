// Takes frames, clears them, and makes the tour (tour.S). Parameters: pages, rounds (libos/apps/README.md).
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/monitor/memory.hpp"

extern "C" uint32_t exo_tour(uint32_t pages, uint32_t rounds);

using namespace exo::libos;

namespace {
constexpr uint32_t kReadWrite = exo::abi::kRightRead | exo::abi::kRightWrite;
constexpr uint32_t kClearingAddress = 0x3012'6000;  // clear of the tour and of program pages in the STLB
Capability frames[TOUR_MOST_PAGES];

/// A frame comes with whatever its last owner left in it; the tour reads one word.
Status take(Capability& frame) {
  if (const Result taken = call::frame_allocate(exo::abi::kAnyFrame, &frame); !taken.ok()) return taken.status;
  const Result bound = call::bind(&frame, page_number(kClearingAddress), kReadWrite);
  if (bound.ok()) *reinterpret_cast<volatile uint32_t*>(kClearingAddress) = 0;
  return bound.status;
}
}  // namespace

bool exo::libos::monitor::bind_frame(uint32_t i, uint32_t page) {
  return call::bind(&frames[i], page, kReadWrite).ok();
}

int main() {
  const uint32_t pages = parameter(0), rounds = parameter(1);
  if (pages == 0 || pages > TOUR_MOST_PAGES || rounds == 0) return 1;
  for (uint32_t i = 0; i < pages; ++i)
    if (const Status status = take(frames[i]); status != Status::Ok) fail(__LINE__, uint32_t(status), i);
  (void)call::unbind(page_number(kClearingAddress));
  monitor::prepare(pages);
  (void)call::yield(0u);  // a whole slice for it
  note(Note::Tours, pages, rounds);
  note(Note::Toured, pages, rounds, exo_tour(pages, rounds));
  monitor::report();
  note(Note::Finished, 1, 1);
  // It stays, so that what it holds can be looked at.
  for (;;) (void)call::yield(0u);
}
