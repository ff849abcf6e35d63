// Calls about slices of the processor: giving out, giving back, passing on.
#include "kernel/core/capabilities.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/user_memory.hpp"
#include "kernel/syscalls/dispatch.hpp"

namespace exo::kernel::syscalls {

namespace {
Result issue(Environment& caller, uint32_t position, uint32_t holder, uint32_t out) {
  const Capability c = capabilities::mint(ResourceKind::Slice, position, abi::kSliceRights, holder);
  (void)user_memory::write(caller, UserAddress{out}, &c, sizeof c);
  return Result::of(position);
}
}  // namespace

Result slice_allocate(Environment& caller, const Arguments& in) {
  TRY(capabilities::check_at(caller, in.a0, ResourceKind::Authority, abi::kRightProcessor));
  if (!environments::exists(in.a1)) return Status::NoSuchEnvironment;
  if (in.a3 != 0) TRY(user_memory::writable(caller, UserAddress{in.a3}, sizeof(Capability)));
  const Result position = slices::grant(in.a1, in.a2);
  if (!position.ok() || in.a3 == 0) return position;
  return issue(caller, position.value, in.a1, in.a3);
}

Result slice_free(Environment& caller, const Arguments& in) {
  if (!slices::is_position(in.a0)) return Status::BadArgument;
  if (slices::owner_of(in.a0) != caller.number) return Status::NotOwner;
  revocation::returned(caller.number, abi::asked_slice(in.a0));
  slices::release(in.a0, abi::Reason::Returned);
  return Status::Ok;
}

Result slice_transfer(Environment& caller, const Arguments& in) {
  const Result position = capabilities::check_at(caller, in.a0, ResourceKind::Slice, abi::kRightControl);
  TRY(position);
  if (slices::owner_of(position.value) != caller.number) return Status::NotOwner;
  if (slices::under_revocation(position.value)) return Status::UnderRevocation;
  if (!environments::exists(in.a1)) return Status::NoSuchEnvironment;
  if (!environments::is_ready(in.a1)) return Status::WrongState;
  TRY(user_memory::writable(caller, UserAddress{in.a2}, sizeof(Capability)));
  slices::transfer(position.value, in.a1);
  return issue(caller, position.value, in.a1, in.a2);
}

Result slice_capability(Environment& caller, const Arguments& in) {
  if (!slices::is_position(in.a0)) return Status::BadArgument;
  if (slices::owner_of(in.a0) != caller.number) return Status::NotOwner;
  TRY(user_memory::writable(caller, UserAddress{in.a1}, sizeof(Capability)));
  return issue(caller, in.a0, caller.number, in.a1);
}

}  // namespace exo::kernel::syscalls
