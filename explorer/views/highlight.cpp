#include "explorer/views/highlight.hpp"

namespace exo::views {
namespace {

using model::State;

bool maps_frame(std::uint32_t lo, std::uint32_t frame) {
  return (lo & abi::kLoValid) != 0 && abi::entry_lo_pfn(lo) == abi::pfn_of_frame(frame);
}

void add_frame_of(Highlight& out, std::uint32_t lo) {
  const std::uint32_t pfn = abi::entry_lo_pfn(lo);
  if ((lo & abi::kLoValid) != 0 && abi::is_exported(pfn)) out.frames.set(abi::frame_of_pfn(pfn));
}

void relate_frame(Highlight& out, const State& state, std::uint32_t frame) {
  if (frame >= abi::kFrameCount) return;
  out.frames.set(frame);
  out.envs.set(state.frames[frame].owner % abi::kMaxEnvironments);
  for (std::size_t i = 0; i < state.tlb.size(); ++i)
    if (maps_frame(state.tlb[i].lo[0], frame) || maps_frame(state.tlb[i].lo[1], frame)) out.tlb.set(i);
  for (std::size_t i = 0; i < state.stlb.size(); ++i) {
    const auto& entry = state.stlb[i];
    if (entry.tag == abi::kStlbFree || (!maps_frame(entry.lo[0], frame) && !maps_frame(entry.lo[1], frame))) continue;
    out.stlb.set(i);
    out.envs.set(model::holder_of(state, entry.tag));
  }
  for (const auto& request : state.requests)
    if (request.id != 0 && request.asked == frame) out.requests.set(request.id % abi::kMaxRequests);
}

void relate_environment(Highlight& out, const State& state, std::uint32_t env) {
  if (env >= abi::kMaxEnvironments) return;
  out.envs.set(env);
  for (std::size_t i = 0; i < state.frames.size(); ++i)
    if (env != 0 && state.frames[i].owner == env) out.frames.set(i);
  for (std::size_t i = 0; i < state.slices.size(); ++i)
    if (env != 0 && state.slices[i] == env) out.slices.set(i);
  if (env == 0 || state.envs[env].state == abi::EnvState::Free) return;
  for (std::size_t i = 0; i < state.tlb.size(); ++i)
    if (((state.tlb[i].lo[0] | state.tlb[i].lo[1]) & abi::kLoValid) && model::holder_of(state, state.tlb[i].hi) == env)
      out.tlb.set(i);
  for (std::size_t i = 0; i < state.stlb.size(); ++i)
    if (state.stlb[i].tag != abi::kStlbFree && model::holder_of(state, state.stlb[i].tag) == env) out.stlb.set(i);
  for (const auto& request : state.requests)
    if (request.id != 0 && request.env == env) out.requests.set(request.id % abi::kMaxRequests);
}

void relate_download(Highlight& out, const State& state, std::uint32_t number) {
  const model::DownloadState& download = state.downloads[number];
  if (!download.installed) return;
  out.envs.set(download.owner % abi::kMaxEnvironments);
  for (const auto& page : download.pages)
    if (page.frame < abi::kFrameCount) out.frames.set(page.frame);
  for (const auto& request : state.requests)
    if (request.id != 0 && request.asked == abi::asked_download(number))
      out.requests.set(request.id % abi::kMaxRequests);
}

void relate_entry(Highlight& out, const State& state, std::uint32_t hi, const std::uint32_t (&lo)[2]) {
  add_frame_of(out, lo[0]);
  add_frame_of(out, lo[1]);
  out.envs.set(model::holder_of(state, hi));
}

}  // namespace

const model::RequestState* pending_request(const State& state, std::uint32_t frame) {
  const model::RequestState* found = nullptr;
  for (const auto& request : state.requests) {
    if (request.id == 0 || request.outcome != model::Outcome::Pending || request.asked != frame) continue;
    if (found == nullptr || request.id > found->id) found = &request;
  }
  return found;
}

Highlight relate(const Selection& selection, const State& state) {
  using Kind = Selection::Kind;
  Highlight out;
  const auto number = std::uint32_t(selection.number);
  switch (selection.kind) {
    case Kind::None:
    case Kind::Event:
    case Kind::Attempt:
      return out;
    case Kind::Download:
      if (number >= abi::kMaxDownloads) return out;
      relate_download(out, state, number);
      break;
    case Kind::Packet: {
      const auto& packet = state.wire.packets[number % model::kPacketsKept];
      if (packet.arrived == 0 || packet.number != number) return out;
      out.envs.set(packet.owner % abi::kMaxEnvironments);
      if (packet.ring < abi::kFrameCount) out.frames.set(packet.ring);
      break;
    }
    case Kind::Frame:
      relate_frame(out, state, number);
      break;
    case Kind::Environment:
      relate_environment(out, state, number);
      break;
    case Kind::TlbEntry:
      if (number >= abi::kTlbEntries) return out;
      out.tlb.set(number);
      relate_entry(out, state, state.tlb[number].hi, state.tlb[number].lo);
      for (std::size_t i = 0; i < state.stlb.size(); ++i)
        if (state.stlb[i].tag != abi::kStlbFree && state.stlb[i].tag == state.tlb[number].hi) out.stlb.set(i);
      break;
    case Kind::StlbSlot:
      if (number >= abi::kStlbEntries) return out;
      out.stlb.set(number);
      if (state.stlb[number].tag == abi::kStlbFree) break;
      relate_entry(out, state, state.stlb[number].tag, state.stlb[number].lo);
      for (std::size_t i = 0; i < state.tlb.size(); ++i)
        if (state.tlb[i].hi == state.stlb[number].tag) out.tlb.set(i);
      break;
    case Kind::Slice:
      if (number >= abi::kSlicePositions) return out;
      out.slices.set(number);
      out.envs.set(state.slices[number] % abi::kMaxEnvironments);
      for (const auto& request : state.requests)
        if (request.id != 0 && request.asked == abi::asked_slice(number))
          out.requests.set(request.id % abi::kMaxRequests);
      break;
    case Kind::Request: {
      const auto& request = state.requests[model::request_place(state, number)];
      if (request.id != number) return out;
      out.requests.set(number % abi::kMaxRequests);
      out.envs.set(request.env % abi::kMaxEnvironments);
      if (request.asked < abi::kFrameCount) relate_frame(out, state, request.asked);
      if (request.asked - abi::kAskedSlice < abi::kSlicePositions) out.slices.set(request.asked - abi::kAskedSlice);
      break;
    }
  }
  out.envs.reset(0);
  out.any = true;
  return out;
}

}  // namespace exo::views
