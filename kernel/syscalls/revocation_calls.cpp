// Calls about taking back: asking, demanding, and naming where contents go if it comes to that.
#include "kernel/core/capabilities.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/repossession.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/syscalls/dispatch.hpp"

namespace exo::kernel::syscalls {

Result revoke(Environment& caller, const Arguments& in) {
  const uint32_t right = abi::asks_for_slice(in.a2)      ? abi::kRightProcessor
                         : abi::asks_for_download(in.a2) ? abi::kRightDevices
                                                         : abi::kRightMemory;
  TRY(capabilities::check_at(caller, in.a0, ResourceKind::Authority, right));
  return revocation::request(in.a1, in.a2, revocation::Limits::unpack(in.a3));
}

Result revoke_demand(Environment& caller, const Arguments& in) {
  if (in.a2 == 0 || in.a2 > 0xffff) return Status::BadArgument;
  TRY(capabilities::check_at(caller, in.a0, ResourceKind::Authority, abi::kRightMemory));
  return revocation::demand(in.a1, in.a2);
}

Result save_location(Environment& caller, const Arguments& in) {
  if (in.a2 == 0) return repossession::clear_location(caller, in.a0);
  const Result save = capabilities::check_at(caller, in.a2, ResourceKind::Frame, abi::kRightWrite);
  TRY(save);
  return repossession::set_location(caller, in.a0, in.a1, save.value);
}

}  // namespace exo::kernel::syscalls
