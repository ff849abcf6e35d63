// Calls about frames and bindings.
#include "kernel/core/bindings.hpp"
#include "kernel/core/capabilities.hpp"
#include "kernel/core/first_program.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/user_memory.hpp"
#include "kernel/syscalls/dispatch.hpp"

namespace exo::kernel::syscalls {

namespace {
using capabilities::Deadlines;

bool is_user_page(uint32_t vpn) { return vpn < abi::kUserEnd >> abi::kPageShift; }

// A frame capability at `address` with Control over a frame that the caller owns.
Result owned_frame(Environment& caller, uint32_t address, Deadlines deadlines = Deadlines::First) {
  const Result frame = capabilities::check_at(caller, address, ResourceKind::Frame, abi::kRightControl, deadlines);
  TRY(frame);
  if (frames::info(frame.value).owner != caller.number) return Status::NotOwner;
  return frame;
}

Result issue(Environment& caller, uint32_t frame, uint32_t holder, uint32_t out) {
  const Capability c = capabilities::mint(ResourceKind::Frame, frame, abi::kFrameRights, holder);
  (void)user_memory::write(caller, UserAddress{out}, &c, sizeof c);
  return Result::of(frame);
}
}  // namespace

Result frame_allocate(Environment& caller, const Arguments& in) {
  TRY(user_memory::writable(caller, UserAddress{in.a1}, sizeof(Capability)));
  const Result frame = frames::allocate(caller.number, in.a0);
  TRY(frame);
  // Clearing the frame lets deadlines pass, and one of them may have taken the page of the answer.
  if (const Status status = user_memory::writable(caller, UserAddress{in.a1}, sizeof(Capability));
      status != Status::Ok) {
    frames::release(frame.value, abi::Reason::Returned);
    return status;
  }
  return issue(caller, frame.value, caller.number, in.a1);
}

Result frame_free(Environment& caller, const Arguments& in) {
  const Result frame = owned_frame(caller, in.a0, Deadlines::Wait);
  TRY(frame);
  if (frames::has_flag(frame.value, abi::kFrameGuaranteed)) return Status::Guaranteed;
  revocation::returned(caller.number, frame.value);
  frames::release(frame.value, abi::Reason::Returned);
  return Status::Ok;
}

Result frame_transfer(Environment& caller, const Arguments& in) {
  const Result frame = owned_frame(caller, in.a0);
  TRY(frame);
  if (frames::has_flag(frame.value, abi::kFrameGuaranteed)) return Status::Guaranteed;
  if (frames::has_flag(frame.value, abi::kFrameUnderRevocation)) return Status::UnderRevocation;
  if (!environments::exists(in.a1)) return Status::NoSuchEnvironment;
  // Nobody could ask a sleeping environment for it.
  if (!environments::is_ready(in.a1)) return Status::WrongState;
  TRY(user_memory::writable(caller, UserAddress{in.a2}, sizeof(Capability)));
  frames::transfer(frame.value, in.a1);
  return issue(caller, frame.value, in.a1, in.a2);
}

Result frame_guard(Environment& caller, const Arguments& in) {
  // Control itself can't be guarded away: its owner could never undo it.
  if ((in.a1 & ~abi::kFrameRights) != 0 || !(in.a1 & abi::kRightControl)) return Status::BadArgument;
  const Result frame = owned_frame(caller, in.a0);
  TRY(frame);
  frames::set_guard(frame.value, in.a1);
  return Status::Ok;
}

Result bind(Environment& caller, const Arguments& in) {
  if (!is_user_page(in.a1) || (in.a2 != abi::kBindRead && in.a2 != (abi::kBindRead | abi::kBindWrite)))
    return Status::BadArgument;
  static_assert(abi::kBindRead == abi::kRightRead && abi::kBindWrite == abi::kRightWrite);
  const Result frame = capabilities::check_at(caller, in.a0, ResourceKind::Frame, in.a2);
  TRY(frame);
  if (frames::info(frame.value).owner == 0) return Status::StaleCapability;
  bindings::install(caller, in.a1, abi::pfn_of_frame(frame.value), in.a2);
  return Status::Ok;
}

Result protect(Environment& caller, const Arguments& in) {
  constexpr uint32_t kMost = 1024;  // pages a call: it must end before someone's deadline is missed by much
  if (!is_user_page(in.a0) || in.a1 > kMost || in.a1 > (abi::kUserEnd >> abi::kPageShift) - in.a0)
    return Status::BadArgument;
  if (in.a2 != abi::kBindRead && in.a2 != (abi::kBindRead | abi::kBindWrite)) return Status::BadArgument;
  const Result changed = bindings::protect(caller, in.a0, in.a1, in.a2 & abi::kBindWrite);
  trace::emit(abi::Event::Protected, in.a0, in.a1, in.a2, changed.value);
  return changed;
}

Result unbind(Environment& caller, const Arguments& in) {
  if (!is_user_page(in.a0)) return Status::BadArgument;
  return bindings::remove(caller, in.a0);
}

Result expose(Environment& caller, const Arguments& in) {
  if (!is_user_page(in.a2)) return Status::BadArgument;
  uint32_t first = 0, pages = 0;
  switch (abi::ExposedRegion(in.a0)) {
    case abi::ExposedRegion::Tables:
      first = abi::kExposedPhysical;
      pages = sizeof(abi::ExposedTables) / abi::kPageSize;
      break;
    case abi::ExposedRegion::Stlb:
      first = abi::kStlbPhysical;
      pages = abi::kStlbEntries * sizeof(abi::StlbEntry) / abi::kPageSize;
      break;
    case abi::ExposedRegion::Archive: {
      const first_program::Archive archive = first_program::archive();
      first = archive.physical_start;
      pages = (first % abi::kPageSize + archive.bytes + abi::kPageSize - 1) / abi::kPageSize;
      break;
    }
    default:
      return Status::BadArgument;
  }
  if (in.a1 >= pages) return Status::BadArgument;
  bindings::install(caller, in.a2, (first >> abi::kPageShift) + in.a1, abi::kBindRead | abi::kBindExposed);
  return Status::Ok;
}

}  // namespace exo::kernel::syscalls
