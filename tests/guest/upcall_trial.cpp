// Exceptions and faults enter the library OS, and it resumes its program without the kernel: every kind of exception is
// raised, counted by a handler of the trial's own (skip_handler.S), and the registers of the program are as before.
#include "kernel/abi/environment_page.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;
using abi::Upcall;

extern "C" {
void exo_skip_entry();        // skips the instruction and counts
extern uint32_t exo_skipped;  // how often
extern uint32_t exo_last_cause, exo_last_address;
}

namespace {
uint32_t seen;

void expect(uint32_t line, uint32_t cause) {
  ++seen;
  check(line, exo_skipped, seen);
  check(line, exo_last_cause, cause);
}
#define RAISES(cause, instruction)                                                                                \
  do {                                                                                                            \
    uint32_t kept = 0xabcd0123;                                                                                   \
    asm volatile(".set push\n .set noreorder\n" instruction "\n nop\n .set pop" : "+r"(kept) : : "memory", "$8"); \
    expect(__LINE__, cause);                                                                                      \
    CHECK_EQUAL(kept, 0xabcd0123);                                                                                \
  } while (false)

void every_exception_comes_back() {
  RAISES(9, "break");
  RAISES(4, "lw $8, 0x1001($zero)");           // unaligned load
  RAISES(5, "sw $8, 0x1002($zero)");           // unaligned store
  RAISES(4, "lui $8, 0x8010\n lw $8, 0($8)");  // the kernel's memory is an address error
  RAISES(5, "lui $8, 0x8010\n sw $8, 0($8)");
  RAISES(11, "mfc0 $8, $12");                     // coprocessor 0 is the kernel's
  RAISES(11, ".word 0x42000018");                 // eret
  RAISES(11, ".word 0x42000002");                 // tlbwi
  RAISES(12, "lui $8, 0x7fff\n add $8, $8, $8");  // overflow
  RAISES(13, "teq $zero, $zero");                 // trap
  RAISES(10, ".word 0x7000003b");                 // no such instruction
}

void a_write_to_a_read_only_page_is_an_exception() {
  Capability cap;
  CHECK_STATUS(call::frame_allocate(abi::kAnyFrame, &cap), Ok);
  CHECK_STATUS(call::bind(&cap, vpn(kPage), abi::kBindRead), Ok);
  CHECK_EQUAL(word_at(kPage) * 0, 0);
  RAISES(1, "lui $8, 0x2003\n sw $8, -0x4000($8)");  // TLB modified
  CHECK_STATUS(call::frame_free(&cap), Ok);
}

void a_miss_brings_the_address() {
  CHECK_STATUS(call::upcall_set(Upcall::Miss, reinterpret_cast<uint32_t>(exo_skip_entry)), Ok);
  RAISES(2, "lui $8, 0x2222\n lw $8, 0x40($8)");
  CHECK_EQUAL(exo_last_address, 0x2222'0040);
  RAISES(3, "sw $8, 0x10($zero)");  // a null pointer
  CHECK_EQUAL(exo_last_address, 0x0000'0010);
}

void a_system_call_in_a_delay_slot_is_an_exception() {
  const uint32_t before = exo_skipped;
  asm volatile(".set push\n .set noreorder\n li $2, 6\n b 1f\n syscall\n1: .set pop" ::: "$2", "$3", "memory");
  ++seen;
  CHECK_EQUAL(exo_skipped, before + 1);
  CHECK_EQUAL(exo_last_cause, 8);
}

void calls_beyond_the_kernels_range_are_the_environments_own() {
  RAISES(8, "li $2, 64\n syscall");
  RAISES(8, "li $2, -1\n syscall");
  CHECK_STATUS(call::exception_set(8u, 0u), Ok);
  CHECK_STATUS(libos::system_call(64, 0, 0, 0, 0), BadCall);
}

void a_call_that_does_not_exist_says_so() {
  CHECK_STATUS(libos::system_call(abi::kSyscalls, 0, 0, 0, 0), BadCall);
  CHECK_STATUS(libos::system_call(63, 0, 0, 0, 0), BadCall);
}

void handlers_must_be_user_code() {
  CHECK_STATUS(call::upcall_set(Upcall::Exception, 0x8010'0000u), BadArgument);
  CHECK_STATUS(call::upcall_set(Upcall::Exception, 0x0040'0002u), BadArgument);
  CHECK_STATUS(call::exception_set(9u, 0x8010'0000u), BadArgument);
  CHECK_STATUS(call::exception_set(9u, 0x0040'0002u), BadArgument);
  CHECK_STATUS(call::exception_set(0u, 0x0040'0000u), BadArgument);
  CHECK_STATUS(call::exception_set(32u, 0x0040'0000u), BadArgument);
  CHECK_STATUS(call::upcall_set(abi::kUpcalls, 0x0040'0000u), BadArgument);
}
}  // namespace

int main() {
  CHECK_STATUS(call::upcall_set(Upcall::Exception, reinterpret_cast<uint32_t>(exo_skip_entry)), Ok);
  every_exception_comes_back();
  a_write_to_a_read_only_page_is_an_exception();
  a_miss_brings_the_address();
  CHECK_STATUS(call::exception_set(8u, reinterpret_cast<uint32_t>(exo_skip_entry)), Ok);
  a_system_call_in_a_delay_slot_is_an_exception();
  calls_beyond_the_kernels_range_are_the_environments_own();
  a_call_that_does_not_exist_says_so();
  handlers_must_be_user_code();
  finish();
}
