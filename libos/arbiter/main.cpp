// arbiter: the first program. It holds all authority: it creates the environments of the manifest, gives them slices,
// and decides who is asked for memory when memory is wanted. The kernel only carries out. This policy: whoever owns the
// most frames beyond its guaranteed minimum is asked first.
#include <stddef.h>

#include "kernel/abi/boot_manifest.hpp"
#include "kernel/abi/exposed.hpp"
#include "libos/arbiter/archive.hpp"
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

// Written by the upcall, taken by the main loop.
volatile uint32_t wanted_frames;
volatile uint32_t wanted_limits;

struct Victim {
  uint32_t number = 0;
  uint32_t frames = 0;
};

/// Whoever has the most frames that may be taken, when `asked` of them are asked for already.
Victim choose_victim(const uint8_t (&asked)[kMaxEnvironments]) {
  Victim best;
  const uint32_t self = environment().number;
  for (uint32_t number = 1; number < kMaxEnvironments; ++number) {
    const volatile EnvironmentInfo& info = tables().environments[number];
    if (number == self || info.state < uint8_t(EnvState::Ready)) continue;
    const uint32_t spare = info.frames - info.guaranteed;
    if (spare <= asked[number] || spare - asked[number] <= best.frames) continue;
    best = {number, spare - asked[number]};
  }
  return best;
}

/// Asks for one frame. Value: whom.
Result ask_somebody(uint8_t (&asked)[kMaxEnvironments], uint32_t limits) {
  const Victim victim = choose_victim(asked);
  if (victim.number == 0) return {refused(Status::NoneFree, abi::Syscall::revoke), 0};
  note(Note::ChoseVictim, victim.number, victim.frames);
  const Result request = call::revoke(&environment().authority, victim.number, abi::kAnyFrame, limits);
  if (!request.ok()) return {refused(request.status, abi::Syscall::revoke), 0};
  ++asked[victim.number];
  return {Status::Ok, victim.number};
}

void relieve_pressure(uint32_t frames, uint32_t limits) {
  uint8_t asked[kMaxEnvironments] = {};
  uint32_t first = 0;
  for (; frames != 0; --frames) {
    const Result victim = ask_somebody(asked, limits);
    if (!victim.ok()) break;
    if (first == 0) first = victim.value;
  }
  if (first != 0) (void)call::yield(first);  // so that it hears at once
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
    if (buildings[i].number != 0) (void)start_environment(buildings[i], manifest->entry[i].slices);
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
  note(Note::Pressure, a);
  wanted_limits = b;
  wanted_frames = a;
}

}  // namespace exo::libos

using namespace exo::libos;

int main() {
  create_all();
  for (;;) {
    if (const uint32_t frames = wanted_frames; frames != 0) {
      wanted_frames = 0;
      relieve_pressure(frames, wanted_limits);
    }
    // Alone, it has nobody to yield to, and computes until its slice is over.
    if (!is_alone()) (void)call::yield(0);
  }
}
