// A scheduler outside the kernel: it owns slices of the processor, and gives each to one of its clients, which own
// none. Whose turn it is says the policy that it is linked with (schedule.hpp).
//
// How it gets the processor back does not depend on the clients: at the end of the slice a client either leaves by
// itself or is made to, the kernel goes on to the next position of the slice vector, that one is the scheduler's, and
// it resumes behind its yield_to. A client is charged for the timer ticks that it had: one that leaves early is sooner
// next, one that overstays is later. Slices of others may have lain in between, so it is never charged for more than
// its slice and the excess that the kernel has counted, which anyone can read.
//
// Parameters: 0 number of the first client (the others follow it), 1 slices to give out (0: no end), 2.. their tickets.
#include "kernel/abi/exposed.hpp"
#include "libos/base/note.hpp"
#include "libos/base/transfer.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/stride/schedule.hpp"

using namespace exo::libos;
using exo::abi::ExposedTables;

namespace {
constexpr uint32_t kFirstTickets = 2;

// The two pages of the kernel's tables that are needed, beside each other as in the kernel.
constexpr uint32_t kTablesAddress = 0x2001'0000;
const volatile ExposedTables& tables() { return *reinterpret_cast<const volatile ExposedTables*>(kTablesAddress); }

uint32_t clock() {
  uint32_t ticks;
  asm volatile("rdhwr %0, $2" : "=r"(ticks));
  return ticks;
}

/// The processor for one slice, or as much of it as the client wants. Returns for how many timer ticks it had it; 0: it
/// can't have it.
uint32_t run(uint32_t client) {
  constexpr uint32_t kTick = exo::abi::ticks_of_micros(exo::abi::kTickMicros);
  const uint32_t excess = tables().excess[client];
  const uint32_t start = clock();
  if (yield_to(client) != Status::Ok) return 0;
  const uint32_t used = (clock() - start + kTick / 2) / kTick;
  const uint32_t now = tables().excess[client];
  const uint32_t most = exo::abi::kTicksPerSlice + (now > excess ? now - excess : 0);
  if (used == 0) return 1;
  return used < most ? used : most;
}
}  // namespace

bool exo::libos::on_miss(uint32_t address, SavedRegisters&) {
  if (address - kTablesAddress >= sizeof(ExposedTables)) return false;
  const uint32_t page = (address - kTablesAddress) >> abi::kPageShift;
  return call::expose(abi::ExposedRegion::Tables, page, page_number(address)).ok();
}

int main() {
  const uint32_t first = parameter(0), slices = parameter(1);
  for (uint32_t i = kFirstTickets; i < exo::abi::kParameters && parameter(i) != 0; ++i) schedule::join(parameter(i));
  note(Note::Started, tables().environments[environment().number].slices);
  for (uint32_t given = 0; slices == 0 || given < slices;) {
    const uint32_t next = schedule::next();
    if (next == schedule::kNobody) break;
    const uint32_t used = run(first + next);
    if (used == 0) {  // it waits to be entered, or is gone
      schedule::leave(next);
      continue;
    }
    schedule::charge(next, used);
    ++given;
  }
  note(Note::Finished, slices, slices);
  return 0;
}
