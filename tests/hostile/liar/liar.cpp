// A hostile machine: a "kernel" that fills the trace with nonsense. Unknown events, times going backwards, arguments
// out of range, wrong sequence numbers, an impossible head. The explorer must say so and go on until the (true) end of
// the scenario.
#include "kernel/abi/memory_layout.hpp"
#include "kernel/abi/tables.hpp"
#include "kernel/abi/trace_ring.hpp"

extern "C" void pass_gate();

namespace {
using namespace exo::abi;

auto& shared = *reinterpret_cast<volatile TraceShared*>(0x8000'0000u | kTraceSharedPhysical);
auto* const ring = reinterpret_cast<volatile TraceRecord*>(0x8000'0000u | kTraceRingPhysical);

uint32_t head;

void write(uint32_t time, uint32_t sequence, uint16_t event, uint16_t environment, uint32_t a0, uint32_t a1,
           uint32_t a2, uint32_t a3) {
  volatile TraceRecord& record = ring[head % kTraceCapacity];
  record.time = time;
  record.sequence = sequence;
  record.event = event;
  record.environment = environment;
  record.pc = 0xdead'beef;
  record.arguments[0] = a0;
  record.arguments[1] = a1;
  record.arguments[2] = a2;
  record.arguments[3] = a3;
  ++head;
  pass_gate();
}

uint32_t now = 1000;
void event(Event id, uint16_t environment, uint32_t a0 = 0, uint32_t a1 = 0, uint32_t a2 = 0, uint32_t a3 = 0) {
  write(now += 100, head, uint16_t(id), environment, a0, a1, a2, a3);
}

// What the host writes and the gate reads: stops that nobody asked for, and none where one was.
void scribble_over_the_stop_conditions() {
  for (uint32_t round = 0; round < 1000; ++round) {
    shared.stop_at = round * 0x1234'5677;
    shared.stop_on[round % kEventNumbers] = uint8_t(round);
    event(Event::Switched, 0, 0, 1, 0, 0);
  }
}

// More events than the ring has room for, and not one record of them.
void pass_the_gate_with_nothing() {
  for (uint32_t i = 0; i < kTraceCapacity + 1000; ++i, ++head) pass_gate();
}

void every_event_with_every_extreme() {
  constexpr uint32_t extremes[] = {0, 1, 63, 64, 4095, 4096, 0x7fff'ffff, 0x8000'0000, 0xffff'fffe, 0xffff'ffff};
  for (uint32_t number = 0; number < 300; ++number) {
    // Left out: what would rightly end the run.
    if (number == uint32_t(Event::ControlTaken) || number == uint32_t(Event::Panic)) continue;
    for (const uint32_t a : extremes)
      for (const uint32_t b : extremes) write(now += 100, head, uint16_t(number), uint16_t(a), a, b, b, a);
  }
}
}  // namespace

extern "C" [[noreturn]] void liar_main() {
  shared.magic = kTraceMagic;
  shared.version = kTraceVersion;
  shared.capacity = kTraceCapacity;
  shared.record_bytes = sizeof(TraceRecord);
  shared.ring_physical = kTraceRingPhysical;
  event(Event::Boot, 0, 1, kFrameCount, 16, 4096);
  write(now - 500, head, uint16_t(Event::Switched), 0, 0, 1, 0, 0);  // backwards
  every_event_with_every_extreme();
  scribble_over_the_stop_conditions();
  pass_the_gate_with_nothing();
  write(now += 100, head + 77, uint16_t(Event::Switched), 0, 0, 1, 0, 0);  // 77 events that never were
  write(now += 100, head - 5, uint16_t(Event::Switched), 0, 0, 1, 0, 0);   // one that was before
  shared.head = head + 0x4000'0000;  // an impossible head, for as long as a reader needs to see it
  for (volatile uint32_t i = 0; i < 20'000'000; i = i + 1) {
  }
  shared.head = head;
  event(Event::ControlTaken, 0, uint32_t(ControlOp::Stop), 0, 0, 100);
  for (;;) {
  }
}
