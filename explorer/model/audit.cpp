// The comparisons of the audit, one function a table.
#include "explorer/model/audit.hpp"

#include <fmt/format.h>

#include "explorer/model/words.hpp"

namespace exo::model {

namespace {

constexpr std::uint64_t kKeptOverAll = 100'000;  ///< a hostile guest may audit for ever

/// The state of a request as the kernel counts it: 0 requested, 1 asked, 2 demanded.
std::uint32_t stage(const RequestState& request) {
  if (request.demanded) return 2;
  return request.delivered != kNever ? 1 : 0;
}

bool is_pristine(const FrameState& frame) {
  return frame.owner == 0 && frame.flags == 0 && frame.generation == 1 && frame.guard == abi::kFrameRights &&
         frame.bindings == 0;
}

}  // namespace

template <class... Parts>
void Auditor::differ(const char* format, const Parts&... parts) {
  ++result_.difference_count;
  if (result_.differences.size() >= AuditResult::kDifferencesKept || kept_ >= kKeptOverAll) return;
  result_.differences.push_back(fmt::format(fmt::runtime(format), parts...));
  ++kept_;
}

/// `what` reads "frame 5: owner"; kernel first, fold second.
template <class Value>
void Auditor::compare(std::uint64_t shown, Value folded, const std::string& what) {
  ++result_.checked;
  if (shown != std::uint64_t(folded))
    differ("{}: the kernel has {:#x}, the trace says {:#x}", what, shown, std::uint64_t(folded));
}

template <std::size_t kSize>
bool Auditor::once(std::bitset<kSize>& shown, std::size_t index, const char* what) {
  if (shown.test(index)) {
    differ("{} {} is shown twice", what, index);
    return false;
  }
  shown.set(index);
  return true;
}

void Auditor::begin(const Event& event, const State& state, bool was_certain) {
  under_way_ = true;
  records_ = 0;
  result_ = {};
  result_.adopted = !was_certain;
  envs_.reset();
  frames_.reset();
  slots_.reset();
  tlb_.reset();
  slices_.reset();
  requests_.reset();
  entries_.reset();
  processors_.reset();
  devices_.reset();
  sleeps_.reset();
  downloads_.reset();
  guarantees_.reset();
  saves_.reset();
  if (result_.adopted) return;
  compare(event.args[0], state.running, "running environment");
  compare(event.args[1], state.slice_position, "slice position");
}

void Auditor::environment(const Event& event, const State& state) {
  if (!once(envs_, event.args[0], "environment")) return;
  const EnvironmentState& env = state.envs[event.args[0]];
  const std::string name = fmt::format("environment {}", event.args[0]);
  compare(event.args[1], env.state, name + ": state");
  compare(event.args[2], env.generation, name + ": generation");
  compare(event.args[3], env.asid, name + ": address-space identifier");
}

void Auditor::frame(const Event& event, const State& state) {
  if (!once(frames_, event.args[0], "frame")) return;
  const FrameState& frame = state.frames[event.args[0]];
  const std::string name = fmt::format("frame {}", event.args[0]);
  compare(event.args[1] & 0xff, frame.owner, name + ": owner");
  compare((event.args[1] >> 8) & 0xff, frame.flags, name + ": flags");
  compare(event.args[1] >> 16, frame.guard, name + ": guard");
  compare(event.args[2], frame.generation, name + ": generation");
  compare(event.args[3], frame.bindings, name + ": bindings");
}

void Auditor::binding(const Event& event, const State& state) {
  if (!once(slots_, event.args[0], "STLB slot")) return;
  const StlbState& entry = state.stlb[event.args[0]];
  const std::string name = fmt::format("STLB slot {}", event.args[0]);
  compare(event.args[1], entry.tag, name + ": tag");
  compare(event.args[2], entry.lo[0], name + ": even page");
  compare(event.args[3], entry.lo[1], name + ": odd page");
}

void Auditor::guarantee(const Event& event, const State& state) {
  ++result_.checked;
  const auto& all = state.envs[event.args[0]].guarantees;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t place = event.args[0] * abi::kGuaranteedMappings + i;
    if (guarantees_.test(place) || all[i].flags == 0) continue;
    if (all[i].page != event.args[1] || all[i].pfn != event.args[2] || all[i].flags != event.args[3]) continue;
    guarantees_.set(place);
    return;
  }
  differ("environment {}: the kernel has a guaranteed mapping of page {:#x} to {:#x} ({}), the trace has not",
         event.args[0], event.args[1], event.args[2], flags_text(event.args[3]));
}

