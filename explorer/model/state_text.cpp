// One function a section.
#include "explorer/model/state_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "explorer/model/words.hpp"

namespace exo::model {

namespace {

/// Appends to one growing text.
class Writer {
 public:
  template <class... Parts>
  void line(fmt::format_string<Parts...> format, Parts&&... parts) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Parts>(parts)...);
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string time_text(Ticks ticks) { return ticks == kNever ? "-" : fmt::format("{}", ticks); }

std::string frame_flags(const FrameState& frame) {
  std::string text;
  const auto add = [&](bool set, std::string_view word) {
    if (set) text += fmt::format(" {}", word);
  };
  add(frame.flags & abi::kFrameGuaranteed, "guaranteed");
  add(frame.flags & abi::kFrameUnderRevocation, "under-revocation");
  add(frame.flags & abi::kFrameEnvironmentPage, "environment-page");
  add(frame.flags & abi::kFrameSaving, "saving");
  if (const int rest = frame.flags & ~15; rest != 0) text += fmt::format(" flags={:#x}", rest);
  add(frame.taken != 0, "taken-by-force");
  return text;
}

void clock(Writer& out, const State& state) {
  out.line("[clock]");
  out.line("events {}", state.number);
  out.line("ticks {} ({})", state.now, micros_text(state.now));
  out.line("booted {}{}", state.booted ? "yes" : "no", state.panicked ? ", panicked" : "");
  out.line("certain {}", state.certain ? "yes" : "no");
}

void counters(Writer& out, const State& state) {
  out.line("[counters]");
  out.line("free-frames {}", state.free_frames);
  out.line("stlb-used {}", state.stlb_used);
  out.line("authorizations {}", state.authorizations);
  out.line("refusals {}", state.refusals);
  out.line("refills {}", state.uses);
  out.line("dropped {}", state.dropped);
}

/// How others enter it, and why it may not run.
void transfers(Writer& out, const EnvironmentState& env, std::uint32_t number) {
  const EntryState& entry = env.entry;
  if ((entry.sync | entry.async) != 0 || entry.generation != 1 || entry.admitted != 0)
    out.line("env {} entered: at {:#x}, asynchronously at {:#x}, generation {}{}, admitted {:#x}", number, entry.sync,
             entry.async, entry.generation, entry.guarded ? ", guarded" : "", entry.admitted);
  if (env.parked || env.calls != 0 || env.excess != 0 || env.forfeited != 0)
    out.line("env {} processor: {}calls {}, owes {}, forfeited {}", number, env.parked ? "parked, " : "", env.calls,
             env.excess, env.forfeited);
  if (env.server != 0) out.line("env {} kept by {}", number, env.server);
}

void environment(Writer& out, const State& state, std::uint32_t number) {
  const EnvironmentState& env = state.envs[number];
  if (env.state == abi::EnvState::Free && env.generation == 0) return;
  out.line("env {} \"{}\": {}{}{}, asid {}, generation {}, page {}", number,
           env.name[0] != '\0' ? env_name(state, number) : "", env_state_text(env.state),
           env.behaviour == Behaviour::Hung ? " (hung)" : "", env.masked != 0 ? " (upcall waits)" : "", env.asid,
           env.generation, env.page_frame == abi::kNoFrame ? "-" : fmt::format("{}", env.page_frame));
  out.line("env {} owns: frames {}, guaranteed {}, bindings {}, slices {}", number, env.frames, env.guaranteed,
           env.bindings, env.slices);
  out.line("env {} did: ran {}, refills {}, misses {}, authorizations {}, refusals {}, calls refused {}", number,
           env.ran, env.refills, env.misses, env.authorizations, env.refusals, env.syscalls_refused);
  transfers(out, env, number);
  for (std::size_t i = 0; i < env.guarantees.size(); ++i)
    if (const GuaranteeState& slot = env.guarantees[i]; slot.flags != 0)
      out.line("env {} guarantee {}: page {:#x} to {} ({})", number, i, slot.page, pfn_text(slot.pfn),
               flags_text(slot.flags));
  for (std::size_t i = 0; i < env.save_locations.size(); ++i)
    if (const SaveLocationState& slot = env.save_locations[i]; slot.save != abi::kNoFrame)
      out.line("env {} save location {}: {} into {}", number, i, frame_text(slot.frame), frame_text(slot.save));
}

void frames(Writer& out, const State& state) {
  out.line("[frames]");
  for (std::uint32_t i = 0; i < abi::kFrameCount; ++i) {
    const FrameState& frame = state.frames[i];
    const bool pristine = frame.owner == 0 && frame.flags == 0 && frame.generation == 1 &&
                          frame.guard == abi::kFrameRights && frame.bindings == 0 && frame.in_tlb == 0 &&
                          frame.taken == 0;
    if (pristine) continue;
    out.line("frame {}: {}, generation {}, guard {}, bindings {}, in tlb {}{}", i,
             frame.owner == 0 ? "free" : fmt::format("owner {} {}", frame.owner, env_name(state, frame.owner)),
             frame.generation, rights_text(frame.guard), frame.bindings, frame.in_tlb, frame_flags(frame));
  }
}

/// Both halves under a tag, as the TLB and the STLB hold them.
void pair(Writer& out, const State& state, std::string_view what, std::uint32_t number, std::uint32_t tag,
          const std::uint32_t (&lo)[2]) {
  out.line("{} {}: {} -> {} | {} ({:#010x} {:#010x} {:#010x})", what, number, tag_text(tag, state), lo_text(lo[0]),
           lo_text(lo[1]), tag, lo[0], lo[1]);
}

void translations(Writer& out, const State& state) {
  out.line("[bindings]");
  for (std::uint32_t i = 0; i < abi::kStlbEntries; ++i)
    if (state.stlb[i].tag != abi::kStlbFree) pair(out, state, "stlb", i, state.stlb[i].tag, state.stlb[i].lo);
  out.line("[tlb]");
  for (std::uint32_t i = 0; i < abi::kTlbEntries; ++i) pair(out, state, "tlb", i, state.tlb[i].hi, state.tlb[i].lo);
}

void processor(Writer& out, const State& state) {
  out.line("[slices]");
  out.line("running {} at position {}", env_name(state, state.running), state.slice_position);
  for (std::uint32_t i = 0; i < abi::kSlicePositions; ++i) {
    if (state.slices[i] == 0 && state.slice_generations[i] == 1) continue;
    out.line("slice {}: {}, generation {}{}", i,
             state.slices[i] == 0 ? "free" : fmt::format("{} {}", state.slices[i], env_name(state, state.slices[i])),
             state.slice_generations[i], (state.slices_asked >> i & 1) != 0 ? ", asked back" : "");
  }
  out.line("[units]");
  out.line("floating point: {}", state.fpu_owner == 0 ? "nobody" : env_name(state, state.fpu_owner));
  for (std::uint32_t i = 0; i < abi::kDevices; ++i) {
    // The wire is nobody's alone.
    if (abi::Device(i) == abi::Device::Wire && state.devices[i].generation == 1) continue;
    out.line("{}: {}, generation {}", device_name(i),
             state.devices[i].holder == 0 ? "nobody" : env_name(state, state.devices[i].holder),
             state.devices[i].generation);
  }
}

void requests(Writer& out, const State& state) {
  out.line("[requests]");
  // In order of their ids, which isn't the order of their places.
  std::uint32_t after = 0;
  for (;;) {
    const RequestState* next = nullptr;
    for (const RequestState& request : state.requests)
      if (request.id > after && (next == nullptr || request.id < next->id)) next = &request;
    if (next == nullptr) return;
    after = next->id;
    out.line("request {}: {} of {} {}, {}{}, patience {} µs, deadline {} µs, saved to {}", next->id,
             asked_text(next->asked), next->env, env_name(state, next->env), outcome_text(next->outcome),
             next->demanded ? " (demanded)" : "", next->patience_us, next->deadline_us,
             next->saved_to == abi::kNoFrame ? "-" : fmt::format("{}", next->saved_to));
    out.line("request {} ticks: requested {}, delivered {}, armed {}, fires {}, done {}, notified {}", next->id,
             time_text(next->requested), time_text(next->delivered), time_text(next->armed), time_text(next->fires),
             time_text(next->done), time_text(next->notified));
  }
}

void download(Writer& out, const State& state, std::uint32_t number) {
  const DownloadState& one = state.downloads[number];
  if (one.kind == abi::DownloadKind::None && !one.installed && one.generation == 1) return;
  out.line("download {}: {} of {} {}, {}, generation {}, attempt {}, calls {}, ticks {}", number,
           download_kind_name(one.kind), one.owner, env_name(state, one.owner),
           one.installed ? (one.asked ? "installed, asked back" : "installed")
                         : fmt::format("gone: {}", reason_text(one.removed)),
           one.generation, one.offer, one.calls, one.ticks);
  if (one.filter != 0) out.line("download {} handles the packets of download {}", number, one.filter);
  if (one.kind == abi::DownloadKind::Filter) out.line("download {} has place {} among the filters", number, one.order);
  if (one.copied != 0) out.line("download {} copied {} bytes", number, one.copied);
  for (std::size_t i = 0; i < one.pages.size(); ++i)
    if (const DownloadPageState& page = one.pages[i]; page.frame != abi::kNoFrame)
      out.line("download {} page {}: {}, generation {}{}", number, i, frame_text(page.frame), page.generation,
               page.writable ? ", writable" : "");
}

void downloads(Writer& out, const State& state) {
  out.line("[downloads]");
  for (std::uint32_t number = 1; number < abi::kMaxDownloads; ++number) download(out, state, number);
  if (const WireState& wire = state.wire; wire.tree != 0)
    out.line("tree: nodes {}, edges {}, words {}{}", wire.nodes, wire.edges, wire.words,
             wire.tree_stale ? ", being built anew" : "");
  for (std::uint32_t i = 1; i < abi::kMaxEnvironments; ++i) {
    const EnvironmentState& env = state.envs[i];
    if (env.asleep)
      out.line("env {} sleeps{}", i, env.predicate == 0 ? "" : fmt::format(" on download {}", env.predicate));
    if (env.may_send) out.line("env {} may send", i);
    if ((env.claimed | env.sent | env.sleeps | env.runs) != 0)
      out.line("env {} packets: claimed {}, sent {}; slept {} times; downloads ran {} times", i, env.claimed, env.sent,
               env.sleeps, env.runs);
  }
}

void wire(Writer& out, const State& state) {
  const WireState& wire = state.wire;
  if ((wire.arrived | wire.sent) == 0) return;
  out.line("[wire]");
  out.line("packets: arrived {}, claimed {}, delivered {}, handled {}, dropped {}, sent {}", wire.arrived, wire.claimed,
           wire.delivered, wire.handled, wire.dropped, wire.sent);
  for (const PacketState& packet : wire.packets)
    if (packet.arrived != 0)
      out.line("packet {}: {} bytes at {}, {}{}", packet.number, packet.bytes, packet.at, fate_text(packet, state),
               packet.answered == 0 ? "" : fmt::format(", answered by sent packet {}", packet.answered));
  for (const SentState& packet : wire.sents)
    if (packet.event != 0)
      out.line("sent packet {}: {} bytes at {} by {}{}", packet.number, packet.bytes, packet.at,
               env_name(state, packet.owner),
               packet.handler == 0 ? "" : fmt::format(", by its handler {}", packet.handler));
}

}  // namespace

std::string state_text(const State& state) {
  Writer out;
  clock(out, state);
  counters(out, state);
  out.line("[environments]");
  for (std::uint32_t i = 1; i < abi::kMaxEnvironments; ++i) environment(out, state, i);
  frames(out, state);
  translations(out, state);
  processor(out, state);
  requests(out, state);
  if (std::ranges::any_of(state.downloads,
                          [](const DownloadState& one) { return one.generation != 1 || one.installed; }))
    downloads(out, state);
  wire(out, state);
  return out.take();
}

}  // namespace exo::model
