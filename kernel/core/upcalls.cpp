#include "kernel/core/upcalls.hpp"

#include "kernel/core/environments.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/transfers.hpp"

// The ends of the exception vector's table (arch/mips/vectors.S).
extern "C" char general[], system_call_0[], system_call_1[];

namespace exo::kernel::upcalls {

using abi::Event;
using abi::Upcall;

namespace {
constexpr uint32_t kFirstCode = 1;
uint32_t address_of(const char* code) { return reinterpret_cast<uint32_t>(code); }

void take_message(Environment& e) {
  const Message message = e.messages[0];
  --e.news.messages;
  for (uint32_t i = 0; i < e.news.messages; ++i) e.messages[i] = e.messages[i + 1];
  deliver(e, Upcall::Message, message.code, message.a, message.b);
}

// What is not wanted any more does not wait either. Requests look for themselves.
void forget_waiting(Environment& e, Upcall kind) {
  if (kind == Upcall::SliceStart) e.news.slice_started = false;
  if (kind == Upcall::SliceEnd) e.news.slice_ended = false;
  if (kind == Upcall::Emergency) e.news.emergency = false;
  if (kind == Upcall::Message) e.news.messages = 0;
}

uint32_t handler_for(const Environment& e, const TrapFrame& frame) {
  switch (cause_of(frame)) {
    case Cause::LoadMiss:
      return e.load_miss_pc;
    case Cause::StoreMiss:
      return e.store_miss_pc;
    case Cause::Coprocessor:
      return e.coprocessor_pc;
    case Cause::System:
      return e.own_calls;
    default: {
      const uint32_t handler = e.handlers[uint32_t(cause_of(frame))];
      return handler < abi::kUserEnd ? handler : 0;
    }
  }
}
}  // namespace

void initialise(Environment& e) {
  for (uint32_t& handler : e.handlers) handler = address_of(general);
  e.handlers[uint32_t(Cause::System)] = address_of(trace::enabled() ? system_call_1 : system_call_0);
}

void set_exception_handler(Environment& e, uint32_t code, uint32_t pc) {
  switch (Cause(code)) {
    case Cause::LoadMiss:
      e.load_miss_pc = pc;
      break;
    case Cause::StoreMiss:
      e.store_miss_pc = pc;
      break;
    case Cause::Coprocessor:  // C++ looks first whether it is the floating-point unit
      e.coprocessor_pc = pc;
      break;
    case Cause::System:
      e.own_calls = pc;
      break;
    default:
      e.handlers[code] = pc != 0 ? pc : address_of(general);
  }
}

void set_handler(Environment& e, Upcall kind, uint32_t pc) {
  e.upcall_pc[uint32_t(kind)] = pc;
  if (pc == 0) forget_waiting(e, kind);
  if (kind == Upcall::Miss) e.load_miss_pc = e.store_miss_pc = pc;
  if (kind != Upcall::Exception) return;
  for (uint32_t code = kFirstCode; code < abi::kCauses; ++code)
    if (const Cause cause = Cause(code);
        cause != Cause::LoadMiss && cause != Cause::StoreMiss && cause != Cause::System)
      set_exception_handler(e, code, pc);
}

void deliver(Environment& e, Upcall kind, uint32_t a1, uint32_t a2, uint32_t a3) {
  TrapFrame& frame = e.frame;
  abi::UpcallFrame& saved = e.page->interrupt;
  saved.pc = frame.pc;
  saved.a0 = frame.argument(0);
  saved.a1 = frame.argument(1);
  saved.a2 = frame.argument(2);
  saved.a3 = frame.argument(3);
  saved.was_masked = e.page->masked;
  saved.kind = uint32_t(kind);
  e.page->masked = 1;
  frame.pc = e.upcall_pc[uint32_t(kind)];
  frame.argument(0) = uint32_t(kind);
  frame.argument(1) = a1;
  frame.argument(2) = a2;
  frame.argument(3) = a3;
  trace::emit(Event::UpcallDelivered, e.number, uint32_t(kind), a1, frame.pc);
}

void raise(Environment& e) {
  TrapFrame& frame = e.frame;
  const uint32_t handler = handler_for(e, frame);
  if (handler == 0) {
    environments::destroy(e, abi::Reason::Faulted, uint32_t(cause_of(frame)));
    return slices::next(abi::Reason::Faulted);
  }
  e.page->exception.pc = frame.pc;
  e.page->exception.cause = frame.cause;
  e.page->exception.address = frame.bad_address;
  frame.pc = handler;
}

uint32_t waiting(const Environment& e) {
  return revocation::waiting(e) + e.news.messages + e.news.slice_started + e.news.slice_ended + e.news.emergency;
}

bool deliver_waiting(Environment& e) {
  if (!e.news.any()) return false;
  const bool could = e.listens();
  if (e.news.requests != 0) revocation::tell(e);
  if (e.listens() && e.news.slice_ended) {
    e.news.slice_ended = false;
    deliver(e, Upcall::SliceEnd, exposed().slice_position, 0, 0);
  }
  if (e.listens() && e.news.emergency) {
    e.news.emergency = false;
    deliver(e, Upcall::Emergency, e.server, 0, 0);
  }
  if (e.listens() && e.news.messages != 0) take_message(e);
  if (e.listens() && e.news.slice_started) {
    e.news.slice_started = false;
    deliver(e, Upcall::SliceStart, exposed().slice_position, 0, 0);
  }
  e.page->pending = waiting(e);
  return could && !e.listens();
}

bool rouse(Environment& e) {
  if (!transfers::is_parked(e) && &e != &slices::running()) return false;
  if (!e.listens() || !e.news.any()) return false;
  e.frame.pc = 0;
  e.registers_kept = deliver_waiting(e);
  transfers::reopen(e);
  return e.registers_kept;
}

Status post_message(Environment& e, uint32_t code, uint32_t a, uint32_t b) {
  if (!e.wants(Upcall::Message)) return Status::WrongState;
  if (e.news.messages == kMessages) return Status::NoneFree;
  e.messages[e.news.messages++] = {code, a, b};
  transfers::close(e);
  return Status::Ok;
}

}  // namespace exo::kernel::upcalls