void Auditor::tlb(const Event& event, const State& state) {
  if (!once(tlb_, event.args[0], "TLB entry")) return;
  const TlbState& entry = state.tlb[event.args[0]];
  const std::string name = fmt::format("TLB entry {}", event.args[0]);
  compare(event.args[1], entry.hi, name + ": tag");
  compare(event.args[2], entry.lo[0], name + ": even page");
  compare(event.args[3], entry.lo[1], name + ": odd page");
}

void Auditor::slice(const Event& event, const State& state) {
  if (!once(slices_, event.args[0], "slice")) return;
  const std::string name = fmt::format("slice {}", event.args[0]);
  compare(event.args[1], state.slices[event.args[0]], name + ": owner");
  compare(event.args[2], state.slice_generations[event.args[0]], name + ": generation");
}

void Auditor::entry(const Event& event, const State& state) {
  if (!once(entries_, event.args[0], "entry points of environment")) return;
  const EntryState& entry = state.envs[event.args[0]].entry;
  const std::string name = fmt::format("entry points of environment {}", event.args[0]);
  compare(event.args[1], entry.sync, name + ": synchronous");
  compare(event.args[2], entry.async, name + ": asynchronous");
  compare(event.args[3], entry.guarded, name + ": guarded");
}

void Auditor::processor(const Event& event, const State& state) {
  if (!once(processors_, event.args[0], "processor state of environment")) return;
  const EnvironmentState& env = state.envs[event.args[0]];
  const std::string name = fmt::format("environment {}", event.args[0]);
  const std::uint32_t flags = (env.parked && env.state == abi::EnvState::Ready ? abi::kProcessorParked : 0) |
                              (state.fpu_owner == event.args[0] ? abi::kProcessorFpu : 0);
  compare(event.args[1], env.excess, name + ": slices that it owes");
  compare(event.args[2], env.calls, name + ": whom it entered");
  compare(event.args[3], flags, name + ": parked, floating-point unit");
}

void Auditor::device(const Event& event, const State& state) {
  if (!once(devices_, event.args[0], "device")) return;
  const std::string name = fmt::format("device {}", event.args[0]);
  compare(event.args[1], state.devices[event.args[0]].holder, name + ": holder");
  compare(event.args[2], state.devices[event.args[0]].generation, name + ": generation");
}

void Auditor::download(const Event& event, const State& state) {
  if (!once(downloads_, event.args[0], "download")) return;
  const DownloadState& download = state.downloads[event.args[0]];
  const std::string name = fmt::format("download {}", event.args[0]);
  if (!download.installed) {
    ++result_.checked;
    return differ("{}: the kernel shows it, the trace says that it is gone", name);
  }
  const std::uint32_t packed = event.args[1];
  const bool ordered = download.kind == abi::DownloadKind::Filter;
  const std::uint32_t link = ordered ? download.order : download.filter != 0 ? download.filter : download.handler;
  compare(packed & 0xff, download.kind, name + ": kind");
  compare(packed >> 8 & 0xff, download.owner, name + ": owner");
  compare(packed >> 16, link, name + (ordered ? ": place among the filters" : ": filter or handler"));
  compare(event.args[2], download.generation, name + ": generation");
  compare(event.args[3], download.calls, name + ": calls");
}

void Auditor::sleep(const Event& event, const State& state) {
  if (!once(sleeps_, event.args[0], "the sleep of environment")) return;
  const EnvironmentState& env = state.envs[event.args[0]];
  const std::string name = fmt::format("environment {}", event.args[0]);
  compare(event.args[1], env.predicate, name + ": the condition that it sleeps on");
  compare(event.args[2], (env.may_send ? abi::kMaySend : 0u) | (env.asleep ? abi::kSleeps : 0u),
          name + ": may send, sleeps");
}

void Auditor::request(const Event& event, const State& state) {
  const std::size_t place = request_place(state, event.args[0]);
  if (!once(requests_, place, "the request in place")) return;
  const RequestState& request = state.requests[place];
  const std::string name = fmt::format("request {}", event.args[0]);
  if (request.id != event.args[0] || request.outcome != Outcome::Pending) {
    ++result_.checked;
    return differ("{}: the kernel has it under way, the trace has not", name);
  }
  compare(event.args[1], request.env, name + ": owner");
  compare(event.args[2], request.asked, name + ": what is asked for");
  compare(event.args[3], stage(request), name + ": stage");
}

