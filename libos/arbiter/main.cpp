// arbiter: the first program. It holds all authority: it creates the environments of the manifest, gives them slices,
// and decides who is asked for memory when memory is wanted. The kernel only carries out. This policy: whoever owns the
// most frames beyond its guaranteed minimum is asked first; when nobody has any, somebody must sleep (emergencies.hpp).
#include <stddef.h>

#include "kernel/abi/boot_manifest.hpp"
#include "kernel/abi/exposed.hpp"
#include "libos/arbiter/archive.hpp"
#include "libos/arbiter/emergencies.hpp"
#include "libos/arbiter/loader.hpp"
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

namespace exo::libos {

namespace {
using abi::EnvironmentInfo;
using abi::EnvState;
using abi::kMaxEnvironments;

/// The kernel's own tables, bound as they are touched: what it knows is there to be read, not asked for.
constexpr uint32_t kTablesAddress = 0x2101'0000;
const volatile abi::ExposedTables& tables() {
  return *reinterpret_cast<const volatile abi::ExposedTables*>(kTablesAddress);
}

constexpr uint32_t kMostManifestEntries = sizeof(abi::Manifest::entry) / sizeof(abi::ManifestEntry);
Building buildings[kMostManifestEntries];

// Added to by the upcall, worked off by the main loop.
volatile uint32_t wanted_frames;
volatile uint32_t wanted_limits;

uint32_t take_wanted() {
  const Masked masked;
  const uint32_t frames = wanted_frames;
  wanted_frames = 0;
  return frames;
}

/// One request at a time to one environment: its deadlines must not run while it answers another. How many frames it
/// had when it was asked (0: it is not asked for anything), and how many turns ago that was.
struct Asked {
  uint32_t frames;
  uint32_t turns;
};
Asked asked[kMaxEnvironments];
constexpr uint32_t kMostTurns =
    8;  ///< after so many, a request is taken for answered: it may have got new frames since

void look_for_answers() {
  for (uint32_t number = 1; number < kMaxEnvironments; ++number) {
    Asked& a = asked[number];
    if (a.frames == 0) continue;
    const volatile EnvironmentInfo& info = tables().environments[number];
    if (info.state < uint8_t(EnvState::Ready) || info.frames < a.frames || ++a.turns > kMostTurns) a.frames = 0;
  }
}

/// Whoever has the most frames that may be taken, of those who are not asked already. 0: nobody has any.
uint32_t choose_victim() {
  uint32_t best = 0, most = 0;
  const uint32_t self = environment().number;
  for (uint32_t number = 1; number < kMaxEnvironments; ++number) {
    const volatile EnvironmentInfo& info = tables().environments[number];
    if (number == self || emergencies::is_server(number) || EnvState(info.state) != EnvState::Ready ||
        asked[number].frames != 0)
      continue;
    const uint32_t spare = info.frames - info.guaranteed;
    if (spare <= most) continue;
    best = number;
    most = spare;
  }
  return best;
}

/// All that could be asked for: more than that is wanted only of somebody who sleeps.
uint32_t spare_frames() {
  uint32_t spare = 0;
  for (uint32_t number = environment().number + 1; number < kMaxEnvironments; ++number) {
    const volatile EnvironmentInfo& info = tables().environments[number];
    if (EnvState(info.state) == EnvState::Ready && !emergencies::is_server(number))
      spare += info.frames - info.guaranteed;
  }
  return spare;
}

bool somebody_is_asked() {
  for (const Asked& a : asked)
    if (a.frames != 0) return true;
  return false;
}

Status ask(uint32_t victim, uint32_t limits) {
  const uint32_t frames = tables().environments[victim].frames;
  note(Note::ChoseVictim, victim, frames - tables().environments[victim].guaranteed);
  const Result request = call::revoke(&environment().authority, victim, abi::kAnyFrame, limits);
  if (!request.ok()) return refused(request.status, abi::Syscall::revoke);
  asked[victim] = {frames, 0};
  return Status::Ok;
}

/// One turn of finding frames. Returns how many are still to be asked for.
uint32_t relieve_pressure(uint32_t frames, uint32_t limits) {
  look_for_answers();
  uint32_t first = 0;
  const uint32_t gained = emergencies::look_after(tables());
  frames -= gained < frames ? gained : frames;
  while (frames != 0) {
    if (emergencies::under_way()) break;  // next turn
    if (emergencies::is_possible() && frames > spare_frames() && emergencies::declare(tables())) break;
    const uint32_t victim = choose_victim();
    if (victim == 0 && somebody_is_asked()) break;  // next turn
    if (victim == 0) {
      (void)refused(Status::NoneFree, abi::Syscall::revoke);
      return 0;
    }
    if (ask(victim, limits) != Status::Ok) return 0;
    --frames;
    if (first == 0) first = victim;
  }
  if (first != 0) (void)call::yield(first);  // so that it hears at once
  return frames;
}

bool is_swap_server(const abi::ManifestEntry& entry) {
  static constexpr char kProgram[] = "swap";
  for (uint32_t i = 0; i < sizeof kProgram; ++i)
    if (entry.program[i] != kProgram[i]) return false;
  return true;
}

void create_all() {
  const File file = find_file("manifest", sizeof "manifest");
  const auto* manifest = reinterpret_cast<const abi::Manifest*>(file.data);
  if (file.bytes < offsetof(abi::Manifest, entry) || manifest->magic != abi::kManifestMagic) {
    note(Note::CheckFailed, __LINE__, file.bytes, sizeof(abi::Manifest));
    return;
  }
  uint32_t entries = manifest->entries;
  if (entries > kMostManifestEntries) entries = kMostManifestEntries;
  const uint32_t complete = (file.bytes - offsetof(abi::Manifest, entry)) / sizeof(abi::ManifestEntry);
  if (entries > complete) entries = complete;
  for (uint32_t i = 0; i < entries; ++i) {
    const abi::ManifestEntry entry = manifest->entry[i];  // once, and where the kernel can read its name
    if (build_environment(entry, buildings[i]) != Status::Ok) buildings[i].number = 0;
  }
  for (uint32_t i = 0; i < entries; ++i)
    if (buildings[i].number != 0 && give_positions(manifest->entry[i], buildings[i]) != Status::Ok)
      buildings[i].number = 0;
  for (uint32_t i = 0; i < entries; ++i)
    if (buildings[i].number != 0) (void)start_environment(manifest->entry[i], buildings[i]);
  for (uint32_t i = 0; i < entries; ++i)
    if (is_swap_server(manifest->entry[i])) emergencies::set_server(buildings[i].number);
}

bool is_alone() {
  const uint32_t self = environment().number;
  for (uint32_t number = 1; number < kMaxEnvironments; ++number)
    if (number != self && tables().environments[number].state != uint8_t(EnvState::Free)) return false;
  return true;
}
}  // namespace

bool on_miss(uint32_t address, SavedRegisters&) {
  if (address - kTablesAddress < sizeof(abi::ExposedTables))
    return call::expose(abi::ExposedRegion::Tables, (address - kTablesAddress) >> abi::kPageShift, page_number(address))
        .ok();
  return bind_archive(address);
}

/// The arbiter is asked for nothing itself: all it has is guaranteed.
void on_revoke(uint32_t, uint32_t frame, uint32_t) { note(Note::Ignored, frame); }

void on_message(uint32_t operation, uint32_t a, uint32_t b) {
  if (abi::ControlOp(operation) != abi::ControlOp::Pressure) return;
  if (a == 0) {  // no frames are wanted: the pressure is over
    note(Note::PressureOver);
    wanted_frames = 0;
    return emergencies::end();
  }
  emergencies::begin();
  note(Note::Pressure, a);
  wanted_limits = b;
  wanted_frames = a < abi::kFrameCount - wanted_frames ? wanted_frames + a : abi::kFrameCount;
}

}  // namespace exo::libos

using namespace exo::libos;

int main() {
  create_all();
  uint32_t frames = 0;
  for (;;) {
    frames += take_wanted();
    if (emergencies::is_over()) frames = 0;
    if (frames != 0)
      frames = relieve_pressure(frames, wanted_limits);
    else
      (void)emergencies::look_after(tables());
    // Alone, it has nobody to yield to, and computes until its slice is over.
    if (!is_alone()) (void)call::yield(0);
  }
}
