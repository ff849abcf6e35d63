#include "kernel/core/emergency.hpp"

#include "kernel/core/capabilities.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/transfers.hpp"

namespace exo::kernel::emergency {

using abi::EnvState;
using abi::Event;

namespace {
constexpr uint32_t kPageSlot = 0;  // of the guaranteed mappings: the environment page

// A dormant environment that the caller keeps.
Result kept_by(const Environment& server, uint32_t number) {
  if (!environments::exists(number)) return Status::NoSuchEnvironment;
  if (environments::state(number) != EnvState::Dormant) return Status::WrongState;
  if (environments::get(number).server != server.number) return Status::NotOwner;
  return Result::of(number);
}

void take_page_away(Environment& e) {
  e.page = nullptr;
  e.page_frame = abi::kNoFrame;
}

void give_page(Environment& e, uint32_t frame) {
  e.page_frame = frame;
  e.page = reinterpret_cast<abi::EnvironmentPage*>(frames::contents(frame));
  e.page->page = capabilities::mint(ResourceKind::Frame, frame, abi::kRightRead | abi::kRightWrite, e.number);
}
}  // namespace

Status tell(Environment& e, uint32_t server) {
  if (!e.wants(abi::Upcall::Emergency)) return Status::WrongState;
  e.server = server;
  e.news.emergency = true;
  transfers::close(e);
  return Status::Ok;
}

Status submit(Environment& caller, uint32_t server) {
  if (!environments::is_ready(server) || server == caller.number) return Status::NoSuchEnvironment;
  const abi::EnvironmentInfo& i = environments::info(caller.number);
  if (i.frames != i.guaranteed) return Status::NotOwner;
  if (caller.news.requests != 0) return Status::WrongState;
  caller.server = server;
  caller.news.emergency = false;
  environments::info(caller.number).state = uint8_t(EnvState::Dormant);
  trace::emit(Event::EnvSubmitted, caller.number, server);
  slices::next(abi::Reason::Submitted);
  return Status::Ok;
}

Result fetch(Environment& server, uint32_t number, uint32_t slot, uint32_t& frame) {
  TRY(kept_by(server, number));
  if (slot >= abi::kGuaranteedMappings) return Status::BadArgument;
  Environment& e = environments::get(number);
  Guarantee& g = e.guarantees[slot];
  if (g.flags == 0 || g.pfn == kNoPfn) return Status::NotBound;
  frame = abi::frame_of_pfn(g.pfn);
  g.pfn = kNoPfn;
  if (slot == kPageSlot) take_page_away(e);
  trace::emit(Event::GuaranteeTaken, number, g.vpn, server.number);
  frames::transfer(frame, server.number);
  return Result::of(g.vpn << abi::kPageShift | g.flags);
}

Status restore(Environment& server, uint32_t number, uint32_t slot, uint32_t frame) {
  TRY(kept_by(server, number));
  if (slot >= abi::kGuaranteedMappings) return Status::BadArgument;
  Environment& e = environments::get(number);
  Guarantee& g = e.guarantees[slot];
  if (g.flags == 0) return Status::BadArgument;
  if (g.pfn != kNoPfn) return Status::NotFree;
  frames::transfer(frame, number);
  frames::set_guaranteed(frame, slot == kPageSlot ? abi::kFrameEnvironmentPage : 0);
  g.pfn = abi::pfn_of_frame(frame);
  trace::emit(Event::GuaranteeSet, number, g.vpn, g.pfn, g.flags);
  if (slot == kPageSlot) give_page(e, frame);
  return Status::Ok;
}

Status resume(Environment& server, uint32_t number) {
  TRY(kept_by(server, number));
  Environment& e = environments::get(number);
  for (const Guarantee& g : e.guarantees)
    if (g.flags != 0 && g.pfn == kNoPfn) return Status::WrongState;
  environments::info(number).state = uint8_t(EnvState::Ready);
  trace::emit(Event::EnvResumed, number);
  return Status::Ok;
}

void forget(uint32_t server) {
  for (uint32_t number = 1; number < abi::kMaxEnvironments; ++number)
    if (environments::state(number) == EnvState::Dormant && environments::get(number).server == server)
      environments::destroy(environments::get(number), abi::Reason::OwnerGone, server);
}

}  // namespace exo::kernel::emergency
