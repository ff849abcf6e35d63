#include "kernel/core/capabilities.hpp"

#include "kernel/core/deadlines.hpp"
#include "kernel/core/devices.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/siphash.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/user_memory.hpp"

namespace exo::kernel::capabilities {

namespace {
SipKey secret;

uint64_t code_of(const Capability& c) {
  const uint64_t words[2] = {c.resource | uint64_t(c.rights) << 32, c.generation};
  return siphash24(secret, words, 12);
}

// Capabilities whose code has been computed of late: a code depends on nothing but the capability and the secret, so it
// need not be computed again. This only saves time (460 instructions); whatever can change is looked at on every check.
constexpr uint32_t kProven = 128;  // half of it for frames, so that they push out nothing else
Capability proven[kProven];

Capability& proven_slot(const Capability& c) {
  constexpr uint32_t half = kProven / 2;
  if (abi::kind_of(c.resource) == ResourceKind::Frame) return proven[(c.resource ^ c.rights << 2) % half];
  return proven[half + (c.resource + (c.resource >> 21) + c.rights) % half];
}

bool same(const Capability& a, const Capability& b) {
  return a.resource == b.resource && a.rights == b.rights && a.generation == b.generation && a.code_low == b.code_low &&
         a.code_high == b.code_high;
}

void seal(Capability& c) {
  const uint64_t code = code_of(c);
  c.code_low = uint32_t(code);
  c.code_high = uint32_t(code >> 32);
  proven_slot(c) = c;
}

bool is_authentic(const Capability& c) {
  if (same(c, proven_slot(c))) return true;
  const uint64_t code = code_of(c);
  if (c.code_low != uint32_t(code) || c.code_high != uint32_t(code >> 32)) return false;
  proven_slot(c) = c;
  return true;
}

// Generation of a resource, or 0, which no capability carries, when there is no such resource.
uint32_t generation_of(ResourceKind kind, uint32_t number) {
  switch (kind) {
    case ResourceKind::Frame:
      return number < abi::kFrameCount ? frames::info(number).generation : 0;
    case ResourceKind::Environment:
      return environments::exists(number) ? environments::info(number).generation : 0;
    case ResourceKind::Authority:
      return number == 0 ? 1 : 0;
    case ResourceKind::Slice:
      return slices::is_position(number) ? slices::generation_of(number) : 0;
    case ResourceKind::Entry:
      return environments::exists(number) ? exposed().entry_generations[number] : 0;
    case ResourceKind::Device:
      return devices::is_device(number) ? exposed().device_generations[number] : 0;
    case ResourceKind::Download:
      return number != 0 && number < abi::kMaxDownloads ? exposed().downloads[number].generation : 0;
    case ResourceKind::None:
      break;
  }
  return 0;
}

Status verdict(const Capability& c, ResourceKind kind, uint32_t rights) {
  if (!is_authentic(c)) return Status::BadCapability;
  if (kind != ResourceKind::None && abi::kind_of(c.resource) != kind) return Status::WrongKind;
  const uint32_t number = abi::number_of(c.resource);
  if (c.generation != generation_of(abi::kind_of(c.resource), number)) return Status::StaleCapability;
  if ((c.rights & rights) != rights) return Status::NoRight;
  if (kind == ResourceKind::Frame && (frames::info(number).guard & rights) != rights) return Status::NoRight;
  return Status::Ok;
}

Status recorded_verdict(const Capability& c, ResourceKind kind, uint32_t rights) {
  const Status status = verdict(c, kind, rights);
  trace::emit(abi::Event::CapabilityChecked, c.resource, rights, uint32_t(status), c.generation);
  return status;
}
}  // namespace

void initialise() {
  // No resource is 0xffffffff, so nothing matches a slot before it is filled.
  for (Capability& slot : proven) slot.resource = 0xffff'ffff;
  const abi::TraceShared& s = trace::shared();
  if (s.host_magic != abi::kTraceMagic) return;
  secret.k0 = s.secret[0] | uint64_t(s.secret[1]) << 32;
  secret.k1 = s.secret[2] | uint64_t(s.secret[3]) << 32;
}

Capability mint(ResourceKind kind, uint32_t number, uint32_t rights, uint32_t holder) {
  Capability c{abi::resource_of(kind, number), rights, generation_of(kind, number), 0, 0};
  seal(c);
  trace::emit(abi::Event::CapabilityMinted, c.resource, c.rights, c.generation, holder);
  return c;
}

Result check(const Capability& c, ResourceKind kind, uint32_t rights) {
  TRY(recorded_verdict(c, kind, rights));
  return Result::of(abi::number_of(c.resource));
}

Status derive(const Capability& c, uint32_t rights, Capability& derived) {
  TRY(recorded_verdict(c, ResourceKind::None, rights));
  derived = c;
  derived.rights = rights;
  seal(derived);
  trace::emit(abi::Event::CapabilityDerived, derived.resource, derived.rights, derived.generation);
  return Status::Ok;
}

Result check_at(Environment& caller, uint32_t address, ResourceKind kind, uint32_t rights, Deadlines first) {
  Capability c;
  if (first == Deadlines::First) deadlines::poll();
  TRY(user_memory::read_capability(caller, UserAddress{address}, c));
  return check(c, kind, rights);
}

}  // namespace exo::kernel::capabilities
