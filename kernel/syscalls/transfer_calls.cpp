// Calls about protected control transfer: entering, being entered, and who may.
#include "kernel/core/capabilities.hpp"
#include "kernel/core/transfers.hpp"
#include "kernel/core/user_memory.hpp"
#include "kernel/syscalls/dispatch.hpp"

namespace exo::kernel::syscalls {

namespace {
bool is_code(uint32_t pc) { return pc % 4 == 0 && pc < abi::kUserEnd; }
}  // namespace

// The callee's number is in v1: a0 to a3 are part of the message. The value becomes v1 again, which matters to one that
// enters itself: it finds its own number there.
Result pct(Environment& caller, const Arguments&) {
  const uint32_t callee = caller.frame.v1();
  const bool answers = (callee & abi::kStillWaiting) != 0;
  TRY(transfers::transfer(caller, callee & ~abi::kStillWaiting,
                          answers ? transfers::Kind::Answer : transfers::Kind::Sync));
  return Result::of(caller.number);
}

Result pct_async(Environment& caller, const Arguments&) {
  return transfers::transfer(caller, caller.frame.v1(), transfers::Kind::Async);
}

Result entry_set(Environment& caller, const Arguments& in) {
  if (!is_code(in.a0) || !is_code(in.a1) || in.a2 > 1) return Status::BadArgument;
  if (in.a3 != 0) TRY(user_memory::writable(caller, UserAddress{in.a3}, sizeof(Capability)));
  transfers::set_entry(caller, in.a0, in.a1, in.a2 != 0);
  if (in.a3 == 0) return Status::Ok;
  const Capability c = capabilities::mint(ResourceKind::Entry, caller.number, abi::kEntryRights, caller.number);
  return user_memory::write(caller, UserAddress{in.a3}, &c, sizeof c);
}

Result entry_bind(Environment& caller, const Arguments& in) {
  const Result holder = capabilities::check_at(caller, in.a0, ResourceKind::Entry, abi::kRightCall);
  TRY(holder);
  transfers::admit(environments::get(holder.value), caller.number);
  return Status::Ok;
}

Result entry_wait(Environment& caller, const Arguments& in) {
  if (in.a0 > 1) return Status::BadArgument;
  transfers::park(caller, in.a0 == 1);
  return Status::Ok;
}

}  // namespace exo::kernel::syscalls
