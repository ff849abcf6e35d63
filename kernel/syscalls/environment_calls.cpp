// Calls about environments: making, filling, starting and destroying them.
#include "kernel/core/capabilities.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/user_memory.hpp"
#include "kernel/syscalls/dispatch.hpp"

namespace exo::kernel::syscalls {

namespace {
// A frame that the caller owns and may give away.
Status may_give(const Environment& caller, uint32_t frame) {
  if (frames::info(frame).owner != caller.number) return Status::NotOwner;
  if (frames::has_flag(frame, abi::kFrameGuaranteed)) return Status::Guaranteed;
  if (frames::has_flag(frame, abi::kFrameUnderRevocation)) return Status::UnderRevocation;
  return Status::Ok;
}

void leave(Environment& gone, abi::Reason reason, uint32_t code) {
  const bool ran = &gone == &slices::running();
  environments::destroy(gone, reason, code);
  if (ran) slices::next(reason);
}
}  // namespace

Result env_create(Environment& caller, const Arguments& in) {
  char name[abi::kNameBytes];
  TRY(user_memory::read(caller, UserAddress{in.a1}, name, sizeof name));
  TRY(capabilities::check_at(caller, in.a0, ResourceKind::Authority, abi::kRightCreate));
  const Result frame = capabilities::check_at(caller, in.a2, ResourceKind::Frame, abi::kRightControl);
  TRY(frame);
  TRY(may_give(caller, frame.value));
  TRY(user_memory::writable(caller, UserAddress{in.a3}, sizeof(Capability)));
  const Result made = environments::create(caller.number, frame.value, name);
  TRY(made);
  const Capability c =
      capabilities::mint(ResourceKind::Environment, made.value, abi::kEnvironmentRights, caller.number);
  // The room for it may have been in the very frame that was given away: then the caller has only itself to blame.
  (void)user_memory::write(caller, UserAddress{in.a3}, &c, sizeof c);
  return made;
}

Result env_map(Environment& caller, const Arguments& in) {
  const uint32_t vpn = in.a2 >> abi::kPageShift;
  const uint32_t flags = in.a2 & (abi::kPageSize - 1);
  if (in.a2 >= abi::kUserEnd || (flags != abi::kBindRead && flags != (abi::kBindRead | abi::kBindWrite)))
    return Status::BadArgument;
  const Result number = capabilities::check_at(caller, in.a0, ResourceKind::Environment, abi::kRightSetUp);
  TRY(number);
  const Result frame = capabilities::check_at(caller, in.a3, ResourceKind::Frame, abi::kRightControl);
  TRY(frame);
  TRY(may_give(caller, frame.value));
  if (abi::EnvState(environments::info(number.value).state) != abi::EnvState::Building) return Status::WrongState;
  return environments::give_guaranteed(environments::get(number.value), vpn, frame.value, flags);
}

Result env_start(Environment& caller, const Arguments& in) {
  if (in.a1 % 4 != 0 || in.a1 >= abi::kUserEnd) return Status::BadArgument;
  const Result number = capabilities::check_at(caller, in.a0, ResourceKind::Environment, abi::kRightSetUp);
  TRY(number);
  if (abi::EnvState(environments::info(number.value).state) != abi::EnvState::Building) return Status::WrongState;
  environments::start(environments::get(number.value), in.a1, in.a2, in.a3);
  return Status::Ok;
}

Result env_kill(Environment& caller, const Arguments& in) {
  const Result number = capabilities::check_at(caller, in.a0, ResourceKind::Environment, abi::kRightDestroy);
  TRY(number);
  leave(environments::get(number.value), abi::Reason::Killed, 0);
  return Status::Ok;
}

Result exit(Environment& caller, const Arguments& in) {
  leave(caller, abi::Reason::Exited, in.a0);
  return Status::Ok;
}

}  // namespace exo::kernel::syscalls
