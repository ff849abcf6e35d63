// The trace for ui.perfetto.dev and chrome://tracing: the Trace Event Format of Chrome, in JSON.
//
// An environment is a process with one thread, the processor. On it a slice is a span, and an upcall a span within it:
// from its delivery until the next one or until the processor leaves, because where a handler ends the kernel doesn't
// see. A revocation is an asynchronous span in its owner's process, with its stages nested in it. A protected control
// transfer is a flow from the caller's span to the callee's. Frames owned are counters.
//
// Invariant: timestamps never decrease, every span that begins ends, and every flow has both its ends within spans.
#pragma once
#include "explorer/export/output.hpp"
#include "explorer/model/history.hpp"

namespace exo::exporting {

/// Returns how many trace events were written. Throws InputError.
std::uint64_t write_perfetto(const model::History& history, Output& out);

}  // namespace exo::exporting
