// Every cause of an exception has a handler of its own, and each comes back without the kernel: the right handler, the
// right pc, cause and address, no register changed. In a handler nothing asynchronous comes until it has cleared the
// cause; then it does, and another exception may, too.
#include "kernel/abi/environment_page.hpp"
#include "libos/base/environment.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;
using abi::Upcall;

extern "C" {
extern const uint32_t exo_own_handlers[16];
extern volatile uint32_t exo_own_counts[16];
extern volatile uint32_t exo_own_cause, exo_own_address, exo_own_pc;
uint32_t exo_changed_by_break();
void exo_calling_handler();
void exo_count_entry();
extern volatile uint32_t exo_counted;
}

namespace {
constexpr uint32_t kCauses = 16;

uint32_t all_counts() {
  uint32_t sum = 0;
  for (uint32_t code = 0; code < kCauses; ++code) sum += exo_own_counts[code];
  return sum;
}

/// The instruction stands alone between two labels, so that its pc is known.
#define RAISES(code, wanted_address, prepare, instruction)                       \
  do {                                                                           \
    const uint32_t count_before = exo_own_counts[code], all = all_counts();      \
    uint32_t raised_at = 0, kept = 0xabcd0123;                                   \
    asm volatile(                                                                \
        ".set push\n .set noreorder\n .set noat\n lui %0, %%hi(1f)\n"            \
        "addiu %0, %0, %%lo(1f)\n" prepare "\n1: " instruction "\n .set pop"     \
        : "=&r"(raised_at), "+r"(kept)                                           \
        :                                                                        \
        : "memory", "$2", "$8", "$9");                                           \
    check(__LINE__, exo_own_counts[code], count_before + 1);                     \
    check(__LINE__, all_counts(), all + 1);                                      \
    check(__LINE__, exo_own_pc, raised_at);                                      \
    check(__LINE__, abi::cause_code(exo_own_cause), code);                       \
    check(__LINE__, kept, 0xabcd0123);                                           \
    if ((wanted_address) != 0) check(__LINE__, exo_own_address, wanted_address); \
  } while (false)

void every_cause_has_its_own_handler() {
  for (uint32_t code = 0; code < kCauses; ++code)
    if (exo_own_handlers[code] != 0) CHECK_STATUS(call::exception_set(code, exo_own_handlers[code]), Ok);
  RAISES(4, 0x1001, "nop", "lw $8, 0x1001($zero)");
  RAISES(4, 0x1003, "nop", "lh $8, 0x1003($zero)");
  RAISES(4, 0x8010'0000, "lui $9, 0x8010", "lw $8, 0($9)");
  RAISES(5, 0x1002, "nop", "sw $8, 0x1002($zero)");
  RAISES(5, 0xa010'0004, "lui $9, 0xa010", "sw $8, 4($9)");
  RAISES(12, 0, "lui $9, 0x7fff", "add $8, $9, $9");
  RAISES(12, 0, "lui $9, 0x8000", "addi $8, $9, -1");
  RAISES(9, 0, "nop", "break");
  RAISES(13, 0, "nop", "teq $zero, $zero");
  RAISES(13, 0, "li $9, 7", "tgei $9, 7");
  RAISES(10, 0, "nop", ".word 0x7000003b");
  RAISES(11, 0, "nop", "mfc0 $8, $12");
  CHECK_EQUAL(exo_own_cause >> 28 & 3, 0);
  RAISES(11, 0, "nop", ".word 0xc8080000");  // lwc2: there is no coprocessor 2
  CHECK_EQUAL(exo_own_cause >> 28 & 3, 2);
  RAISES(2, 0x2222'0040, "lui $9, 0x2222", "lw $8, 0x40($9)");
  RAISES(3, 0x10, "nop", "sw $8, 0x10($zero)");
  RAISES(8, 0, "li $2, 64", "syscall");
  RAISES(8, 0, "li $2, -1", "syscall");
}

void a_write_that_is_not_allowed_is_one_too() {
  Capability cap;
  CHECK_STATUS(call::frame_allocate(abi::kAnyFrame, &cap), Ok);
  CHECK_STATUS(call::bind(&cap, vpn(kPage), abi::kBindRead), Ok);
  RAISES(1, kPage, "lui $9, 0x2003", "sw $8, -0x4000($9)");
  static_assert(kPage == 0x2003'0000 - 0x4000);
  CHECK_STATUS(call::frame_free(&cap), Ok);
}

void no_register_is_changed() { CHECK_EQUAL(exo_changed_by_break(), 0); }

void one_handler_can_be_taken_away() {
  CHECK_STATUS(call::exception_set(8u, 0u), Ok);
  CHECK_STATUS(libos::system_call(64, 0, 0, 0, 0), BadCall);
  CHECK_STATUS(call::exception_set(8u, exo_own_handlers[8]), Ok);
  CHECK_STATUS(call::exception_set(abi::kCauses, 0x0040'0000u), BadArgument);
  CHECK_STATUS(call::exception_set(0u, 0x0040'0000u), BadArgument);
  CHECK_STATUS(call::exception_set(9u, 0x8010'0000u), BadArgument);
  CHECK_STATUS(call::exception_set(9u, 0x0040'0002u), BadArgument);
  RAISES(9, 0, "nop", "break");  // what was refused has changed nothing
}

volatile bool handled;

void upcalls_wait_for_the_handler() {
  CHECK_STATUS(call::upcall_set(Upcall::SliceStart, reinterpret_cast<uint32_t>(exo_count_entry)), Ok);
  CHECK_STATUS(call::exception_set(9u, reinterpret_cast<uint32_t>(exo_calling_handler)), Ok);
  handled = false;
  asm volatile("break" ::
                   : "memory", "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14",
                     "$15", "$24", "$25", "hi", "lo");
  CHECK_EQUAL(handled, 1);
  CHECK_STATUS(call::upcall_set(Upcall::SliceStart, 0u), Ok);
}
}  // namespace

/// In the handler of a breakpoint.
extern "C" void exo_in_handler(uint32_t pc) {
  auto& page = libos::environment();
  CHECK_EQUAL(page.exception.pc, pc);
  CHECK_EQUAL(abi::cause_code(page.exception.cause), 9);
  CHECK_EQUAL(page.masked, 0);
  const uint32_t before = exo_counted;
  CHECK_STATUS(call::yield(0u), Ok);  // the next slice begins: news that has to wait
  CHECK_STATUS(call::yield(0u), Ok);
  CHECK_EQUAL(exo_counted, before);
  CHECK_EQUAL(page.pending != 0, 1);
  CHECK_EQUAL(page.exception.pc, pc);  // and nobody has touched the context
  page.exception.cause = 0;
  CHECK_STATUS(call::upcalls_take(), Ok);
  CHECK_EQUAL(exo_counted, before + 1);
  RAISES(13, 0, "nop", "teq $zero, $zero");  // an exception in the handler
  RAISES(4, 0x1001, "nop", "lw $8, 0x1001($zero)");
  handled = true;
}

int main() {
  every_cause_has_its_own_handler();
  a_write_that_is_not_allowed_is_one_too();
  no_register_is_changed();
  one_handler_can_be_taken_away();
  upcalls_wait_for_the_handler();
  finish();
}
