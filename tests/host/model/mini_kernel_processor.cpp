// The mini kernel's processor: slices, identifiers, transfers between environments, the floating-point unit, devices,
// and giving up even the guaranteed frames.
#include <algorithm>

#include "tests/host/model/mini_kernel.hpp"

namespace exo::test {

using abi::Event;
using abi::Reason;

namespace {
constexpr std::uint32_t kDead = ~0u;
constexpr std::uint32_t kNoPfn = ~0u;
}  // namespace

void MiniKernel::give_slice(std::uint32_t env, std::uint32_t at) {
  slices_[at].owner = env;
  emit(Event::SliceGranted, at, env, slices_[at].generation);
}

void MiniKernel::free_slice(std::uint32_t at, Reason reason) {
  const std::uint32_t owner = slices_[at].owner;
  slices_[at] = {0, slices_[at].generation + 1, false};
  emit(Event::SliceFreed, at, owner, std::uint32_t(reason));
}

void MiniKernel::transfer_slice(std::uint32_t at, std::uint32_t to) {
  const std::uint32_t from = slices_[at].owner;
  slices_[at].owner = to;
  emit(Event::SliceTransferred, at, ++slices_[at].generation, from, to);
}

void MiniKernel::revoke_all_of_slice(std::uint32_t at) {
  emit(Event::ResourceRevoked, abi::resource_of(abi::ResourceKind::Slice, at), ++slices_[at].generation);
}

std::uint32_t MiniKernel::any_slice_of(std::uint32_t env) {
  for (std::uint32_t i = 0; i < abi::kSlicePositions; ++i)
    if (slices_[i].owner == env && !slices_[i].asked) return i;
  return kDead;
}

void MiniKernel::overrun(std::uint32_t env) { emit(Event::ExcessCounted, env, ++envs_[env].excess); }
void MiniKernel::forfeit(std::uint32_t env) { emit(Event::SliceForfeited, env, position, --envs_[env].excess); }

std::uint32_t MiniKernel::tag_of(std::uint32_t env, std::uint32_t page) const {
  return envs_[env].asid != 0 ? abi::entry_hi(page, envs_[env].asid) : abi::parked_tag(page, env);
}

/// Its own number if that is free, else any, else somebody else's in turn.
void MiniKernel::give_identifier(std::uint32_t env) {
  if (env == 0 || envs_[env].asid != 0) return;
  std::uint32_t asid = env <= identifiers && holders_[env] == 0 ? env : 0;
  for (std::uint32_t i = 1; asid == 0 && i <= identifiers; ++i)
    if (holders_[i] == 0) asid = i;
  const std::uint32_t from = asid == 0 ? holders_[asid = hand_ = hand_ % identifiers + 1] : 0;
  if (from != 0) {
    for (std::uint32_t i = 0; i < abi::kTlbEntries; ++i)
      if (tlb_[i].hi < abi::kUserEnd && abi::entry_hi_asid(tlb_[i].hi) == asid)
        write_tlb(i, 0x8000'0000 + i * 0x2000, 0, 0, Event::TlbWritten);
    envs_[from].asid = 0;
  }
  holders_[asid] = env;
  envs_[env].asid = asid;
  emit(Event::IdentifierGiven, env, asid, from);
}

void MiniKernel::run(std::uint32_t env) {
  running = env;
  if (env == 0) return;
  envs_[env].parked = false;
  give_identifier(env);
}

void MiniKernel::set_entry(std::uint32_t env, std::uint32_t sync, std::uint32_t async, bool guarded) {
  Env& e = envs_[env];
  e.sync = sync;
  e.async = async;
  e.guarded = guarded;
  emit(Event::EntrySet, env, sync, async, guarded);
}

void MiniKernel::admit(std::uint32_t holder, std::uint32_t caller) { emit(Event::EntryBound, caller, holder); }

void MiniKernel::call(std::uint32_t to) {
  emit(Event::Transferred, to);
  envs_[running].calls = to;
  envs_[running].parked = true;
  run(to);
}

void MiniKernel::call_async(std::uint32_t to) {
  emit(Event::TransferredAsync, to);
  run(to);
}

void MiniKernel::yield_to(std::uint32_t to) {
  emit(Event::YieldedTo, to);
  run(to);
}

void MiniKernel::park() {
  envs_[running].parked = true;
  emit(Event::EnvParked, running, envs_[running].calls);
  switch_to(0);
}

void MiniKernel::use_fpu(std::uint32_t env) {
  if (fpu_ == env) return;
  emit(Event::FpuGiven, fpu_, env);
  fpu_ = env;
}

void MiniKernel::bind_device(abi::Device device, std::uint32_t env) {
  devices_[std::uint32_t(device)] = env;
  emit(Event::DeviceBound, std::uint32_t(device), env);
}

void MiniKernel::protect(std::uint32_t env, std::uint32_t page, std::uint32_t pages, bool writable) {
  const std::uint32_t before = running;
  running = env;
  std::uint32_t changed = 0;
  for (std::uint32_t at = page; at < page + pages; ++at) {
    const auto found = bindings_.find({env, at});
    if (found == bindings_.end() || !found->second.authorised || found->second.writable == writable) continue;
    found->second.writable = writable;
    ++changed;
    sync_tlb(env, at);
  }
  emit(Event::Protected, page, pages, writable ? 3 : 1, changed);
  running = before;
}

void MiniKernel::submit(std::uint32_t server) {
  Env& e = envs_[running];
  e.dormant = true;
  e.server = server;
  emit(Event::EnvSubmitted, running, server);
  switch_to(0);
}

std::uint32_t MiniKernel::fetch(std::uint32_t env, std::uint32_t slot) {
  auto& guarantee = envs_[env].guarantees[slot];
  const std::uint32_t frame = abi::frame_of_pfn(guarantee[1]);
  guarantee[1] = kNoPfn;
  emit(Event::GuaranteeTaken, env, guarantee[0], envs_[env].server);
  transfer(frame, envs_[env].server);
  return frame;
}

void MiniKernel::restore(std::uint32_t env, std::uint32_t slot, std::uint32_t frame) {
  transfer(frame, env);
  frames_[frame].flags = abi::kFrameGuaranteed | (slot == 0 ? abi::kFrameEnvironmentPage : 0);
  emit(Event::FrameGuaranteed, frame, env, frames_[frame].flags);
  auto& guarantee = envs_[env].guarantees[slot];
  guarantee[1] = abi::pfn_of_frame(frame);
  emit(Event::GuaranteeSet, env, guarantee[0], guarantee[1], guarantee[2]);
}

void MiniKernel::resume(std::uint32_t env) {
  envs_[env].dormant = false;
  envs_[env].server = 0;
  emit(Event::EnvResumed, env);
}

/// What others know of an environment that is being destroyed.
void MiniKernel::forget(std::uint32_t env) {
  for (std::uint32_t i = 1; i < abi::kMaxEnvironments; ++i) {
    Env& other = envs_[i];
    if (!other.alive || other.calls != env || i == env) continue;
    other.calls = 0;
    if (!other.parked || other.sync == 0 || other.dormant) continue;
    other.parked = false;
    emit(Event::CalleeGone, i);
  }
  if (fpu_ == env) fpu_ = 0;
  for (std::uint32_t i = 0; i < abi::kDevices; ++i)
    if (devices_[i] == env) bind_device(abi::Device(i), 0);
  for (std::uint32_t i = 1; i < abi::kMaxEnvironments; ++i)
    if (envs_[i].alive && envs_[i].dormant && envs_[i].server == env) kill(i);
}

void MiniKernel::random_processor_move(std::uint32_t env) {
  Env& e = envs_[env];
  const std::uint32_t slice = any_slice_of(env), other = any_env();
  const bool can_run = !e.dormant && !e.parked && env != running;
  switch (pick(14)) {
    case 0:
      return set_entry(env, abi::kProgramAddress + 4 * pick(8), abi::kProgramAddress * pick(2), pick(2) == 0);
    case 1:
      return admit(env, other);
    case 2:
      if (running != 0 && e.parked && e.sync != 0 && !e.dormant) call(env);
      return;
    case 3:
      if (running != 0 && e.parked && e.async != 0 && !e.dormant && env != running) call_async(env);
      return;
    case 4:
      if (running != 0 && can_run) yield_to(env);
      return;
    case 5:
      if (running != 0) park();
      return;
    case 6:
      return use_fpu(env);
    case 7:
      return bind_device(abi::Device(pick(abi::kDevices)), pick(3) == 0 ? 0 : env);
    case 8:
      if (e.excess < 16) overrun(env);
      return;
    case 9:
      if (e.excess != 0) forfeit(env);
      return;
    case 10:
      if (slice != kDead) transfer_slice(slice, other);
      return;
    case 11:
      if (slice != kDead) revoke_all_of_slice(slice);
      return;
    case 12:
      return protect(env, 0x400 + pick(16), 1 + pick(12), pick(2) == 0);
    case 13:
      if (e.dormant) {
        if (e.guarantees[0][1] != kNoPfn) {
          fetch(env, 0);
        } else if (const std::uint32_t frame = any_frame_of(e.server); frame != abi::kNoFrame) {
          restore(env, 0, frame);
          resume(env);
        }
      } else if (running == env && other != env && !envs_[other].dormant && any_frame_of(env) == abi::kNoFrame) {
        submit(other);
      }
      return;
    default:
      return;
  }
}

void MiniKernel::audit_environment(std::uint32_t i) {
  const Env& env = envs_[i];
  const auto state = env.dormant    ? abi::EnvState::Dormant
                     : i == running ? abi::EnvState::Running
                                    : abi::EnvState::Ready;
  emit(Event::AuditEnv, i, std::uint32_t(state), env.generation, env.asid);
  const std::uint32_t flags =
      (env.parked && !env.dormant ? abi::kProcessorParked : 0) | (fpu_ == i ? abi::kProcessorFpu : 0);
  emit(Event::AuditProcessor, i, env.excess, env.calls, flags);
  if ((env.sync | env.async) != 0) emit(Event::AuditEntry, i, env.sync, env.async, env.guarded);
  for (const auto& guarantee : env.guarantees) emit(Event::AuditGuarantee, i, guarantee[0], guarantee[1], guarantee[2]);
  for (std::uint32_t slot = 0; slot < abi::kSaveLocations; ++slot)
    if (env.saves[slot][1] != abi::kNoFrame) emit(Event::AuditSave, i, slot, env.saves[slot][0], env.saves[slot][1]);
}

}  // namespace exo::test
