#include "kernel/core/upcalls.hpp"

#include "kernel/core/environments.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"

namespace exo::kernel::upcalls {

using abi::Event;
using abi::Upcall;

namespace {
void enter(Environment& e, abi::UpcallFrame& saved, Upcall kind, uint32_t a1, uint32_t a2, uint32_t a3) {
  TrapFrame& frame = e.frame;
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

void take_message(Environment& e) {
  const Message message = e.messages[0];
  --e.message_count;
  for (uint32_t i = 0; i < e.message_count; ++i) e.messages[i] = e.messages[i + 1];
  deliver(e, Upcall::Message, message.code, message.a, message.b);
}
}  // namespace

void deliver(Environment& e, Upcall kind, uint32_t a1, uint32_t a2, uint32_t a3) {
  enter(e, e.page->interrupt, kind, a1, a2, a3);
}

void raise(Environment& e, Upcall kind, uint32_t a1, uint32_t a2, uint32_t a3) {
  if (e.wants(kind)) return enter(e, e.page->exception, kind, a1, a2, a3);
  environments::destroy(e, abi::Reason::Faulted, a1);
  slices::next(abi::Reason::Faulted);
}

void deliver_waiting(Environment& e) {
  if (e.requests == 0 && e.message_count == 0 && !e.slice_started) return;
  if (e.requests != 0) revocation::tell(e);
  if (e.page->masked == 0 && e.message_count != 0) take_message(e);
  if (e.page->masked == 0 && e.slice_started) {
    e.slice_started = false;
    deliver(e, Upcall::SliceStart, exposed().slice_position, 0, 0);
  }
  e.page->pending = revocation::waiting(e) + e.message_count + e.slice_started;
}

Status post_message(Environment& e, uint32_t code, uint32_t a, uint32_t b) {
  if (!e.wants(Upcall::Message)) return Status::WrongState;
  if (e.message_count == kMessages) return Status::NoneFree;
  e.messages[e.message_count++] = {code, a, b};
  return Status::Ok;
}

}  // namespace exo::kernel::upcalls
