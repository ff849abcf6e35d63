#include "tests/host/model/mini_kernel.hpp"

#include <algorithm>
#include <cstring>

namespace exo::test {

using abi::Event;
using abi::Reason;

namespace {
constexpr std::uint32_t kDead = ~0u;
std::uint32_t word(const std::string& name, std::size_t at) {
  char bytes[4]{};
  for (std::size_t i = 0; i < 4 && at + i < name.size(); ++i) bytes[i] = name[at + i];
  std::uint32_t value = 0;
  std::memcpy(&value, bytes, 4);
  return value;
}
}  // namespace

void MiniKernel::emit(Event event, std::uint32_t a0, std::uint32_t a1, std::uint32_t a2, std::uint32_t a3) {
  clock_ += 16;
  trace.push_back({std::uint32_t(clock_),
                   sequence++,
                   std::uint16_t(event),
                   std::uint16_t(running),
                   running == 0 ? 0 : abi::kProgramAddress + 4 * (sequence & 0xff),
                   {a0, a1, a2, a3}});
}

void MiniKernel::boot() {
  for (Env& env : envs_)
    for (auto& save : env.saves) save = {abi::kNoFrame, abi::kNoFrame};
  emit(Event::Boot, abi::kTraceVersion, abi::kFrameCount, abi::kTlbEntries, abi::kStlbEntries);
  for (std::uint32_t i = 0; i < abi::kTlbEntries; ++i) write_tlb(i, 0x8000'0000 + i * 0x2000, 0, 0, Event::TlbWritten);
}

std::uint32_t MiniKernel::create(const std::string& name, std::uint32_t slices) {
  std::uint32_t env = 1;
  while (env < abi::kMaxEnvironments && envs_[env].alive) ++env;
  if (env == abi::kMaxEnvironments) return 0;
  std::uint32_t page = 0;
  if (running != 0)
    page = allocate(running);
  else
    while (frames_[page].owner != 0 || frames_[page].flags != 0) ++page;
  Env& slot = envs_[env];
  slot.alive = true;
  slot.page = page;
  emit(Event::EnvCreated, env, 0, slot.generation, page);
  emit(Event::EnvNamed, env, word(name, 0), word(name, 4), word(name, 8));
  if (running != 0) {
    transfer(page, env);
  } else {
    frames_[page].owner = env;
    emit(Event::FrameAllocated, page, frames_[page].generation, env);
  }
  frames_[page].flags = abi::kFrameGuaranteed | abi::kFrameEnvironmentPage;
  emit(Event::FrameGuaranteed, page, env, frames_[page].flags);
  slot.guarantees.push_back({1, abi::pfn_of_frame(page), abi::kBindRead | abi::kBindWrite});
  emit(Event::GuaranteeSet, env, 1, abi::pfn_of_frame(page), abi::kBindRead | abi::kBindWrite);
  emit(Event::CapabilityMinted, abi::resource_of(abi::ResourceKind::Environment, env), abi::kRightDestroy,
       slot.generation, env);
  for (std::uint32_t i = 0; i < abi::kSlicePositions && slices > 0; ++i)
    if (slices_[i].owner == 0) {
      give_slice(env, i);
      --slices;
    }
  emit(Event::EnvStarted, env, abi::kProgramAddress, 0x7fff'f000, 0);
  return env;
}

std::uint32_t MiniKernel::lo_of(std::uint32_t env, std::uint32_t page) const {
  const auto found = bindings_.find({env, page});
  return found == bindings_.end() ? 0 : abi::entry_lo(abi::pfn_of_frame(found->second.frame), found->second.writable);
}

void MiniKernel::write_tlb(std::uint32_t index, std::uint32_t hi, std::uint32_t lo0, std::uint32_t lo1, Event event) {
  tlb_[index] = {hi, lo0, lo1};
  if (event == Event::TlbRefilled)
    emit(event, index, hi);
  else
    emit(event, index, hi, lo0, lo1);
}

void MiniKernel::sync_tlb(std::uint32_t env, std::uint32_t page) {
  if (envs_[env].asid == 0) return;
  const std::uint32_t hi = abi::entry_hi(page, envs_[env].asid), lo0 = lo_of(env, page & ~1u),
                      lo1 = lo_of(env, page | 1u);
  for (std::uint32_t i = 0; i < abi::kTlbEntries; ++i) {
    if (tlb_[i].hi != hi) continue;
    if (lo0 == 0 && lo1 == 0)
      write_tlb(i, 0x8000'0000 + i * 0x2000, 0, 0, Event::TlbWritten);
    else
      write_tlb(i, hi, lo0, lo1, Event::TlbWritten);
  }
}

void MiniKernel::break_page(Page page, Reason reason) {
  const std::uint32_t frame = bindings_.at(page).frame;
  bindings_.erase(page);
  emit(Event::Unbound, page.first, page.second, abi::pfn_of_frame(frame), std::uint32_t(reason));
  sync_tlb(page.first, page.second);
}

void MiniKernel::break_frame(std::uint32_t frame, Reason reason) {
  std::vector<Page> pages;
  for (const auto& [page, to] : bindings_)
    if (to.frame == frame) pages.push_back(page);
  for (const Page& page : pages) break_page(page, reason);
  for (std::uint32_t number = 1; number < abi::kMaxDownloads; ++number)
    if (downloads_[number].kind != abi::DownloadKind::None && downloads_[number].page == frame)
      remove_download(number, Reason::MemoryGone);
}

std::uint32_t MiniKernel::allocate(std::uint32_t env) {
  std::uint32_t frame = pick(abi::kFrameCount);
  while (frames_[frame].owner != 0 || frames_[frame].flags != 0) frame = (frame + 1) % abi::kFrameCount;
  frames_[frame].owner = env;
  emit(Event::FrameAllocated, frame, frames_[frame].generation, env);
  return frame;
}

void MiniKernel::leave(std::uint32_t frame, std::uint32_t flags) {
  Frame& f = frames_[frame];
  f.owner = 0;
  f.flags = flags;
  f.guard = abi::kFrameRights;
  ++f.generation;
}

void MiniKernel::free_frame(std::uint32_t frame) {
  const std::uint32_t owner = frames_[frame].owner;
  break_frame(frame, Reason::Freed);
  leave(frame, 0);
  emit(Event::FrameFreed, frame, frames_[frame].generation, owner, std::uint32_t(Reason::Freed));
}

void MiniKernel::transfer(std::uint32_t frame, std::uint32_t to) {
  const std::uint32_t from = frames_[frame].owner;
  break_frame(frame, Reason::Transferred);
  leave(frame, 0);
  frames_[frame].owner = to;
  emit(Event::FrameTransferred, frame, frames_[frame].generation, from, to);
}

void MiniKernel::guard(std::uint32_t frame, std::uint32_t rights) {
  frames_[frame].guard = rights;
  emit(Event::FrameGuarded, frame, rights);
}

void MiniKernel::revoke_all(std::uint32_t frame) {
  break_frame(frame, Reason::RevokedAll);
  emit(Event::GenerationMoved, frame, ++frames_[frame].generation);
}

void MiniKernel::bind(std::uint32_t env, std::uint32_t page, std::uint32_t frame, bool writable) {
  const std::uint32_t before = running;
  running = env;
  give_identifier(env);
  emit(Event::CapabilityChecked, abi::resource_of(abi::ResourceKind::Frame, frame), writable ? 3u : 1u, 0,
       frames_[frame].generation);
  const std::uint32_t slot = abi::stlb_slot(page, env);
  std::vector<Page> displaced;
  for (const auto& [one, to] : bindings_)
    if (abi::stlb_slot(one.second, one.first) == slot && (one.first != env || one.second / 2 != page / 2))
      displaced.push_back(one);
  for (const Page& one : displaced) break_page(one, Reason::Displaced);
  if (bindings_.count({env, page}) != 0) break_page({env, page}, Reason::Rebound);
  bindings_[{env, page}] = {frame, writable, writable};
  emit(Event::Bound, page, abi::pfn_of_frame(frame), writable ? 3 : 1, slot);
  sync_tlb(env, page);
  running = before;
}

void MiniKernel::unbind(std::uint32_t env, std::uint32_t page) { break_page({env, page}, Reason::Unbound); }

void MiniKernel::touch(std::uint32_t env, std::uint32_t page) {
  const std::uint32_t before = running;
  running = env;
  give_identifier(env);
  const std::uint32_t hi = abi::entry_hi(page, envs_[env].asid);
  const auto there = std::find_if(tlb_.begin(), tlb_.end(), [hi](const Entry& entry) { return entry.hi == hi; });
  if (there != tlb_.end()) {
    running = before;
    return;
  }
  write_tlb(pick(abi::kTlbEntries), hi, lo_of(env, page & ~1u), lo_of(env, page | 1u), Event::TlbRefilled);
  running = before;
}

void MiniKernel::switch_to(std::uint32_t env) {
  position = pick(abi::kSlicePositions);
  if (envs_[env].parked) emit(Event::UpcallDelivered, env, std::uint32_t(abi::Upcall::SliceStart), position);
  emit(Event::Switched, running, env, position, std::uint32_t(Reason::SliceBegan));
  run(env);
}

void MiniKernel::save_location(std::uint32_t env, std::uint32_t slot, std::uint32_t frame_or_any, std::uint32_t save) {
  envs_[env].saves[slot] = {frame_or_any, save};
  emit(Event::SaveLocationSet, slot, frame_or_any, save, env);
}

std::uint32_t MiniKernel::revoke(std::uint32_t env, std::uint32_t asked, std::uint32_t patience,
                                 std::uint32_t deadline) {
  const std::uint32_t id = next_request_++;
  requests_[id] = {env, asked, patience, deadline, 0, 0};
  if (asked < abi::kFrameCount) frames_[asked].flags |= abi::kFrameUnderRevocation;
  if (abi::asks_for_slice(asked) && asked != abi::kAnySlice) slices_[asked & 63].asked = true;
  emit(Event::RevokeRequested, id, env, asked, patience << 16 | deadline);
  return id;
}

void MiniKernel::ask(std::uint32_t id) {
  Request& r = requests_.at(id);
  r.stage = 1;
  emit(Event::RevokeAsked, id, r.env, r.asked, clock() + abi::ticks_of_micros(r.patience + r.deadline));
  emit(Event::UpcallDelivered, r.env, std::uint32_t(abi::Upcall::Revoke), id, abi::kProgramAddress);
  envs_[r.env].parked = false;
}

void MiniKernel::demand(std::uint32_t id) {
  Request& r = requests_.at(id);
  r.stage = 2;
  r.fires = clock() + 16 + abi::ticks_of_micros(r.deadline);
  emit(Event::RevokeDemanded, id, r.env, r.asked, r.fires);
}

void MiniKernel::end_request(std::uint32_t id) {
  const Request r = requests_.at(id);
  if (r.asked < abi::kFrameCount) frames_[r.asked].flags &= ~std::uint32_t(abi::kFrameUnderRevocation);
  if (abi::asks_for_slice(r.asked) && r.asked != abi::kAnySlice) slices_[r.asked & 63].asked = false;
  requests_.erase(id);
}

void MiniKernel::give_back(std::uint32_t id) {
  const Request r = requests_.at(id);
  if (abi::asks_for_slice(r.asked)) {
    const std::uint32_t slice = r.asked != abi::kAnySlice ? r.asked & 63 : any_slice_of(r.env);
    if (slice == kDead) return;
    emit(Event::RevokeReturned, id, r.env, abi::asked_slice(slice), 100);
    end_request(id);
    return free_slice(slice, Reason::Returned);
  }
  const std::uint32_t frame = r.asked != abi::kAnyFrame ? r.asked : any_frame_of(r.env);
  if (frame == abi::kNoFrame) return;
  free_frame(frame);
  emit(Event::RevokeReturned, id, r.env, frame, 100);
  end_request(id);
}

void MiniKernel::abort(std::uint32_t id) {
  const Request r = requests_.at(id);
  if (r.stage != 2) demand(id);
  const bool is_slice = abi::asks_for_slice(r.asked);
  const std::uint32_t slice = r.asked != abi::kAnySlice ? r.asked & 63 : any_slice_of(r.env);
  const std::uint32_t frame = r.asked != abi::kAnyFrame ? r.asked : any_frame_of(r.env);
  if (is_slice ? slice == kDead : frame == abi::kNoFrame) return;
  const std::uint32_t fires = requests_.at(id).fires;
  if (std::int32_t(fires - clock()) > 0) clock_ += fires - clock();
  end_request(id);
  const std::uint32_t taken = is_slice ? abi::asked_slice(slice) : frame;
  emit(Event::RevokeAborted, id, r.env, taken, clock() + 16 - fires);
  if (is_slice) {
    free_slice(slice, Reason::Aborted);
  } else {
    leave(frame, abi::kFrameSaving);
    break_frame(frame, Reason::Aborted);
    frames_[frame].flags = 0;
    emit(Event::FrameFreed, frame, frames_[frame].generation, r.env, std::uint32_t(Reason::Aborted));
  }
  emit(Event::Repossessed, id, r.env, taken, abi::kNoFrame);
  if (pick(4) == 0) return emit(Event::RevokeEnded, id, r.env, std::uint32_t(Reason::Forgotten));
  emit(Event::RevokeNotified, id, r.env, taken, abi::kNoFrame);
  emit(Event::UpcallDelivered, r.env, std::uint32_t(abi::Upcall::Repossessed), id, abi::kProgramAddress);
  envs_[r.env].parked = false;
}

void MiniKernel::note(std::uint32_t env, abi::Note note, std::uint32_t a) {
  const std::uint32_t before = running;
  running = env;
  emit(Event::Noted, std::uint32_t(note), a);
  running = before;
}

void MiniKernel::kill(std::uint32_t env) {
  emit(Event::EnvKilled, env, std::uint32_t(Reason::Killed), 0);
  std::uint32_t slices = 0, frames = 0, bindings = 0;
  for (std::uint32_t i = 0; i < abi::kSlicePositions; ++i)
    if (slices_[i].owner == env) {
      ++slices;
      free_slice(i, Reason::OwnerGone);
    }
  forget(env);
  for (std::uint32_t number = 1; number < abi::kMaxDownloads; ++number)
    if (downloads_[number].kind != abi::DownloadKind::None && downloads_[number].owner == env)
      remove_download(number, Reason::OwnerGone);
  sleeps_[env] = {};
  std::vector<std::uint32_t> requests;
  for (const auto& [id, r] : requests_)
    if (r.env == env) requests.push_back(id);
  for (const std::uint32_t id : requests) {
    emit(Event::RevokeEnded, id, env, std::uint32_t(Reason::OwnerGone));
    end_request(id);
  }
  std::vector<Page> pages;
  for (const auto& [page, to] : bindings_)
    if (page.first == env) pages.push_back(page);
  for (const Page& page : pages) break_page(page, Reason::OwnerGone), ++bindings;
  for (std::uint32_t number = 0; number < abi::kFrameCount; ++number)
    if (Frame& frame = frames_[number]; frame.owner == env) {
      break_frame(number, Reason::OwnerGone);
      leave(number, 0);
      emit(Event::FrameFreed, number, frame.generation, env, std::uint32_t(Reason::OwnerGone));
      ++frames;
    }
  holders_[envs_[env].asid] = 0;
  const std::uint32_t generation = envs_[env].generation + 1;
  envs_[env] = {};
  envs_[env].generation = generation;
  for (auto& save : envs_[env].saves) save = {abi::kNoFrame, abi::kNoFrame};
  emit(Event::EnvGone, env, frames, bindings, slices);
  if (running == env) switch_to(0);
}

std::uint32_t MiniKernel::any_env() {
  std::vector<std::uint32_t> alive;
  for (std::uint32_t i = 1; i < abi::kMaxEnvironments; ++i)
    if (envs_[i].alive) alive.push_back(i);
  return alive.empty() ? 0 : alive[pick(std::uint32_t(alive.size()))];
}

std::uint32_t MiniKernel::any_frame_of(std::uint32_t env) {
  const std::uint32_t start = pick(abi::kFrameCount);
  for (std::uint32_t i = 0; i < abi::kFrameCount; ++i) {
    const std::uint32_t frame = (start + i) % abi::kFrameCount;
    if (frames_[frame].owner == env && frames_[frame].flags == 0) return frame;
  }
  return abi::kNoFrame;
}

void MiniKernel::random_move() {
  wait(pick(2000));
  const std::uint32_t env = any_env();
  if (env == 0) {
    create("first");
    return;
  }
  const std::uint32_t frame = any_frame_of(env);
  const std::uint32_t page = 0x400 + pick(24) + (pick(4) == 0 ? 2 * abi::kStlbEntries : 0);
  const std::uint32_t request =
      requests_.empty() ? 0 : std::next(requests_.begin(), pick(std::uint32_t(requests_.size())))->first;
  if (pick(4) == 0) return random_processor_move(env);
  if (pick(6) == 0) return random_download_move(env);
  switch (pick(24)) {
    case 0:
      if (pick(4) == 0) create("env" + std::to_string(pick(100)), 1 + pick(2));
      return;
    case 1:
      if (pick(16) == 0) kill(env);
      return;
    case 2:
    case 3:
    case 4:
      allocate(env);
      return;
    case 5:
      if (frame != abi::kNoFrame) free_frame(frame);
      return;
    case 6:
      if (frame != abi::kNoFrame) transfer(frame, any_env());
      return;
    case 7:
      if (frame != abi::kNoFrame) guard(frame, 4 + pick(4));
      return;
    case 8:
      if (frame != abi::kNoFrame) revoke_all(frame);
      return;
    case 9:
    case 10:
    case 11:
    case 12:
    case 13:
      if (frame != abi::kNoFrame) bind(env, page, frame, pick(2) == 0);
      return;
    case 14:
      if (bindings_.count({env, page}) != 0) unbind(env, page);
      return;
    case 15:
    case 16:
    case 17:
      if (bindings_.count({env, page}) != 0) touch(env, page);
      return;
    case 18:
      if (!envs_[env].dormant) switch_to(pick(8) == 0 ? 0 : env);
      return;
    case 19:
      if (frame != abi::kNoFrame)
        save_location(env, pick(abi::kSaveLocations), pick(2) == 0 ? abi::kAnyFrame : frame, frame);
      return;
    case 20:
      if (requests_.size() >= 32) return;
      if (frame != abi::kNoFrame && pick(3) != 0) {
        revoke(env, pick(3) == 0 ? abi::kAnyFrame : frame, pick(2) * 40, pick(3) * 50);
      } else if (const std::uint32_t slice = any_slice_of(env); slice != kDead) {
        revoke(env, pick(3) == 0 ? abi::kAnySlice : abi::asked_slice(slice), pick(2) * 40, pick(3) * 50);
      }
      return;
    case 21:
      if (request != 0 && requests_.at(request).stage == 0) ask(request);
      return;
    case 22:
      if (request != 0) give_back(request);
      return;
    case 23:
      if (request != 0) abort(request);
      return;
    default:
      return;
  }
}

void MiniKernel::audit() {
  emit(Event::AuditBegan, running, position);
  const std::uint32_t first = sequence;
  for (std::uint32_t i = 1; i < abi::kMaxEnvironments; ++i)
    if (envs_[i].alive) audit_environment(i);
  std::map<std::uint32_t, std::uint32_t> counts;
  std::map<std::uint32_t, Entry> slots;
  for (const auto& [page, to] : bindings_) {
    ++counts[to.frame];
    Entry& entry = slots.try_emplace(abi::stlb_slot(page.second, page.first), Entry{kDead, 0, 0}).first->second;
    entry.hi = tag_of(page.first, page.second);
    (page.second % 2 == 0 ? entry.lo0 : entry.lo1) = lo_of(page.first, page.second);
  }
  for (std::uint32_t number = 0; number < abi::kFrameCount; ++number)
    if (const Frame& f = frames_[number];
        f.owner != 0 || f.flags != 0 || f.generation != 1 || f.guard != abi::kFrameRights)
      emit(Event::AuditFrame, number, f.owner | f.flags << 8 | f.guard << 16, f.generation, counts[number]);
  for (const auto& [slot, entry] : slots) emit(Event::AuditBinding, slot, entry.hi, entry.lo0, entry.lo1);
  for (std::uint32_t i = 0; i < abi::kTlbEntries; ++i) emit(Event::AuditTlb, i, tlb_[i].hi, tlb_[i].lo0, tlb_[i].lo1);
  for (std::uint32_t i = 0; i < abi::kSlicePositions; ++i)
    if (slices_[i].owner != 0) emit(Event::AuditSlice, i, slices_[i].owner, slices_[i].generation);
  for (std::uint32_t i = 0; i < abi::kDevices; ++i) emit(Event::AuditDevice, i, devices_[i], 1);
  for (const auto& [id, r] : requests_) emit(Event::AuditRequest, id, r.env, r.asked, r.stage);
  audit_downloads();
  emit(Event::AuditEnded, sequence - first);
}

}  // namespace exo::test
