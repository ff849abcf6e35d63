// Taking over the kernel's tables from an audit, after a gap in the trace has made the fold uncertain.
//
// Invariant: between AuditBegan and AuditEnded the tables hold exactly what was shown so far and the pristine value
// elsewhere (an audit shows everything that isn't pristine); at AuditEnded every count is made anew and the state is
// certain again.
#include "explorer/model/reduce_parts.hpp"

namespace exo::model::parts {

namespace {

void begin(State& state, const Event& event) {
  state.adopting = true;
  for (FrameState& frame : state.frames) {
    const FrameState before = frame;
    frame = {};
    frame.changed = before.changed;
    frame.taken = before.taken;
    frame.last_owner = before.last_owner;
  }
  state.free_frames = abi::kFrameCount;
  state.stlb.fill({});
  state.stlb_used = 0;
  state.tlb.fill({});
  state.slices.fill(0);
  state.slices_asked = 0;
  state.identifiers.fill(0);
  state.devices.fill({});
  for (std::uint32_t number = 1; number < abi::kMaxDownloads; ++number) {
    DownloadState& download = state.downloads[number];
    download.installed = download.asked = false;
    download.pages.fill({});
  }
  state.wire.tree = 0;
  state.fpu_owner = 0;
  for (EnvironmentState& env : state.envs) {
    env.state = abi::EnvState::Free;
    env.frames = env.guaranteed = env.bindings = env.slices = 0;
    env.downloads = 0;
    env.asid = 0;
    env.parked = env.asleep = env.may_send = false;
    env.calls = env.server = env.excess = env.predicate = 0;
    env.entry = {};
    env.guarantees.fill({});
    env.save_locations.fill({});
  }
  state.running = std::uint8_t(event.args[0]);
  state.slice_position = std::uint8_t(event.args[1]);
  state.envs[state.running].since = state.now;
}

void adopt_env(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  if (env.generation != event.args[2]) {  // another one lives in this slot now
    set_identifier(state, event.args[0], 0);
    env = {};
    env.since = state.now;
  }
  env.state = abi::EnvState(event.args[1]);
  env.generation = event.args[2];
  set_identifier(state, event.args[0], event.args[3]);
  env.changed = stamp(state);
}

void adopt_frame(State& state, const Event& event) {
  FrameState& frame = state.frames[event.args[0]];
  set_frame(state, event.args[0], std::uint8_t((event.args[1] & 0xff) % abi::kMaxEnvironments),
            std::uint8_t(event.args[1] >> 8));
  frame.guard = std::uint8_t(event.args[1] >> 16);
  frame.generation = event.args[2];
}

/// The audit does not show what was authorised at bind time: what can be written now is what is known of it.
void adopt_binding(State& state, const Event& event) {
  StlbState& entry = state.stlb[event.args[0]];
  entry = {event.args[1], {event.args[2], event.args[3]}, stamp(state)};
  for (std::uint32_t half = 0; half < 2; ++half)
    if ((entry.lo[half] & abi::kLoDirty) != 0) entry.writable = std::uint8_t(entry.writable | 1u << half);
}

void adopt_guarantee(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  if (event.args[1] == kEnvironmentPage)
    env.page_frame = abi::is_exported(event.args[2]) ? abi::frame_of_pfn(event.args[2]) : abi::kNoFrame;
  for (GuaranteeState& slot : env.guarantees)
    if (slot.flags == 0) {
      slot = {event.args[1], event.args[2], event.args[3]};
      return;
    }
}

void adopt_processor(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  env.excess = std::uint8_t(event.args[1]);
  env.calls = std::uint8_t(event.args[2]);
  env.parked = (event.args[3] & abi::kProcessorParked) != 0;
  if ((event.args[3] & abi::kProcessorFpu) != 0) state.fpu_owner = std::uint8_t(event.args[0]);
}

/// Its pages and what links it to its handler are not shown: a handler names its filter.
void adopt_download(State& state, const Event& event) {
  const std::uint32_t number = event.args[0], packed = event.args[1];
  const auto kind = abi::DownloadKind((packed & 0xff) % abi::kDownloadKinds);
  const auto owner = std::uint8_t((packed >> 8 & 0xff) % abi::kMaxEnvironments);
  DownloadState& download = state.downloads[number];
  if (download.generation != event.args[2] || download.kind != kind || download.owner != owner) download = {};
  download.kind = kind;
  download.owner = owner;
  download.installed = true;
  download.generation = event.args[2];
  download.calls = event.args[3];
  download.handler = download.filter = download.order = 0;
  const std::uint32_t link = packed >> 16;
  if (kind == abi::DownloadKind::Filter) download.order = std::uint8_t(link);
  if (kind == abi::DownloadKind::Handler) download.filter = std::uint8_t(link % abi::kMaxDownloads);
  download.changed = stamp(state);
}

void adopt_sleep(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  env.may_send = (event.args[2] & abi::kMaySend) != 0;
  env.asleep = (event.args[2] & abi::kSleeps) != 0;
  env.predicate = env.asleep ? std::uint8_t(event.args[1]) : std::uint8_t{0};
}

void adopt_request(State& state, const Event& event) {
  RequestState& request = state.requests[request_place(state, event.args[0])];
  if (request.id != event.args[0]) {
    request = {};
    request.id = event.args[0];
    request.env = std::uint8_t(event.args[1]);
    request.asked = event.args[2];
  }
  mark_slice(state, event.args[2], true);
  mark_download(state, event.args[2], true);
  request.outcome = Outcome::Pending;
  request.demanded = event.args[3] == 2;
  // Marks it as shown until the audit's end; see end().
  request.done_event = stamp(state);
  request.done = kNever;
}

void count_everything(State& state) {
  state.free_frames = 0;
  for (EnvironmentState& env : state.envs) env.frames = env.guaranteed = env.bindings = env.slices = 0;
  for (FrameState& frame : state.frames) {
    frame.bindings = 0;
    frame.in_tlb = 0;
    state.free_frames += is_free(frame);
    if (frame.owner == 0) continue;
    ++state.envs[frame.owner].frames;
    state.envs[frame.owner].guaranteed += (frame.flags & abi::kFrameGuaranteed) != 0;
  }
  state.stlb_used = 0;
  for (StlbState& entry : state.stlb) {
    if (entry.lo[0] == 0 && entry.lo[1] == 0) entry.tag = abi::kStlbFree;
    if (entry.tag == abi::kStlbFree) continue;
    ++state.stlb_used;
    for (const std::uint32_t lo : entry.lo) {
      if (lo == 0) continue;
      ++state.envs[holder_of(state, entry.tag)].bindings;
      if (abi::is_exported(abi::entry_lo_pfn(lo))) ++state.frames[abi::frame_of_pfn(abi::entry_lo_pfn(lo))].bindings;
    }
  }
  for (const TlbState& entry : state.tlb)
    for (const std::uint32_t lo : entry.lo)
      if ((lo & abi::kLoValid) != 0 && abi::is_exported(abi::entry_lo_pfn(lo)))
        ++state.frames[abi::frame_of_pfn(abi::entry_lo_pfn(lo))].in_tlb;
  for (const std::uint8_t owner : state.slices)
    if (owner != 0) ++state.envs[owner].slices;
  for (const DownloadState& download : state.downloads) {
    if (!download.installed) continue;
    ++state.envs[download.owner].downloads;
    if (download.filter != 0)
      state.downloads[download.filter].handler = std::uint8_t(&download - state.downloads.data());
  }
}

void end(State& state) {
  count_everything(state);
  for (RequestState& request : state.requests) {
    if (request.id == 0 || request.outcome != Outcome::Pending) continue;
    if (request.done_event != 0) {
      request.done_event = 0;
      continue;
    }
    request.outcome = Outcome::Ended;  // it came to its end in the gap, nobody knows how
    request.done_event = stamp(state);
  }
  for (EnvironmentState& env : state.envs)
    if (env.state == abi::EnvState::Free) env.page_frame = abi::kNoFrame;
  state.booted = true;
  state.adopting = false;
  state.certain = true;
}

}  // namespace

void adopt_audit(State& state, const Event& event) {
  if (event.id == abi::Event::AuditBegan) return begin(state, event);
  if (!state.adopting) return;  // its beginning was lost: wait for the next audit
  switch (event.id) {
    case abi::Event::AuditEnv:
      return adopt_env(state, event);
    case abi::Event::AuditFrame:
      return adopt_frame(state, event);
    case abi::Event::AuditBinding:
      return adopt_binding(state, event);
    case abi::Event::AuditGuarantee:
      return adopt_guarantee(state, event);
    case abi::Event::AuditTlb:
      return put_tlb(state, event.args[0], event.args[1], event.args[2], event.args[3]);
    case abi::Event::AuditSlice:
      state.slice_generations[event.args[0]] = event.args[2];
      return set_slice(state, event.args[0], std::uint8_t(event.args[1]));
    case abi::Event::AuditEntry:
      state.envs[event.args[0]].entry.sync = event.args[1];
      state.envs[event.args[0]].entry.async = event.args[2];
      state.envs[event.args[0]].entry.guarded = event.args[3] != 0;
      return;
    case abi::Event::AuditProcessor:
      return adopt_processor(state, event);
    case abi::Event::AuditDevice:
      state.devices[event.args[0]] = {std::uint8_t(event.args[1]), event.args[2]};
      return;
    case abi::Event::AuditRequest:
      return adopt_request(state, event);
    case abi::Event::AuditDownload:
      return adopt_download(state, event);
    case abi::Event::AuditSleep:
      return adopt_sleep(state, event);
    case abi::Event::AuditSave:
      state.envs[event.args[0]].save_locations[event.args[1]] = {event.args[2], event.args[3]};
      return;
    case abi::Event::AuditEnded:
      return end(state);
    default:
      return;
  }
}

}  // namespace exo::model::parts
