// bench_classify: whose is a TCP/IP packet, among 1, 10 and 100 claims? The trees are compiled here by what the kernel
// compiles them with, into the same words, and jumped into.
#include "libos/bench/claim_memory.hpp"
#include "libos/bench/harness.hpp"

using namespace exo;
using namespace exo::bench;
using kernel::download::Progress;
using libos::claim_memory;

namespace {
constexpr uint32_t kPacketBytes = 54;  // Ethernet, IP and TCP headers
constexpr uint32_t kHost = 0x0a00'0002;

constexpr uint32_t port(uint32_t claim) { return 1024 + 1111 * claim % 50'000; }

/// The claim of the papers; each is on another port.
constexpr uint32_t kComparisons = 5;
void set_claim(uint32_t number) {
  const abi::Comparison comparisons[kComparisons] = {{12, 2, 0, 0xffff, 0x0800, 0},
                                                     {14, 1, 0, 0xff, 0x45, 0},
                                                     {23, 1, 0, 0xff, 6, 0},
                                                     {30, 4, 0, 0xffff'ffff, kHost, 0},
                                                     {36, 2, 0, 0xffff, port(number), 0}};
  kernel::download::Claim& claim = claim_memory().claims[number];
  begin(claim);
  for (const abi::Comparison& comparison : comparisons)
    if (!add(claim, comparison)) libos::fail(__LINE__, number, 0);
}

void put(uint32_t offset, uint32_t bytes, uint32_t value) {
  for (uint32_t i = 0; i < bytes; ++i) claim_memory().packet[2 + offset + i] = uint8_t(value >> (8 * (bytes - 1 - i)));
}
void set_packet(uint32_t claim) {
  put(12, 2, 0x0800);
  put(14, 1, 0x45);
  put(23, 1, 6);
  put(30, 4, kHost);
  put(36, 2, port(claim));
}

uint32_t timed(libos::Classify code, uint32_t& result) {
  register const uint8_t* packet asm("$4") = claim_memory().packet + 2;
  register uint32_t bytes asm("$5") = kPacketBytes;
  register uint32_t claim asm("$2");
  uint32_t before, after;
  asm volatile(
      ".set push\n"
      ".set noreorder\n"
      "rdhwr %0, $2\n"
      "jalr  %3\n"
      "nop\n"  // delay slot
      "rdhwr %1, $2\n"
      ".set pop"
      : "=&r"(before), "=&r"(after), "=&r"(claim)
      : "r"(code), "r"(packet), "r"(bytes)
      : "$8", "$9", "$10", "$31", "memory");
  result = claim;
  return after - before;
}

/// Ticks for the claim that takes longest; of each the middle one of a few.
uint32_t longest(uint32_t claims) {
  static Samples samples;
  uint32_t most = 0;
  for (uint32_t number = 1; number <= claims; ++number) {
    set_packet(number);
    samples.clear();
    for (uint32_t i = 0; i < 5; ++i) {
      uint32_t result;
      samples.add(timed(libos::compiled_claims(), result));
      if (result != number) libos::fail(__LINE__, number, result);
    }
    const uint32_t ticks = samples.median();
    if (ticks > most) most = ticks;
  }
  return most;
}

void measure(Figure figure, uint32_t claims, uint32_t clocks) {
  libos::forget_claims();
  for (uint32_t number = 1; number <= claims; ++number) set_claim(number);
  if (libos::compile_claims() != Progress::Done) libos::fail(__LINE__, claims, 0);
  report(figure, longest(claims) - clocks, 1, 5 * claims);
}
}  // namespace

int main() {
  if (const libos::Status status = libos::get_claim_memory(); status != libos::Status::Ok)
    libos::fail(__LINE__, uint32_t(status), 0);
  const uint32_t clocks = clock_cost();
  measure(Figure::classify_1, 1, clocks);
  measure(Figure::classify_10, 10, clocks);
  measure(Figure::classify_100, 100, clocks);
  libos::note(abi::Note::Finished);
  return 0;
}
