#include "kernel/core/control.hpp"

#include "kernel/core/audit.hpp"
#include "kernel/core/devices.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/upcalls.hpp"
#include "kernel/core/wire.hpp"
#include "kernel/download/workshop.hpp"

namespace exo::kernel::control {

using abi::ControlCommand;
using abi::ControlOp;

namespace {
Status kill(uint32_t number) {
  if (!environments::exists(number)) return Status::NoSuchEnvironment;
  Environment& e = environments::get(number);
  const bool ran = &e == &slices::running();
  environments::destroy(e, abi::Reason::Killed, 0);
  if (ran) slices::next(abi::Reason::Killed);
  return Status::Ok;
}

// What only a library OS can decide goes to it as a message: the kernel carries it and adds nothing.
// A key without an address is for whoever controls the keyboard.
Status message(const ControlCommand& c) {
  uint32_t to = c.environment;
  if (to == 0 && ControlOp(c.op) == ControlOp::Key) to = devices::holder_of(abi::Device::Keyboard);
  if (!environments::is_ready(to)) return Status::NoSuchEnvironment;
  return upcalls::post_message(environments::get(to), c.op, c.a, c.b);
}

Status act(const ControlCommand& c) {
  switch (ControlOp(c.op)) {
    case ControlOp::Revoke:
      return revocation::request(c.environment, c.a, revocation::Limits::unpack(c.b)).status;
    case ControlOp::Kill:
      return kill(c.environment);
    case ControlOp::Audit:
      audit::show_all();
      return Status::Ok;
    case ControlOp::Stop:
      return Status::Ok;  // the host stops at the event itself
    case ControlOp::Pressure:
    case ControlOp::Hang:
    case ControlOp::Wake:
    case ControlOp::Key:
      return message(c);
    case ControlOp::Packet:
      return wire::take_from_store(c.a, c.b);
    case ControlOp::Download:
      return workshop::begin_for_host(c.environment, c.a, c.b);
  }
  return Status::BadCall;
}
}  // namespace

namespace {
void refuse(uint32_t op, Status status) { trace::record(abi::Event::ControlRefused, op, uint32_t(status)); }

// Showing the tables takes long: it waits until no deadline could be missed meanwhile. One download at a time. What
// stands behind them waits, too.
bool must_wait(ControlOp op) {
  return (op == ControlOp::Audit && revocation::clock_runs()) ||
         (op == ControlOp::Download && workshop::works_for_host());
}

// A filter of the host's is made in half of each tick, so that the timer is never late for it.
void go_on_with_download() {
  if (!workshop::works_for_host()) return;
  constexpr uint32_t kShare = abi::ticks_of_micros(abi::kTickMicros) / 2;
  const Status status = workshop::go_on_for_host(processor::clock() + kShare);
  if (status != Status::Ok && status != Status::Unfinished) refuse(uint32_t(ControlOp::Download), status);
}
}  // namespace

void take_due(uint32_t tick) {
  go_on_with_download();
  abi::TraceShared& s = trace::shared();
  for (;;) {
    volatile ControlCommand& slot = s.controls[s.controls_taken % abi::kControlSlots];
    if (slot.due_tick > tick) return;
    if (must_wait(ControlOp(slot.op))) return;
    const ControlCommand c{slot.due_tick, slot.op, slot.environment, slot.a, slot.b};
    slot.due_tick = abi::kNeverDue;
    s.controls_taken = s.controls_taken + 1;
    const uint32_t op = c.op | uint32_t(c.environment) << 16;
    trace::record(abi::Event::ControlTaken, op, c.a, c.b, tick);
    if (const Status status = act(c); status != Status::Ok) refuse(op, status);
  }
}

}  // namespace exo::kernel::control
