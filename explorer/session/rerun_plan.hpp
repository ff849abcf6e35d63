// From what happened in a run to what a machine is started with so that it happens again.
#pragma once
#include <span>
#include <string>

#include "explorer/connection/guest_memory.hpp"
#include "explorer/connection/recording.hpp"
#include "explorer/model/history.hpp"
#include "explorer/session/guest.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::session {

/// Makes `plan` one that repeats these records: every command that the kernel took, with the tick at which it took it,
/// and the packets and programs that it found in its store. What was planned and did not happen is not in it.
void repeat(BootPlan& plan, std::span<const abi::TraceRecord> records);
void repeat(BootPlan& plan, const model::History& history);

/// The plan of the run that a recording's file `path` holds, without what was done to it. Throws InputError: it is of
/// another build.
[[nodiscard]] BootPlan plan_of(const connection::RecordingHeader& header, const std::string& path);

/// What a machine did in its first `events` must be what the history says: only then is anything there about that run.
/// Throws MachineError.
void same_run(const connection::GuestMemory& machine, const model::History& history, model::EventNumber events);

}  // namespace exo::session
