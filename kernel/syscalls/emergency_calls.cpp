// Calls about giving up even the guaranteed frames, and coming back.
#include "kernel/core/capabilities.hpp"
#include "kernel/core/emergency.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/user_memory.hpp"
#include "kernel/syscalls/dispatch.hpp"

namespace exo::kernel::syscalls {

Result emergency(Environment& caller, const Arguments& in) {
  TRY(capabilities::check_at(caller, in.a0, ResourceKind::Authority, abi::kRightMemory));
  if (!environments::is_ready(in.a1) || !environments::is_ready(in.a2)) return Status::NoSuchEnvironment;
  return emergency::tell(environments::get(in.a1), in.a2);
}

Result env_submit(Environment& caller, const Arguments& in) { return emergency::submit(caller, in.a0); }

Result env_fetch(Environment& caller, const Arguments& in) {
  TRY(user_memory::writable(caller, UserAddress{in.a2}, sizeof(Capability)));
  uint32_t frame = 0;
  const Result where = emergency::fetch(caller, in.a0, in.a1, frame);
  TRY(where);
  const Capability c = capabilities::mint(ResourceKind::Frame, frame, abi::kFrameRights, caller.number);
  (void)user_memory::write(caller, UserAddress{in.a2}, &c, sizeof c);
  return where;
}

Result env_restore(Environment& caller, const Arguments& in) {
  const Result frame = capabilities::check_at(caller, in.a2, ResourceKind::Frame, abi::kRightControl);
  TRY(frame);
  if (frames::info(frame.value).owner != caller.number) return Status::NotOwner;
  if (frames::has_flag(frame.value, abi::kFrameGuaranteed)) return Status::Guaranteed;
  if (frames::has_flag(frame.value, abi::kFrameUnderRevocation)) return Status::UnderRevocation;
  return emergency::restore(caller, in.a0, in.a1, frame.value);
}

Result env_resume(Environment& caller, const Arguments& in) { return emergency::resume(caller, in.a0); }

}  // namespace exo::kernel::syscalls
