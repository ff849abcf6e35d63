// Downloads of a hostile library OS: claims that collide, programs that are nearly right, pages and filters that may be
// anybody's, and all of it given back, run, slept on or left behind.
#include "kernel/abi/downloads.hpp"

#include "libos/fuzzer/arguments.hpp"
#include "libos/fuzzer/moves.hpp"

namespace exo::fuzzer {

namespace {
using abi::DownloadKind;
using abi::Syscall;
using abi::bpf::Instruction;

constexpr uint32_t kLongest = 24;
abi::DownloadRequest request;
abi::DownloadAnswer answer_room;
abi::Capability wire;  // when there was one to have: what claims and filters must show
union {
  Instruction instructions[kLongest];
  abi::Comparison comparisons[abi::kMostComparisons];
} text;

uint32_t address_of(const void* pointer) { return uint32_t(reinterpret_cast<uintptr_t>(pointer)); }
uint32_t capability_address(abi::ResourceKind kind) { return address_of(pool_slot(kind)); }

/// Few fields and few values, so that claims meet.
void write_claim() {
  static constexpr abi::Comparison kFields[] = {{12, 2, 0, 0xffff, 0x0800, 0},
                                                {23, 1, 0, 0xff, 17, 0},
                                                {30, 4, 0, 0xffff'ffff, 0x0a00'0002, 0},
                                                {36, 2, 0, 0xffff, 7, 0},
                                                {36, 1, 0, 0xf0, 0x10, 0}};
  request.count = random.below(5);
  for (uint32_t i = 0; i < request.count; ++i) {
    abi::Comparison& c = text.comparisons[i];
    c = random.pick(kFields);
    if (random.chance(30)) c.value = random.below(4) & c.mask;
    if (random.chance(3)) reinterpret_cast<uint32_t*>(&c)[random.below(4)] = random.word();
  }
}

constexpr uint8_t registers(uint32_t destination, uint32_t source) { return uint8_t(destination | source << 4); }

/// A program that verifies, in front of which there may be anything.
void write_program() {
  static constexpr Instruction kMiddle[] = {
      {0x79, registers(2, 1), 0, 0},
      {0x79, registers(3, 1), 8, 0},
      {0x79, registers(4, 1), 16, 0},
      {0xbf, registers(5, 2), 0, 0},
      {0x07, registers(5, 0), 0, 20},
      {0x2d, registers(5, 3), 2, 0},
      {0x71, registers(0, 2), 14, 0},
      {0x69, registers(0, 2), 12, 0},
      {0x61, registers(0, 4), 64, 0},
      {0x63, registers(4, 0), 128, 0},
      {0x85, 0, 0, 2},
      {0xbf, registers(6, 1), 0, 0},
      {0x7b, registers(10, 4), -8, 0},
      {0x79, registers(4, 10), -8, 0},
      {0x37, registers(0, 0), 0, 7},
      {0x27, registers(0, 0), 0, -3},
      {0x57, registers(0, 0), 0, 63},
      {0x15, registers(0, 0), 1, 5},
      {0x05, 0, -2, 0},
      {0x85, 0, 0, 1},
      {0xb7, registers(3, 0), 0, 60},
  };
  uint32_t at = 0;
  text.instructions[at++] = {0xb7, registers(0, 0), 0, int32_t(random.below(3))};
  for (uint32_t left = random.below(kLongest - 2); left != 0; --left) {
    Instruction& i = text.instructions[at++];
    i = random.pick(kMiddle);
    if (random.chance(10)) reinterpret_cast<uint8_t*>(&i)[random.below(8)] = uint8_t(random.word());
  }
  text.instructions[at++] = {0x95, 0, 0, 0};
  request.count = at;
}

void ask_for_wire() {
  make_call(uint32_t(Syscall::device_capability), capability_address(abi::ResourceKind::Authority),
            uint32_t(abi::Device::Wire), address_of(&wire), 0);
  if (random.chance(30)) pool[random.below(kPoolSlots)] = wire;
  make_call(uint32_t(Syscall::wire_bind), address_of(&wire), 0, 0, 0);
}
void offer() {
  request = {};
  request.kind = random.chance(97) ? 1 + random.below(abi::kDownloadKinds - 1) : random.word();
  const bool takes_packets =
      request.kind == uint32_t(DownloadKind::Claim) || request.kind == uint32_t(DownloadKind::Filter);
  if (takes_packets && wire.resource == 0) ask_for_wire();
  if (request.kind == uint32_t(DownloadKind::Claim))
    write_claim();
  else
    write_program();
  if (random.chance(3)) request.count = random.chance(50) ? random.below(600) : random.word();
  request.program = random.chance(95) ? address_of(&text) : any_address();
  request.device = random.chance(80) ? address_of(&wire) : capability_address(abi::ResourceKind::Device);
  for (uint32_t& page : request.page) page = random.chance(40) ? capability_address(abi::ResourceKind::Frame) : 0;
  request.outer = random.chance(20) ? capability_address(abi::ResourceKind::Download) : 0;
  request.filter = random.below(12);
  request.order = random.below(6);
  request.bytes = random.chance(90) ? 64 : random.word();
  make_call(uint32_t(Syscall::code_download), address_of(&request), address_of(&answer_room), 0, 0);
}

}  // namespace

void download() {
  switch (random.below(8)) {
    case 0:
      return ask_for_wire();
    case 1:
      if (random.chance(50)) return offer();
      return make_call(uint32_t(Syscall::code_free), random.below(12), 0, 0, 0);
    case 2:
      return make_call(uint32_t(Syscall::code_run), random.below(12), address_of(&text), 64, address_of(&answer_room));
    case 3:
      return make_call(uint32_t(Syscall::wait), random.below(12), 0, 0, 0);
    case 4:
      return make_call(uint32_t(Syscall::code_capability), random.below(12),
                       address_of(&pool[random.below(kPoolSlots)]), 0, 0);
    case 5:
      return make_call(uint32_t(Syscall::packet_send), any_address(), random.below(1600), random.below(9), 0);
    default:
      return offer();
  }
}

}  // namespace exo::fuzzer
