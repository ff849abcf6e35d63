// Why a frame, a TLB entry or a slot of the STLB is as it is: who has it and since when, or who took it away and why.
#include <fmt/format.h>

#include "explorer/model/explain_parts.hpp"

namespace exo::model::explaining {

using abi::Event;
using causes::want;

void frame_wants(const Case& one, std::vector<Want>& wants) {
  const causes::Thing thing = causes::frame(one.number);
  const FrameState& frame = one.state.frames[one.number];
  if (const RequestState* request = request_for(one.state, one.number)) return want_request(*request, wants);
  if (frame.owner == 0 && frame.taken != 0) {
    wants.push_back(want(Event::RevokeAborted, {"asked", thing}));
    return;
  }
  if (frame.owner == 0) {
    wants.push_back(want(Event::FrameFreed, {"frame", thing}));
    wants.push_back(want(Event::RevokeReturned, {"asked", thing}, {}, causes::kAnyCase, 2));
    return;
  }
  for (const Event id : {Event::FrameAllocated, Event::FrameTransferred}) wants.push_back(want(id, {"frame", thing}));
  wants.push_back(want(Event::FrameGuaranteed, {"frame", thing}, {}, causes::kAnyCase, 2));
  wants.push_back(want(Event::Bound, {"pfn", thing}, {}, causes::kAnyCase, 3));
}

namespace {

std::string owned_sentence(const Case& one, const FrameState& frame) {
  const std::string owner = one.name(frame.owner);
  const model::Event* got = nullptr;
  for (const model::Event& event : one.found.events)
    if (event.id == Event::FrameAllocated || event.id == Event::FrameTransferred) {
      got = &event;
      break;
    }
  std::string text = fmt::format("Frame {} is {}'s", one.number, owner);
  if (got == nullptr)
    text += ": when it got it lies further back than was looked";
  else if (got->id == Event::FrameTransferred)
    text += fmt::format(": {} made it the owner {}", one.name(got->args[2]), one.ago(got->ticks));
  else
    text += fmt::format(": it took it {}", one.ago(got->ticks));
  if ((frame.flags & abi::kFrameEnvironmentPage) != 0)
    text += ", as its environment page";
  else if ((frame.flags & abi::kFrameGuaranteed) != 0)
    text += ", and it belongs to its guaranteed minimum, which is never taken";
  if (frame.bindings == 0) return text + "; nothing is bound to it.";
  return text + fmt::format("; {} on it.", frame.bindings == 1 ? std::string("one binding stands")
                                                               : fmt::format("{} bindings stand", frame.bindings));
}

}  // namespace

std::string frame_sentence(const Case& one) {
  const FrameState& frame = one.state.frames[one.number];
  if (const RequestState* request = request_for(one.state, one.number))
    return pending_sentence(one, *request, fmt::format("Frame {} is orange", one.number));
  if (frame.owner != 0) return owned_sentence(one, frame);
  if (const model::Event* taken = frame.taken != 0 ? one.found.latest(Event::RevokeAborted) : nullptr) {
    const RequestState& request = one.state.requests[request_place(one.state, taken->args[0])];
    const bool known = request.id == taken->args[0] && request.deadline_us != 0;
    return fmt::format("Frame {} is nobody's: the kernel took it from {} by force {}, because {}{}.", one.number,
                       one.name(taken->args[1]), one.ago(taken->ticks),
                       known
                           ? fmt::format("the deadline of {} \u00b5s passed without an answer to ", request.deadline_us)
                           : std::string("its deadline passed without an answer"),
                       known ? who_asked(one, request) : std::string());
  }
  if (frame.taken != 0)
    return fmt::format("Frame {} is nobody's: it was taken from {} by force.", one.number, one.name(frame.last_owner));
  const model::Event* freed = one.found.latest(Event::FrameFreed);
  if (freed == nullptr) return fmt::format("Frame {} is free: nobody has taken it yet.", one.number);
  const model::Event* returned = one.found.latest(Event::RevokeReturned);
  if (returned != nullptr && returned->number + causes::kNear > freed->number) {
    const RequestState& request = one.state.requests[request_place(one.state, returned->args[0])];
    if (request.id == returned->args[0])
      return fmt::format("Frame {} is free: {} returned it {}, {}.", one.number, one.name(returned->args[1]),
                         one.ago(returned->ticks), asked_because(one, request));
  }
  return fmt::format("Frame {} is free: it was {}'s until {}, then {}.", one.number, one.name(freed->args[2]),
                     moment_text(freed->ticks), reason_text(freed->args[3]));
}

void tlb_wants(const Case& one, std::vector<Want>& wants) {
  for (const Event id : {Event::TlbWritten, Event::TlbRefilled})
    wants.push_back(want(id, {"index", causes::number(one.number)}));
}

namespace {

std::string halves_text(const std::uint32_t (&lo)[2]) {
  std::string text;
  for (const std::uint32_t half : lo) {
    if ((half & abi::kLoValid) == 0) continue;
    text += (text.empty() ? "" : " and ") + pfn_text(abi::entry_lo_pfn(half));
  }
  return text;
}

/// "authorised once, at 900 µs, by a capability for frame 5"; empty when the chain doesn't show the binding.
std::string authorised(const Case& one) {
  const model::Event* bound = one.found.latest(Event::Bound);
  if (bound == nullptr) return "";
  const bool checked = one.found.cause(bound->number, Event::CapabilityChecked) != nullptr;
  return fmt::format("the binding that {} made at {}{}", one.name(bound->env), moment_text(bound->ticks),
                     checked ? fmt::format(", when a capability for {} was checked", pfn_text(bound->args[1])) : "");
}

}  // namespace

std::string tlb_sentence(const Case& one) {
  const TlbState& entry = one.state.tlb[one.number];
  const model::Event* written = one.found.events.empty() ? nullptr : &one.found.events.front();
  if (((entry.lo[0] | entry.lo[1]) & abi::kLoValid) == 0) {
    if (written == nullptr) return fmt::format("TLB entry {} is empty: nothing was written to it.", one.number);
    const model::Event* broken = one.found.latest(Event::Unbound);
    return fmt::format("TLB entry {} is empty: the kernel cleared it {}{}.", one.number, one.ago(written->ticks),
                       broken == nullptr ? std::string()
                                         : fmt::format(", because the binding to {} is broken: {}",
                                                       pfn_text(broken->args[2]), reason_text(broken->args[3])));
  }
  const std::string what = fmt::format("TLB entry {} maps {} of {} to {}", one.number,
                                       (entry.lo[0] & entry.lo[1] & abi::kLoValid) != 0 ? "two pages" : "a page",
                                       tag_owner(entry.hi, one.state), halves_text(entry.lo));
  const std::string why = authorised(one);
  if (written == nullptr) return what + ": when it was written lies further back than was looked.";
  if (written->id == Event::TlbRefilled)
    return fmt::format("{}: {} missed it {}, and the kernel found it in the STLB{}.", what, one.name(written->env),
                       one.ago(written->ticks), why.empty() ? "" : ", from " + why);
  return fmt::format("{}: the kernel wrote it {}{}.", what, one.ago(written->ticks),
                     why.empty() ? "" : ", from " + why);
}

void stlb_wants(const Case& one, std::vector<Want>& wants) {
  const StlbState& entry = one.state.stlb[one.number];
  if (entry.tag == abi::kStlbFree) {
    if (entry.changed == 0) return;
    // Its last binding was broken: the event carries page and holder, and the slot follows from both.
    wants.push_back(want(Event::Bound, {"slot", causes::number(one.number)}));
    return;
  }
  const std::uint32_t holder = holder_of(one.state, entry.tag);
  const std::uint32_t even = abi::entry_hi_vpn(entry.tag);
  for (std::uint32_t half = 0; half < 2; ++half)
    if (entry.lo[half] != 0)
      wants.push_back(want(Event::Bound, {"page", causes::page(even + half)}, {"env", causes::environment(holder)},
                           causes::kAnyCase, half + 1));
}

std::string stlb_sentence(const Case& one) {
  const StlbState& entry = one.state.stlb[one.number];
  if (entry.tag == abi::kStlbFree) {
    if (entry.changed == 0) return fmt::format("STLB slot {} is empty: nothing was bound in it.", one.number);
    const model::Event* bound = one.found.latest(Event::Bound);
    return fmt::format("STLB slot {} is empty: {} is broken.", one.number,
                       bound == nullptr
                           ? std::string("what was bound in it")
                           : fmt::format("{}'s binding of page {:#x} to {}, made at {},", one.name(bound->env),
                                         bound->args[0], pfn_text(bound->args[1]), moment_text(bound->ticks)));
  }
  const std::string why = authorised(one);
  return fmt::format("STLB slot {} holds {} of {}, which map{} to {}{}.", one.number,
                     (entry.lo[0] != 0 && entry.lo[1] != 0) ? "two pages" : "a page", tag_owner(entry.tag, one.state),
                     (entry.lo[0] != 0 && entry.lo[1] != 0) ? "" : "s", halves_text(entry.lo),
                     why.empty() ? "" : ": it is " + why);
}

}  // namespace exo::model::explaining
