// gather: needs some frames in a row, because a simple device that it serves counts on from the first, and reaches only
// low memory. The kernel names frames as they are and shows who owns them, so gather reads the owners, picks the run
// that costs it least, moves its own pages out of the way, and takes the rest by name. It asks nobody for anything.
//
// What it reads is a hint: between the reading and the taking a frame may become another's. Taking it by name is the
// check; if it is refused, gather looks again.
#include <stddef.h>

#include "kernel/abi/exposed.hpp"
#include "libos/base/environment.hpp"
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

extern "C" void* memcpy(void*, const void*, size_t);

namespace exo::libos {

namespace {
// Numbers of the words of a scenario (libos/apps/README.md).
constexpr uint32_t kPages = 0, kRounds = 1, kFirstFrame = 3, kFrames = 7;

constexpr uint32_t kMostPages = 16;
constexpr uint32_t kReach = 64;         // frames that the device can reach
constexpr uint32_t kFramesBetween = 3;  // from one page's frame to the next one's
constexpr uint32_t kNoPage = 0xff;
constexpr uint32_t kImpossible = 0xffff'ffff;
constexpr uint32_t kReadWrite = abi::kRightRead | abi::kRightWrite;

constexpr uint32_t kPagesAddress = 0x1201'0000;
constexpr uint32_t kRunAddress = 0x1205'0000;
constexpr uint32_t kSpareAddress = 0x1209'0000;  // where a page's new frame is filled
constexpr uint32_t kTablesAddress = 0x2181'0000;

const volatile abi::ExposedTables& tables() {
  return *reinterpret_cast<const volatile abi::ExposedTables*>(kTablesAddress);
}
uint32_t* words_of(uint32_t page) { return reinterpret_cast<uint32_t*>(kPagesAddress + page * abi::kPageSize); }

/// The frames within reach that are gather's own: what is in them, and the capability.
struct Own {
  bool held;
  uint8_t page;
  Capability capability;
};
Own own[kReach];

Status bind_at(const Capability& capability, uint32_t address) {
  const Result bound = call::bind(&capability, page_number(address), kReadWrite);
  return bound.ok() ? Status::Ok : refused(bound.status, abi::Syscall::bind);
}

Status take(uint32_t frame) {
  const Result taken = call::frame_allocate(frame, &own[frame].capability);
  if (!taken.ok()) return taken.status;
  own[frame].held = true;
  own[frame].page = kNoPage;
  return Status::Ok;
}

/// What the run costs: pages of its own that must move. kImpossible when a frame in it can't be had.
uint32_t cost_of(uint32_t first, uint32_t length, uint32_t& free) {
  uint32_t cost = 0;
  free = 0;
  for (uint32_t frame = first; frame < first + length; ++frame) {
    const volatile abi::FrameInfo& info = tables().frames[frame];
    const uint32_t owner = info.owner, flags = info.flags;
    if (owner == 0 && (flags & abi::kFrameSaving) == 0) {
      ++free;
    } else if (owner != environment().number || flags != 0 || !own[frame].held) {
      return kImpossible;
    } else if (own[frame].page != kNoPage) {
      ++cost;
    }
  }
  return cost;
}

uint32_t choose_run(uint32_t length) {
  uint32_t best = kImpossible, best_cost = kImpossible, best_free = 0;
  for (uint32_t first = 0; first + length <= kReach; ++first) {
    uint32_t free = 0;
    const uint32_t cost = cost_of(first, length, free);
    if (cost >= best_cost) continue;
    best = first;
    best_cost = cost;
    best_free = free;
  }
  if (best != kImpossible) note(Note::ChoseRun, best, best_free, best_cost);
  return best;
}

/// Gives the page in a frame another frame, anywhere. The old one stays gather's, empty.
Status clear(uint32_t frame) {
  const uint32_t page = own[frame].page;
  Capability elsewhere;
  const Result taken = call::frame_allocate(abi::kAnyFrame, &elsewhere);
  if (!taken.ok()) return refused(taken.status, abi::Syscall::frame_allocate);
  if (const Status status = bind_at(elsewhere, kSpareAddress); status != Status::Ok) return status;
  memcpy(reinterpret_cast<void*>(kSpareAddress), words_of(page), abi::kPageSize);
  if (const Status status = bind_at(elsewhere, kPagesAddress + page * abi::kPageSize); status != Status::Ok)
    return status;
  own[frame].page = kNoPage;
  note(Note::MovedPage, page, frame, taken.value);
  return Status::Ok;
}

/// Makes every frame of a run gather's own and empty. False when somebody else was faster.
bool take_run(uint32_t first, uint32_t length) {
  for (uint32_t frame = first; frame < first + length; ++frame) {
    const Status status = !own[frame].held ? take(frame) : own[frame].page != kNoPage ? clear(frame) : Status::Ok;
    if (status != Status::Ok) return false;
  }
  (void)call::unbind(page_number(kSpareAddress));
  return true;
}

uint32_t mark_of(uint32_t page, uint32_t word) { return page * 0x0101'0101u + word; }

void fill(uint32_t page) {
  for (uint32_t word = 0; word < abi::kPageSize / 4; word += 31) words_of(page)[word] = mark_of(page, word);
}

bool is_as_filled(uint32_t page) {
  for (uint32_t word = 0; word < abi::kPageSize / 4; word += 31) {
    if (words_of(page)[word] == mark_of(page, word)) continue;
    note(Note::CheckFailed, page, words_of(page)[word], mark_of(page, word));
    return false;
  }
  return true;
}
}  // namespace

/// The kernel's tables, bound as they are touched. Everything else of gather's is bound already.
bool on_miss(uint32_t address, SavedRegisters&) {
  const uint32_t index = (address - kTablesAddress) >> abi::kPageShift;
  return address - kTablesAddress < sizeof(abi::ExposedTables) &&
         call::expose(abi::ExposedRegion::Tables, index, page_number(address)).ok();
}

void on_revoke(uint32_t, uint32_t frame, uint32_t) { note(Note::Ignored, frame); }

}  // namespace exo::libos

using namespace exo::libos;

int main() {
  const uint32_t wanted = parameter(kPages) < kMostPages ? parameter(kPages) : kMostPages;
  const uint32_t length = parameter(kFrames) == 0 || parameter(kFrames) > kReach ? 8 : parameter(kFrames);
  uint32_t pages = 0;
  for (uint32_t frame = parameter(kFirstFrame); pages < wanted && frame < kReach; frame += kFramesBetween) {
    if (take(frame) != Status::Ok) continue;
    if (bind_at(own[frame].capability, kPagesAddress + pages * exo::abi::kPageSize) != Status::Ok) return 1;
    own[frame].page = uint8_t(pages);
    fill(pages++);
  }
  note(Note::Started, pages);
  for (uint32_t round = 0; round < parameter(kRounds); ++round) (void)call::yield(0u);

  note(Note::NeedsRun, length, kReach);
  uint32_t first = 0;
  do {
    first = choose_run(length);
    if (first == kImpossible) return note(Note::Refused, uint32_t(Status::NoneFree), 0), 1;
  } while (!take_run(first, length));
  for (uint32_t i = 0; i < length; ++i)
    if (bind_at(own[first + i].capability, kRunAddress + i * exo::abi::kPageSize) != Status::Ok) return 1;
  uint32_t checked = 0;
  for (uint32_t page = 0; page < pages; ++page) checked += is_as_filled(page) ? 1 : 0;
  note(Note::HasRun, length, first, checked);
  for (;;) (void)call::yield(0u);
}
