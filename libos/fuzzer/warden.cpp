// warden: the first program of a fuzz run. It starts the fuzzers of the manifest, gives each a part of its authority,
// ends each after some time and starts it anew from the next seed. Between turns it checks what no fuzzer may have
// touched: a page of its own still holds what it wrote, and a fresh frame holds nothing of its former owner. A check
// that fails is a note of environment 1, and only its notes count.
#include <stddef.h>

#include "kernel/abi/boot_manifest.hpp"
#include "kernel/abi/exposed.hpp"
#include "libos/arbiter/archive.hpp"
#include "libos/arbiter/loader.hpp"
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/fuzzer/board.hpp"
#include "libos/fuzzer/random.hpp"

namespace exo::libos {

namespace {
using abi::kPageSize;
using fuzzer::board;
using fuzzer::kBoardAddress;

constexpr uint32_t kTablesAddress = 0x2101'0000;
constexpr uint32_t kCanaryAddress = 0x2304'0000;
constexpr uint32_t kFreshAddress = 0x2308'0000;
constexpr uint32_t kMostFuzzers = fuzzer::kAuthoritySlots;
constexpr uint32_t kReadWrite = abi::kBindRead | abi::kBindWrite;
constexpr uint32_t kShortestLife = 120, kLifeSpread = 240;  ///< turns
constexpr uint32_t kTurnsPerCheck = 16;

const volatile abi::ExposedTables& tables() {
  return *reinterpret_cast<const volatile abi::ExposedTables*>(kTablesAddress);
}

struct Fuzzer {
  abi::ManifestEntry entry{};
  Building building{};
  uint32_t generation = 0;  ///< of its environment
  uint32_t lives = 0;
  uint32_t turns_left = 0;
};
Fuzzer fuzzers[kMostFuzzers];
uint32_t fuzzer_count = 0;

Capability board_frame, canary_frame;
uint32_t canary_word = 0;
uint32_t checks = 0;

/// Bound anew, in a new frame: whoever held authority may have taken the one before.
bool new_page(Capability& capability, uint32_t address) {
  if (!call::frame_allocate(abi::kAnyFrame, &capability).ok()) return false;
  return call::bind(&capability, page_number(address), kReadWrite).ok();
}

bool is_mine(const Capability& capability) {
  const volatile abi::FrameInfo& info = tables().frames[abi::number_of(capability.resource)];
  return info.owner == environment().number && info.generation == capability.generation;
}

/// The page again: the binding may have been displaced, or the frame be gone.
bool keep_page(Capability& capability, uint32_t address) {
  if (is_mine(capability)) return call::bind(&capability, page_number(address), kReadWrite).ok();
  return new_page(capability, address);
}

volatile uint32_t& word_at(uint32_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }

void make_canary() {
  if (!new_page(canary_frame, kCanaryAddress)) return;
  canary_word = fuzzer::mix(canary_word + 1);
  for (uint32_t i = 0; i < kPageSize; i += 4) word_at(kCanaryAddress + i) = canary_word + i;
}

/// The page must be as it was written, unless it was taken (which the tables say).
void check_canary() {
  if (!is_mine(canary_frame)) return make_canary();
  for (uint32_t i = 0; i < kPageSize; i += 64) {
    const uint32_t got = word_at(kCanaryAddress + i);
    if (got == canary_word + i) continue;
    if (is_mine(canary_frame)) note(Note::CheckFailed, __LINE__, got, canary_word + i);
    return make_canary();
  }
  ++checks;
}

void check_fresh_frame() {
  Capability fresh;
  if (!new_page(fresh, kFreshAddress)) return;
  for (uint32_t i = 0; i < kPageSize; i += 4)
    if (const uint32_t got = word_at(kFreshAddress + i); got != 0) {
      note(Note::CheckFailed, __LINE__, got, i);
      break;
    }
  // What is left here, nobody may find.
  for (uint32_t i = 0; i < kPageSize; i += 32) word_at(kFreshAddress + i) = 0xdead'0000 + i;
  (void)call::frame_free(&fresh);
  ++checks;
}

constexpr uint32_t kOwnSlices = 2;

/// Fuzzers with authority take its slices, and give it others; one that yields to it by name lets it take some again.
void keep_slices() {
  const uint32_t self = environment().number;
  const uint32_t count = tables().environments[self].slices;
  for (uint32_t i = count; i < kOwnSlices; ++i)
    (void)call::slice_allocate(&environment().authority, self, abi::kAnyFrame, 0u);
  uint32_t surplus = count > kOwnSlices ? count - kOwnSlices : 0;
  for (uint32_t position = 0; position < abi::kSlicePositions && surplus != 0; ++position)
    if (tables().slices[position] == self && call::slice_free(position).ok()) --surplus;
}

/// When a fuzzer can't be started, something has run out: whoever has much is asked for it, with little patience.
void make_room() {
  constexpr uint32_t kSoon = 50, kManySlices = 2, kManyFrames = 100;
  for (uint32_t number = 2; number < abi::kMaxEnvironments; ++number) {
    const volatile abi::EnvironmentInfo& info = tables().environments[number];
    if (info.slices > kManySlices) (void)call::revoke(&environment().authority, number, abi::kAnySlice, kSoon);
    if (info.frames > kManyFrames) (void)call::revoke(&environment().authority, number, abi::kAnyFrame, kSoon);
  }
}

/// The floating-point registers of this environment are nobody else's to change.
constexpr uint32_t kFpuWord = 0x4765'4321;
void fill_fpu() {
  asm volatile(".set push\n .set hardfloat\n mtc1 %0, $f4\n mtc1 %0, $f21\n .set pop" ::"r"(kFpuWord));
}
void check_fpu() {
  uint32_t low = 0, high = 0;
  asm volatile(".set push\n .set hardfloat\n mfc1 %0, $f4\n mfc1 %1, $f21\n .set pop" : "=r"(low), "=r"(high));
  if (low != kFpuWord) note(Note::CheckFailed, __LINE__, low, kFpuWord);
  if (high != kFpuWord) note(Note::CheckFailed, __LINE__, high, kFpuWord);
}

void give_authority(uint32_t index, uint32_t seed) {
  // Most get all of it, some only a part.
  const uint32_t rights =
      fuzzer::mix(seed) % 3 != 0 ? abi::kAuthorityRights : abi::kAuthorityRights & fuzzer::mix(seed + 1);
  Capability part;
  if (call::capability_derive(&environment().authority, rights, &part).ok()) board().slots[index] = part;
}

void start(Fuzzer& f, uint32_t index) {
  if (!is_mine(board_frame)) (void)new_page(board_frame, kBoardAddress);
  abi::ManifestEntry entry = f.entry;
  const uint32_t seed = fuzzer::mix(f.entry.parameters[fuzzer::kSeedParameter] + index * 0x101 + ++f.lives * 0x1'0001);
  entry.parameters[fuzzer::kSeedParameter] = seed;
  entry.parameters[fuzzer::kIndexParameter] = index;
  const auto* words = reinterpret_cast<const uint32_t*>(&board_frame);
  for (uint32_t i = 0; i < sizeof board_frame / 4; ++i) entry.parameters[fuzzer::kBoardParameter + i] = words[i];
  give_authority(index, seed);
  f.building = {};
  if (build_environment(entry, f.building) != Status::Ok || start_environment(entry, f.building) != Status::Ok) {
    f.building.number = 0;
    return make_room();
  }
  f.generation = tables().environments[f.building.number].generation;
  f.turns_left = kShortestLife + fuzzer::mix(seed + 2) % kLifeSpread;
}

bool lives(const Fuzzer& f) {
  const volatile abi::EnvironmentInfo& info = tables().environments[f.building.number];
  return f.building.number != 0 && info.state >= uint8_t(abi::EnvState::Ready) && info.generation == f.generation;
}

void look_after(Fuzzer& f, uint32_t index) {
  if (lives(f)) {
    if (--f.turns_left != 0) return;
    (void)call::env_kill(&f.building.environment);
  }
  start(f, index);
}

bool read_manifest() {
  const File file = find_file("manifest", sizeof "manifest");
  const auto* manifest = reinterpret_cast<const abi::Manifest*>(file.data);
  if (file.bytes < sizeof(abi::Manifest) || manifest->magic != abi::kManifestMagic) return false;
  fuzzer_count = manifest->entries < kMostFuzzers ? manifest->entries : kMostFuzzers;
  for (uint32_t i = 0; i < fuzzer_count; ++i) fuzzers[i].entry = manifest->entry[i];
  return true;
}

bool in_page(uint32_t address, uint32_t page) { return address - page < kPageSize; }

/// A page where one is needed now. When the fuzzers have every frame there is, they end: they are started again anyway.
bool page_at_any_price(Capability& capability, uint32_t address) {
  if (new_page(capability, address)) return true;
  for (Fuzzer& f : fuzzers)
    if (lives(f)) (void)call::env_kill(&f.building.environment);
  return new_page(capability, address);
}
}  // namespace

/// Whatever of its own is missing was taken by force, and is replaced by an empty page.
bool on_miss(uint32_t address, SavedRegisters&) {
  if (address - kTablesAddress < sizeof(abi::ExposedTables))
    return call::expose(abi::ExposedRegion::Tables, (address - kTablesAddress) >> abi::kPageShift, page_number(address))
        .ok();
  if (in_page(address, kBoardAddress))
    return keep_page(board_frame, kBoardAddress) || page_at_any_price(board_frame, kBoardAddress);
  if (in_page(address, kCanaryAddress))
    return keep_page(canary_frame, kCanaryAddress) || page_at_any_price(canary_frame, kCanaryAddress);
  Capability lost;
  if (in_page(address, kFillAddress) || in_page(address, kFreshAddress)) return page_at_any_price(lost, address);
  return bind_archive(address);
}

/// It gives nothing back: what is wanted of it can be taken by force.
void on_revoke(uint32_t, uint32_t frame, uint32_t) { note(Note::Ignored, frame); }
void on_revoke_slice(uint32_t, uint32_t asked, uint32_t) { note(Note::Ignored, asked); }
void on_emergency(uint32_t) {}
void on_repossessed(const abi::Repossession&) {}

}  // namespace exo::libos

using namespace exo::libos;

int main() {
  if (!read_manifest()) fail(__LINE__, 0, 1);
  make_canary();
  (void)new_page(board_frame, kBoardAddress);
  fill_fpu();
  for (uint32_t turn = 0;; ++turn) {
    keep_slices();
    check_fpu();
    for (uint32_t i = 0; i < fuzzer_count; ++i) look_after(fuzzers[i], i);
    if (turn % kTurnsPerCheck == 0) {
      check_canary();
      check_fresh_frame();
    }
    (void)call::yield(0);
  }
}
