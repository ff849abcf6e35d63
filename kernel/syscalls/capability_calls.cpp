// Calls about capabilities of any kind: deriving, killing, checking one that was shown, and devices.
#include "kernel/core/capabilities.hpp"
#include "kernel/core/devices.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/transfers.hpp"
#include "kernel/core/user_memory.hpp"
#include "kernel/download/downloads.hpp"
#include "kernel/syscalls/dispatch.hpp"

namespace exo::kernel::syscalls {

namespace {
// Whether the caller may kill every capability for a resource, and if so does it.
Status revoke_all_of(Environment& caller, ResourceKind kind, uint32_t number) {
  switch (kind) {
    case ResourceKind::Frame:
      if (frames::info(number).owner != caller.number) return Status::NotOwner;
      if (frames::has_flag(number, abi::kFrameGuaranteed)) return Status::Guaranteed;
      frames::revoke_all(number);
      return Status::Ok;
    case ResourceKind::Slice:
      if (slices::owner_of(number) != caller.number) return Status::NotOwner;
      slices::revoke_all(number);
      return Status::Ok;
    case ResourceKind::Entry:
      if (number != caller.number) return Status::NotOwner;
      transfers::revoke_all(caller);
      return Status::Ok;
    case ResourceKind::Device:
      devices::revoke_all(number);
      return Status::Ok;
    case ResourceKind::Download:
      if (!downloads::is_owned(number, caller.number)) return Status::NotOwner;
      downloads::revoke_all(number);
      return Status::Ok;
    default:
      return Status::WrongKind;
  }
}
}  // namespace

Result capability_derive(Environment& caller, const Arguments& in) {
  Capability c, derived;
  TRY(user_memory::read_capability(caller, UserAddress{in.a0}, c));
  TRY(user_memory::writable(caller, UserAddress{in.a2}, sizeof(Capability)));
  TRY(capabilities::derive(c, in.a1, derived));
  return user_memory::write(caller, UserAddress{in.a2}, &derived, sizeof derived);
}

Result capability_revoke_all(Environment& caller, const Arguments& in) {
  Capability c;
  TRY(user_memory::read_capability(caller, UserAddress{in.a0}, c));
  TRY(user_memory::writable(caller, UserAddress{in.a1}, sizeof(Capability)));
  TRY(capabilities::check(c, ResourceKind::None, abi::kRightControl));
  const ResourceKind kind = abi::kind_of(c.resource);
  const uint32_t number = abi::number_of(c.resource);
  TRY(revoke_all_of(caller, kind, number));
  // The rights shown, with the new generation. The room for it may have been in the very frame that was revoked: then
  // the caller has only itself to blame.
  const Capability fresh = capabilities::mint(kind, number, c.rights, caller.number);
  (void)user_memory::write(caller, UserAddress{in.a1}, &fresh, sizeof fresh);
  return Result::of(number);
}

Result capability_check(Environment& caller, const Arguments& in) {
  Capability c;
  TRY(user_memory::read_capability(caller, UserAddress{in.a0}, c));
  TRY(capabilities::check(c, ResourceKind::None, in.a1));
  return Result::of(c.resource);
}

Result device_capability(Environment& caller, const Arguments& in) {
  if (!devices::is_device(in.a1)) return Status::BadArgument;
  TRY(capabilities::check_at(caller, in.a0, ResourceKind::Authority, abi::kRightDevices));
  TRY(user_memory::writable(caller, UserAddress{in.a2}, sizeof(Capability)));
  const Capability c = capabilities::mint(ResourceKind::Device, in.a1, abi::kDeviceRights, caller.number);
  return user_memory::write(caller, UserAddress{in.a2}, &c, sizeof c);
}

Result device_bind(Environment& caller, const Arguments& in) {
  const Result device = capabilities::check_at(caller, in.a0, ResourceKind::Device, abi::kRightUse);
  TRY(device);
  if (device.value == uint32_t(abi::Device::Wire)) return Status::WrongKind;  // it has no holder: wire_bind
  devices::bind(device.value, caller.number);
  return Status::Ok;
}

}  // namespace exo::kernel::syscalls
