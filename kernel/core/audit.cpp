#include "kernel/core/audit.hpp"

#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/bindings.hpp"
#include "kernel/core/devices.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/fpu.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/transfers.hpp"
#include "kernel/core/wire.hpp"
#include "kernel/download/downloads.hpp"

namespace exo::kernel::audit {

using abi::Event;

namespace {
uint32_t shown;

void show(Event event, uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3) {
  trace::emit(event, a0, a1, a2, a3);
  ++shown;
}

void show_environment(const Environment& e) {
  const abi::EnvironmentInfo& i = environments::info(e.number);
  const bool runs = &e == &slices::running();
  show(Event::AuditEnv, e.number, runs ? uint32_t(abi::EnvState::Running) : i.state, i.generation, i.asid);
  const uint32_t flags =
      (transfers::is_parked(e) ? abi::kProcessorParked : 0) | (fpu::owner() == e.number ? abi::kProcessorFpu : 0);
  show(Event::AuditProcessor, e.number, exposed().excess[e.number], e.calls, flags);
  const uint32_t sleep = (wire::may_send(e) ? abi::kMaySend : 0) | (e.asleep ? abi::kSleeps : 0);
  if (sleep != 0) show(Event::AuditSleep, e.number, e.asleep ? e.predicate : 0u, sleep, 0);
  if (e.entry.sync != 0 || e.entry.async != 0)
    show(Event::AuditEntry, e.number, e.entry.sync, e.entry.async, e.entry.guarded);
  for (const Guarantee& g : e.guarantees)
    if (g.flags != 0) show(Event::AuditGuarantee, e.number, g.vpn, g.pfn, g.flags);
  for (uint32_t slot = 0; slot < abi::kSaveLocations; ++slot)
    if (const SaveLocation& l = e.save_locations[slot]; l.frame != abi::kNoFrame)
      show(Event::AuditSave, e.number, slot, l.frame, l.save);
}

void show_frame(uint32_t frame) {
  const abi::FrameInfo& f = frames::info(frame);
  if (f.owner == 0 && f.flags == 0 && f.generation == 1 && f.guard == abi::kFrameRights && f.bindings == 0) return;
  show(Event::AuditFrame, frame, f.owner | uint32_t(f.flags) << 8 | uint32_t(f.guard) << 16, f.generation, f.bindings);
}
}  // namespace

void show_all() {
  shown = 0;
  trace::emit(Event::AuditBegan, slices::running().number, exposed().slice_position);
  for (uint32_t number = 1; number < abi::kMaxEnvironments; ++number)
    if (environments::exists(number)) show_environment(environments::get(number));
  for (uint32_t frame = 0; frame < abi::kFrameCount; ++frame) show_frame(frame);
  for (uint32_t slot = 0; slot < abi::kStlbEntries; ++slot)
    if (const abi::StlbEntry& e = bindings::stlb(slot); e.tag != abi::kStlbFree)
      show(Event::AuditBinding, slot, e.tag, e.lo0, e.lo1);
  for (uint32_t index = 0; index < abi::kTlbEntries; ++index) {
    const tlb::KeepEntryHi keep;
    const tlb::Entry entry = tlb::read(index);
    show(Event::AuditTlb, index, entry.hi, entry.lo0, entry.lo1);
  }
  for (uint32_t position = 0; position < abi::kSlicePositions; ++position)
    if (const uint32_t owner = exposed().slices[position]; owner != 0)
      show(Event::AuditSlice, position, owner, slices::generation_of(position), 0);
  for (uint32_t device = 0; device < abi::kDevices; ++device)
    show(Event::AuditDevice, device, devices::holder_of(abi::Device(device)), exposed().device_generations[device], 0);
  shown += downloads::show();
  shown += revocation::show();
  trace::emit(Event::AuditEnded, shown);
}

}  // namespace exo::kernel::audit
