// The worst that library OSes can have the kernel run: as many of the longest filters as there is room for, none of
// which wants the packet but the last, the longest handler behind that one, which copies the packet again and again,
// and sleepers whose conditions are as long as conditions may be. Between packets, a program of what takes the verifier
// longest is verified again and again. The scenario sends packets and measures how late the ticks are.
//
// Parameter 0 says which part this one plays: 0, all of the above; 1, a sleeper.
#include "libos/base/environment.hpp"
#include "libos/base/windows.hpp"
#include "tests/guest/late_phases.hpp"
#include "tests/guest/worst_programs.hpp"

using namespace exo;
using namespace exo::trials;
using abi::DownloadKind;

namespace {
Program program;

/// Shifts of 64-bit numbers by the clock: of what no fact makes shorter, the longest.
void make_shifts(uint32_t shifts, int32_t result) {
  program.count = 0;
  program.put(kLoad64, 2, 1, 32, 0);
  program.put(kMov64, 0, 0, 0, 1);
  for (uint32_t i = 0; i < shifts; ++i) program.put(kClassAlu64 | kLsh | kSourceRegister, 0, 2, 0, 0);
  program.finish_with(result);
}

/// The whole packet into page 0, summed up on the way, so many times.
void make_copies(uint32_t copies, int32_t result) {
  program.count = 0;
  program.put(kLoad64, 6, 1, 0, 0);
  program.put(kLoad64, 7, 1, 8, 0);
  program.put(kLoad64, 8, 1, 16, 0);
  program.put(kClassAlu64 | kSub | kSourceRegister, 7, 6, 0, 0);
  for (uint32_t i = 0; i < copies; ++i) {
    program.put(kMov64 | kSourceRegister, 1, 8, 0, 0);
    program.put(kMov64 | kSourceRegister, 2, 6, 0, 0);
    program.put(kMov64 | kSourceRegister, 3, 7, 0, 0);
    program.put(kClassJmp | kCall, 0, 0, 0, 5);
  }
  program.finish_with(result);
}

/// The largest that the verifier lets in, or 0.
uint32_t longest(void (*make)(uint32_t, int32_t), uint32_t most, int32_t result, DownloadKind kind,
                 const libos::DownloadOptions& options) {
  abi::DownloadAnswer answer;
  for (uint32_t size = most; size != 0; --size) {
    make(size, result);
    libos::Result made = libos::download(kind, {program.text, program.text + program.count}, options, &answer);
    while (made.status == Status::Busy)
      made = libos::download(kind, {program.text, program.text + program.count}, options, &answer);
    if (!made.ok()) continue;
    libos::note(Note::Round, uint32_t(kind), size, answer.longest);
    return made.value;
  }
  return 0;
}

void take_page(uint32_t address, Capability& frame) {
  CHECK_STATUS(call::frame_allocate(abi::kAnyFrame, &frame), Ok);
  CHECK_EQUAL(libos::open_window(address, frame, abi::kRightRead | abi::kRightWrite), Status::Ok);
  for (uint32_t i = 0; i < abi::kPageSize; i += 4) word_at(address + i) = 0;
}

[[noreturn]] void sleep_for_ever() {
  const uint32_t never = longest(make_shifts, 7, 0, DownloadKind::Predicate, {});
  CHECK_EQUAL(never != 0, true);
  for (;;) (void)call::wait(never);
}
}  // namespace

int main() {
  if (libos::parameter(0) == 1) sleep_for_ever();
  constexpr uint32_t kRingAddress = kPage, kCopyAddress = kPage + 2 * abi::kPageSize;
  Capability wire, ring, target;
  CHECK_EQUAL(libos::take_wire(wire), Status::Ok);
  take_page(kRingAddress, ring);
  take_page(kCopyAddress, target);
  uint32_t last = 0, filters = 0;
  for (uint32_t order = 0; order < abi::kFiltersBudget / abi::run_budget(DownloadKind::Filter); ++order) {
    const bool wants = order + 1 == abi::kFiltersBudget / abi::run_budget(DownloadKind::Filter);
    last = longest(make_shifts, 39, wants ? 1 : 0, DownloadKind::Filter,
                   {.device = &wire, .page = {&ring}, .order = order});
    filters += last != 0 ? 1 : 0;
  }
  CHECK_EQUAL(filters, 8);
  CHECK_EQUAL(longest(make_copies, 18, 1, DownloadKind::Handler, {.page = {&target}, .filter = last}) != 0, true);
  libos::note(Note::CheckPassed, passed);
  while (clock() < abi::ticks_of_micros(240'000)) {
  }  // until then the sleepers download their conditions, one at a time
  for (;;) {
    word_at(kRingAddress + 4) = word_at(kRingAddress);  // what came is read
    make_long_looks(program);
    const libos::Result made =
        libos::download(DownloadKind::Computation, {program.text, program.text + program.count}, {.bytes = 16});
    if (made.ok()) (void)call::code_free(made.value);
  }
}