void Auditor::save(const Event& event, const State& state) {
  if (!once(saves_, event.args[0] * abi::kSaveLocations + event.args[1], "save location")) return;
  const SaveLocationState& location = state.envs[event.args[0]].save_locations[event.args[1]];
  const std::string name = fmt::format("environment {}, save location {}", event.args[0], event.args[1]);
  compare(event.args[2], location.frame, name + ": frame");
  compare(event.args[3], location.save, name + ": place");
}

void Auditor::absences(const State& state) {
  const auto absent = [this](bool gone, const char* what, std::size_t index) {
    ++result_.checked;
    if (!gone) differ("{} {}: the trace says it is in use, the kernel shows nothing there", what, index);
  };
  for (std::size_t i = 0; i < envs_.size(); ++i)
    if (!envs_.test(i)) absent(state.envs[i].state == abi::EnvState::Free, "environment", i);
  for (std::size_t i = 0; i < frames_.size(); ++i)
    if (!frames_.test(i)) absent(is_pristine(state.frames[i]), "frame", i);
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (!slots_.test(i)) absent(state.stlb[i].tag == abi::kStlbFree, "STLB slot", i);
  for (std::size_t i = 0; i < tlb_.size(); ++i)
    if (!tlb_.test(i)) absent(false, "TLB entry", i);
  for (std::size_t i = 0; i < slices_.size(); ++i)
    if (!slices_.test(i)) absent(state.slices[i] == 0, "slice", i);
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    const RequestState& request = state.requests[i];
    if (!requests_.test(i)) absent(request.id == 0 || request.outcome != Outcome::Pending, "request", request.id);
  }
  for (std::size_t i = 0; i < processors_.size(); ++i)
    if (!processors_.test(i)) absent(state.envs[i].state == abi::EnvState::Free, "processor state of environment", i);
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (!entries_.test(i))
      absent((state.envs[i].entry.sync | state.envs[i].entry.async) == 0, "entry points of environment", i);
  for (std::size_t i = 0; i < devices_.size(); ++i)
    if (!devices_.test(i)) absent(false, "device", i);
  for (std::size_t i = 0; i < downloads_.size(); ++i)
    if (!downloads_.test(i)) absent(!state.downloads[i].installed, "download", i);
  for (std::size_t i = 0; i < sleeps_.size(); ++i)
    if (!sleeps_.test(i)) absent(!state.envs[i].asleep && !state.envs[i].may_send, "the sleep of environment", i);
  for (std::size_t i = 0; i < guarantees_.size(); ++i)
    if (!guarantees_.test(i))
      absent(state.envs[i / abi::kGuaranteedMappings].guarantees[i % abi::kGuaranteedMappings].flags == 0,
             "guaranteed mappings: place", i);
  for (std::size_t i = 0; i < saves_.size(); ++i)
    if (!saves_.test(i))
      absent(state.envs[i / abi::kSaveLocations].save_locations[i % abi::kSaveLocations].save == abi::kNoFrame,
             "save locations: place", i);
}

void Auditor::end(const Event& event, const State& state) {
  under_way_ = false;
  result_.number = event.number;
  if (!result_.adopted) {
    absences(state);
    compare(event.args[0], records_, "audit: records");
  }
  results_.push_back(std::move(result_));
  result_ = {};
}

void Auditor::take(const Event& event, const State& state, bool was_certain) {
  if (event.id == abi::Event::AuditBegan) return begin(event, state, was_certain);
  if (!under_way_) return;
  if (event.id == abi::Event::AuditEnded) return end(event, state);
  ++records_;
  if (result_.adopted) return;
  switch (event.id) {
    case abi::Event::AuditEnv:
      return environment(event, state);
    case abi::Event::AuditFrame:
      return frame(event, state);
    case abi::Event::AuditBinding:
      return binding(event, state);
    case abi::Event::AuditGuarantee:
      return guarantee(event, state);
    case abi::Event::AuditTlb:
      return tlb(event, state);
    case abi::Event::AuditSlice:
      return slice(event, state);
    case abi::Event::AuditEntry:
      return entry(event, state);
    case abi::Event::AuditProcessor:
      return processor(event, state);
    case abi::Event::AuditDevice:
      return device(event, state);
    case abi::Event::AuditDownload:
      return download(event, state);
    case abi::Event::AuditSleep:
      return sleep(event, state);
    case abi::Event::AuditRequest:
      return request(event, state);
    case abi::Event::AuditSave:
      return save(event, state);
    default:
      return;
  }
}

}  // namespace exo::model
