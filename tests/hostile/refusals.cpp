#include "tests/hostile/refusals.hpp"

namespace exo::trials {

Capability out, authority, frame, dead_frame, foreign, guaranteed, neighbour, dead_environment, sleeper;
uint32_t neighbour_number = 0, sleeper_number = 0;

namespace {
Capability wrong;  ///< what a call is shown

uint32_t fold(uint32_t hash, uint32_t word) { return (hash ^ word) * 0x0100'0193 + (hash >> 15); }
uint32_t fold(uint32_t hash, const volatile void* start, uint32_t bytes) {
  const auto* words = static_cast<const volatile uint32_t*>(start);
  for (uint32_t i = 0; i < bytes / 4; ++i) hash = fold(hash, words[i]);
  return hash;
}

uint32_t show(const Capability& c) {
  wrong = c;
  return address_of(&wrong);
}
}  // namespace

uint32_t fingerprint() {
  // Twice: reading the tables may bind a page of them, which changes them.
  uint32_t hash = 0;
  for (uint32_t i = 0; i < 2; ++i) {
    // All but the kernel and the arbiter, which goes on running.
    hash = fold(1, &tables().environments[2], (abi::kMaxEnvironments - 2) * sizeof(abi::EnvironmentInfo));
    hash = fold(hash, tables().slices, sizeof(abi::ExposedTables::slices));
    hash = fold(hash, tables().free_frames);
    hash = fold(hash, &tables().frames[0], 32 * sizeof(abi::FrameInfo));
    hash = fold(hash, &tables().downloads[0], 16 * sizeof(abi::DownloadInfo));
    hash = fold(hash, &tables().frames[192], 96 * sizeof(abi::FrameInfo));
  }
  return fold(hash, &out, sizeof out);
}

void refused(uint32_t line, Status wanted, Call call, uint32_t argument) {
  const uint32_t before = fingerprint();
  const Result result = call(argument);
  check(line, uint32_t(result.status), uint32_t(wanted));
  check(line, fingerprint(), before);
}

void refuses_addresses(uint32_t line, Call call) {
  const uint32_t values[] = {
      0,
      0x10,                    // in the page that is never bound
      address_of(&wrong) + 1,  // unaligned
      address_of(&wrong) + 2,
      abi::kEnvironmentPageAddress + 0xffc,  // over the end of a bound page into one that is not
      kNothingThere,
      kNothingThere + 0xffc,
      0x7fff'fff0,  // the last page of user space, and over its end
      0x7fff'fffc,
      0x8000'0000,  // the kernel's, by each way to it
      0x8010'0000,
      0x80f0'0000,
      0xa010'0000,
      0xbf00'0500,
      0xc000'0000,
      0xffff'fffc,
      0xffff'ffff,
  };
  refuses_each(line, Status::BadAddress, values, call);
}

void refuses_out(uint32_t line, Call call) {
  refuses_addresses(line, call);
  refused(line, Status::BadAddress, call, abi::kProgramAddress);  // its own code
  refused(line, Status::BadAddress, call, kTablesAddress);
}

void refuses_forgeries(uint32_t line, const Capability& good, uint32_t right, Call call) {
  refuses_addresses(line, call);
  for (uint32_t word = 0; word < sizeof wrong / 4; ++word)
    for (uint32_t bit = 0; bit < 32; bit += 9) {
      const uint32_t at = show(good);
      reinterpret_cast<uint32_t*>(&wrong)[word] ^= 1u << bit;
      refused(line, Status::BadCapability, call, at);
    }
  refused(line, Status::BadCapability, call, show(Capability{}));
  const abi::ResourceKind kind = abi::kind_of(good.resource);
  if (kind == abi::ResourceKind::Frame) refused(line, Status::StaleCapability, call, show(dead_frame));
  if (kind == abi::ResourceKind::Environment) refused(line, Status::StaleCapability, call, show(dead_environment));
  Capability less;
  CHECK_STATUS(call::capability_derive(&good, good.rights & ~right, &less), Ok);
  refused(line, Status::NoRight, call, show(less));
}

void refuses_capabilities(uint32_t line, const Capability& good, uint32_t right, Call call) {
  refuses_forgeries(line, good, right, call);
  const Capability* const others[] = {&authority, &frame, &neighbour};
  for (const Capability* other : others)
    if (abi::kind_of(other->resource) != abi::kind_of(good.resource) && other->resource != 0)
      refused(line, Status::WrongKind, call, show(*other));
}

void refuses_environments(uint32_t line, Status wanted, Call call) {
  static constexpr uint32_t kValues[] = {0, 62, 63, 64, 65, 255, 256, 0xffff, 0x1'0001, 0x8000'0000, 0xffff'ffff};
  refuses_each(line, wanted, kValues, call);
}

void refuses_pages(uint32_t line, Call call) {
  static constexpr uint32_t kValues[] = {0x8'0000,    0x8'0001,    0xf'ffff,   0x10'0000,
                                         0x7fff'ffff, 0x8000'0000, 0xffff'ffff};
  refuses_each(line, Status::BadArgument, kValues, call);
}

void take(Capability& capability) { CHECK_STATUS(call::frame_allocate(kAnyFrame, &capability), Ok); }

void set_the_stage() {
  for (uint32_t i = 0; i < sizeof out / 4; ++i) reinterpret_cast<uint32_t*>(&out)[i] = 0x5a5a'5a00 + i;
  const volatile Capability& page = libos::environment().page;
  guaranteed = {page.resource, page.rights, page.generation, page.code_low, page.code_high};
  authority = *libos::granted_authority();
  take(frame);
  take(dead_frame);
  Capability copy = dead_frame;
  CHECK_STATUS(call::frame_free(&copy), Ok);
  if ((authority.rights & abi::kRightCreate) != 0) {
    make_environment(dead_environment);
    copy = dead_environment;
    CHECK_STATUS(call::env_kill(&copy), Ok);
    neighbour_number = make_environment(neighbour);
    Capability home;
    take(home);
    sleeper_number = make_environment(sleeper);
    CHECK_STATUS(call::env_start(&sleeper, abi::kProgramAddress, 0u, 0u), Ok);
    CHECK_STATUS(call::frame_transfer(&home, sleeper_number, &foreign), Ok);
  }
  (void)fingerprint();
}

uint32_t make_environment(Capability& capability) {
  Capability home;
  take(home);
  static char name[abi::kNameBytes] = "neighbour";
  const Result made = call::env_create(&authority, name, &home, &capability);
  CHECK_STATUS(made, Ok);
  return made.value;
}

}  // namespace exo::trials

namespace exo::libos {

/// The tables are bound as they are looked at.
bool on_miss(uint32_t address, SavedRegisters&) {
  return address - trials::kTablesAddress < sizeof(abi::ExposedTables) &&
         call::expose(abi::ExposedRegion::Tables, (address - trials::kTablesAddress) >> abi::kPageShift,
                      page_number(address))
             .ok();
}

}  // namespace exo::libos
