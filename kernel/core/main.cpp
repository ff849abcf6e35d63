// Boot, in order, and the one way into the kernel afterwards: trap().
#include "kernel/arch/mips/processor.hpp"
#include "kernel/arch/mips/trap_frame.hpp"
#include "kernel/core/bindings.hpp"
#include "kernel/core/capabilities.hpp"
#include "kernel/core/control.hpp"
#include "kernel/core/deadlines.hpp"
#include "kernel/core/devices.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/first_program.hpp"
#include "kernel/core/fpu.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/identifiers.hpp"
#include "kernel/core/panic.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/upcalls.hpp"
#include "kernel/download/classifier.hpp"
#include "kernel/download/downloads.hpp"
#include "kernel/syscalls/dispatch.hpp"

namespace exo::kernel {

namespace {
void on_alarm() {
  deadlines::poll();
  if (!deadlines::take_tick()) return;
  abi::TraceShared& shared = trace::shared();
  shared.tick = shared.tick + 1;
  control::take_due(shared.tick);
  classifier::build_at_leisure();
  revocation::tell_the_absent();
  slices::tick(deadlines::tick_follows());
  deadlines::poll();  // a deadline just behind a tick does not wait until everything about the tick has been told
}

// No translation: install the guaranteed mapping, or let the library OS walk its own page table.
void on_miss(const TrapFrame& frame, bool store) {
  Environment& e = slices::running();
  if (frame.bad_address < abi::kUserEnd && bindings::install_guaranteed(e, frame.bad_address >> abi::kPageShift))
    return;
  trace::emit(abi::Event::TlbMissed, frame.bad_address, store);
  upcalls::raise(e);
}

void on_exception(const TrapFrame& frame) {
  trace::emit(abi::Event::ExceptionRaised, frame.cause, frame.bad_address);
  upcalls::raise(slices::running());
}

void handle(TrapFrame& frame) {
  switch (cause_of(frame)) {
    case Cause::Interrupt:
      return;  // the timer's: looked at below, as after every entry
    case Cause::LoadMiss:
      return on_miss(frame, false);
    case Cause::StoreMiss:
      return on_miss(frame, true);
    case Cause::System:
      // The return from a call in a delay slot would need the branch to be worked out: it is an exception like any
      // other.
      return in_delay_slot(frame) ? on_exception(frame) : syscalls::dispatch(slices::running());
    case Cause::Coprocessor:
      return coprocessor_of(frame) == 1 ? fpu::hand_over(slices::running()) : on_exception(frame);
    default:
      return on_exception(frame);
  }
}
}  // namespace

void panic(uint32_t where, uint32_t code) {
  trace::record(abi::Event::Panic, where, code);
  processor::reset();
}

namespace {
TrapFrame* resume() {
  Environment& e = slices::running();
  e.frame.status = e.status;
  return &e.frame;
}

// Only the idle loop is interrupted in kernel mode, and only by the timer: anything else is a bug of the kernel's.
void check_idle(const TrapFrame& frame) {
  if (slices::running().number != 0 || cause_of(frame) != Cause::Interrupt) panic(frame.pc, frame.cause);
  trace::set_no_pc();
}
}  // namespace

// The way out of the kernel.
namespace {
TrapFrame* leave() {
  // What waits is told on the way out; telling can start a clock, and that can be over already.
  do {
    if (deadlines::due()) on_alarm();
    if (Environment& e = slices::running(); e.news.any()) (void)upcalls::deliver_waiting(e);
  } while (deadlines::due());
  return resume();
}
}  // namespace

extern "C" TrapFrame* trap(TrapFrame* frame) {
  if (!from_user(*frame)) [[unlikely]]
    check_idle(*frame);
  handle(*frame);
  return leave();
}

// The program called for a debugger. There is none, and nothing of the program was kept.
extern "C" TrapFrame* trap_debug() {
  environments::destroy(slices::running(), abi::Reason::Faulted, uint32_t(Cause::Breakpoint));
  slices::next(abi::Reason::Faulted);
  return leave();
}

extern "C" void resume_frame(TrapFrame* frame);

extern "C" [[noreturn]] void kernel_main(const char* const* /*environment*/, const char* const* arguments) {
  trace::initialise();
  processor::initialise(trace::enabled());
  capabilities::initialise();
  exposed() = {};
  frames::initialise();
  environments::initialise();
  devices::initialise();
  downloads::initialise();
  classifier::initialise();
  identifiers::initialise();
  bindings::initialise();
  slices::initialise();
  processor::restart_clock();
  trace::record(abi::Event::Boot, abi::kTraceVersion, abi::kFrameCount, abi::kTlbEntries, abi::kStlbEntries);
  bindings::flush_tlb();
  first_program::find_archive(arguments, 2);
  first_program::start();
  slices::next(abi::Reason::SliceBegan);
  // Timer tick n is n * 250 microseconds after Boot: those that went by meanwhile count.
  constexpr uint32_t period = abi::ticks_of_micros(abi::kTickMicros);
  trace::shared().tick = processor::clock() / period;
  deadlines::start((trace::shared().tick + 1) * period);
  resume_frame(resume());
  __builtin_unreachable();
}

}  // namespace exo::kernel
