#include "libos/fuzzer/arguments.hpp"

#include "kernel/abi/environment_page.hpp"
#include "libos/fuzzer/board.hpp"

extern "C" char exo_fuzzer_interrupted[], exo_fuzzer_faulted[], exo_fuzzer_entered[];

namespace exo::fuzzer {

Capability pool[kPoolSlots], granted;
Random random;
uint32_t last_request = 0;

namespace {
constexpr bool has(const char* text, const char* end, const char* word) {
  for (; text != end; ++text) {
    const char* t = text;
    const char* w = word;
    while (*w != '\0' && t != end && *t == *w) ++t, ++w;
    if (*w == '\0') return true;
  }
  return false;
}

struct Word {
  const char* word;
  Argument argument;
};
/// The first word that an argument's name contains decides.
constexpr Word kWords[] = {
    {"frame cap", Argument::FrameCapability},
    {"env cap", Argument::EnvironmentCapability},
    {"cap", Argument::AnyCapability},
    {"out", Argument::Out},
    {"frame or slice", Argument::Asked},
    {"frame", Argument::Frame},
    {"env", Argument::Environment},
    {"server", Argument::Environment},
    {"page and", Argument::PageAndFlags},
    {"pages", Argument::Count},
    {"page", Argument::Page},
    {"sync pc", Argument::EntryPc},
    {"pc", Argument::Pc},
    {"address", Argument::Address},
    {"name", Argument::Address},
    {"stack", Argument::Address},
    {"rights", Argument::Rights},
    {"access", Argument::Rights},
    {"patience", Argument::Pair},
    {"deadline", Argument::Micros},
    {"request", Argument::Request},
    {"position", Argument::Position},
    {"slot", Argument::Count},
    {"kind", Argument::Kind},
    {"cause", Argument::Kind},
    {"region", Argument::Kind},
    {"index", Argument::Count},
    {"device", Argument::Kind},
    {"guarded", Argument::Kind},
    {"keep", Argument::Kind},
    {"bytes", Argument::Count},
    {"download", Argument::Count},
    {"predicate", Argument::Count},
};

constexpr Argument kind_of_name(const char* begin, const char* end) {
  for (const Word& w : kWords)
    if (has(begin, end, w.word)) return w.argument;
  return Argument::Junk;
}

constexpr const char* end_of(const char* text) {
  while (*text != '\0') ++text;
  return text;
}

/// What a "cap" is depends on the call: its text or its name says so.
constexpr Argument capability_of(const char* name, const char* text) {
  constexpr Word kTexts[] = {{"authority", Argument::Authority}};
  constexpr Word kNames[] = {{"slice", Argument::SliceCapability},   {"entry", Argument::EntryCapability},
                             {"device", Argument::DeviceCapability}, {"frame", Argument::FrameCapability},
                             {"bind", Argument::FrameCapability},    {"save", Argument::FrameCapability},
                             {"env", Argument::FrameCapability}};
  for (const Word& w : kTexts)
    if (has(text, end_of(text), w.word)) return w.argument;
  for (const Word& w : kNames)
    if (has(name, end_of(name), w.word)) return w.argument;
  return Argument::AnyCapability;
}

/// "cap, page, rights" as kinds.
constexpr Shape shape_of(const char* name, const char* names, const char* text) {
  Shape shape{};
  for (uint32_t i = 0; i < 4 && *names != '\0'; ++i) {
    const char* end = names;
    while (*end != '\0' && *end != ',') ++end;
    shape.arguments[i] = kind_of_name(names, end);
    if (shape.arguments[i] == Argument::AnyCapability) shape.arguments[i] = capability_of(name, text);
    names = *end == '\0' ? end : end + 1;
  }
  return shape;
}

uint32_t address_of(const void* pointer) { return uint32_t(reinterpret_cast<uintptr_t>(pointer)); }

Capability scratch[2];

/// A capability that was good once, with one bit turned.
uint32_t mutated() {
  Capability& copy = scratch[random.below(2)];
  copy = pool[random.below(kPoolSlots)];
  reinterpret_cast<uint32_t*>(&copy)[random.below(5)] ^= 1u << random.below(32);
  return address_of(&copy);
}

uint32_t own_capability() {
  static constexpr uint32_t kOffsets[] = {offsetof(abi::EnvironmentPage, self),
                                          offsetof(abi::EnvironmentPage, authority),
                                          offsetof(abi::EnvironmentPage, page)};
  return abi::kEnvironmentPageAddress + random.pick(kOffsets);
}

uint32_t capability(abi::ResourceKind kind) {
  const uint32_t chance = random.below(100);
  if (kind == abi::ResourceKind::Authority && chance < 60) return address_of(&granted);
  if (chance < 66) return address_of(pool_slot(kind));
  if (chance < 84) return kBoardAddress + sizeof(Capability) * random.below(kBoardSlots);
  if (chance < 88) return own_capability();
  if (chance < 96) return mutated();
  return any_address();
}

uint32_t any_capability() {
  static constexpr abi::ResourceKind kKinds[] = {
      abi::ResourceKind::Frame, abi::ResourceKind::Frame, abi::ResourceKind::Environment, abi::ResourceKind::Authority,
      abi::ResourceKind::Slice, abi::ResourceKind::Entry, abi::ResourceKind::Device,      abi::ResourceKind::Authority};
  return capability(random.pick(kKinds));
}

uint32_t page() {
  const uint32_t chance = random.below(200);
  if (chance < 180) return (kPlayAddress >> abi::kPageShift) + random.below(kPlayPages);
  if (chance < 186) return kBoardAddress >> abi::kPageShift;
  if (chance < 190) return (abi::kUserEnd >> abi::kPageShift) - 2 + random.below(4);
  if (chance < 192) return random.below(3);
  if (chance < 193) return (abi::kProgramAddress >> abi::kPageShift) + random.below(9);
  return random.word() >> random.below(20);
}

uint32_t frame() {
  const uint32_t chance = random.below(100);
  if (chance < 40) return abi::number_of(pool[random.below(kPoolSlots)].resource);
  if (chance < 75) return abi::kAnyFrame;
  if (chance < 90) return random.below(600);
  static constexpr uint32_t kEdges[] = {0, 191, 192, 4095, 4096, abi::kNoFrame, 0x7fff'ffff};
  return random.pick(kEdges);
}

uint32_t frame_or_slice() {
  if (random.chance(60)) return frame();
  if (random.chance(30)) return abi::asked_download(random.below(12));
  return random.chance(30) ? abi::kAnySlice : abi::asked_slice(random.below(70));
}

uint32_t environment_number() {
  if (random.chance(80)) return 1 + random.below(8);
  static constexpr uint32_t kEdges[] = {0, 62, 63, 64, 65, 0xffff, 0xffff'ffff};
  return random.chance(50) ? libos::environment().number : random.pick(kEdges);
}

uint32_t count() {
  static constexpr uint32_t kEdges[] = {15, 16, 17, 63, 64, 65, 255, 256, 257, 4095, 0x7'ffff, 0x8'0000, 0xffff'ffff};
  return random.chance(80) ? random.below(14) : random.pick(kEdges);
}

uint32_t code_address() {
  const uint32_t chance = random.below(100);
  if (chance < 55) return address_of(exo_fuzzer_interrupted);
  if (chance < 95) return address_of(exo_fuzzer_faulted);
  return chance < 97 ? 0 : any_address();
}
}  // namespace

constexpr Shape kShapes[abi::kSyscalls] = {
#define SYSCALL(number, name, count, arguments, text) shape_of(#name, arguments, text),
#include "kernel/abi/syscalls.def"
#undef SYSCALL
};

Capability* pool_slot(abi::ResourceKind kind) {
  for (uint32_t tries = 0; tries < 12; ++tries) {
    Capability& c = pool[random.below(kPoolSlots)];
    if (abi::kind_of(c.resource) == kind) return &c;
  }
  return &pool[random.below(kPoolSlots)];
}

uint32_t any_address() {
  switch (random.below(8)) {
    case 0:
      return abi::kEnvironmentPageAddress + 4 * random.below(1024);
    case 1:
      return kPlayAddress + random.below(kPlayPages * abi::kPageSize);
    case 2:
      return kPlayAddress + abi::kPageSize * random.below(kPlayPages) - 4 * random.below(6);  // over a page's end
    case 3:
      return address_of(&pool[random.below(kPoolSlots)]) + random.below(4);
    case 4:
      return 0x8010'0000 + (random.word() & 0xf'ffff);
    case 5: {
      static constexpr uint32_t kEdges[] = {0,           4,           0x1ffc,      0x7fff'fff0,
                                            0x7fff'fffc, 0x8000'0000, 0x80f0'0000, 0xa000'0000,
                                            0xbf00'0500, 0xc000'0000, 0xffff'fffc};
      return random.pick(kEdges);
    }
    case 6:
      return kBoardAddress + 4 * random.below(1024);
    default:
      return random.word();
  }
}

uint32_t choose(Argument argument) {
  switch (argument) {
    case Argument::None:
    case Argument::Junk:
      return random.chance(30) ? random.below(8) : random.word();
    case Argument::FrameCapability:
      return capability(abi::ResourceKind::Frame);
    case Argument::EnvironmentCapability:
      return capability(abi::ResourceKind::Environment);
    case Argument::AnyCapability:
      return any_capability();
    case Argument::Authority:
      return random.chance(90) ? capability(abi::ResourceKind::Authority) : any_capability();
    case Argument::SliceCapability:
      return random.chance(90) ? capability(abi::ResourceKind::Slice) : any_capability();
    case Argument::EntryCapability:
      return random.chance(90) ? capability(abi::ResourceKind::Entry) : any_capability();
    case Argument::DeviceCapability:
      return random.chance(90) ? capability(abi::ResourceKind::Device) : any_capability();
    case Argument::Out:
      return random.chance(85) ? address_of(&pool[random.below(kPoolSlots)]) : any_address();
    case Argument::Frame:
      return frame();
    case Argument::Asked:
      return frame_or_slice();
    case Argument::EntryPc:
      return random.chance(90) ? address_of(exo_fuzzer_entered) : code_address();
    case Argument::Environment:
      return environment_number();
    case Argument::PageAndFlags:
      return page() << abi::kPageShift | (random.chance(90) ? 1 | (random.word() & 2) : random.below(4096));
    case Argument::Page:
      return page();
    case Argument::Count:
      return count();
    case Argument::Pc:
      return code_address();
    case Argument::Address:
      return random.chance(60) ? address_of(&pool[random.below(kPoolSlots)]) : any_address();
    case Argument::Rights:
      return random.chance(80) ? random.below(16) : 1u << random.below(32);
    case Argument::Pair:
      return random.below(400) << 16 | random.below(300);
    case Argument::Micros:
      return random.chance(90) ? 1 + random.below(300) : random.word();
    case Argument::Request:
      return random.chance(70) ? last_request - random.below(3) : random.word();
    case Argument::Position:
      return random.chance(30) ? 0xffff'ffff : random.below(70);
    case Argument::Kind:
      return random.below(34) >> random.below(4);
  }
  return 0;
}

}  // namespace exo::fuzzer
