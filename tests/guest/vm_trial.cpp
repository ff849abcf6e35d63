// Appel and Li's primitives: protections hold, are lifted, and are seen by the hook; contents are kept; the page table
// knows what was written.
#include "libos/vm/appel_li.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;
using namespace exo::libos::vm;

namespace {
uint32_t hook_calls, hook_page;

Resume count_and_skip(uint32_t page) {
  ++hook_calls;
  hook_page = page;
  return Resume::Skip;
}

uint32_t read(uint32_t page, uint32_t word = 0) { return word_at(protected_address(page) + 4 * word); }
void write(uint32_t page, uint32_t word, uint32_t value) { store_word(protected_address(page) + 4 * word, value); }

/// How many of the hundred pages can't be written now.
uint32_t unwritable_pages() {
  set_protection_hook(count_and_skip);
  const uint32_t before = hook_calls;
  for (uint32_t page = 0; page < kHundred; ++page) write(page, 9, page);
  return hook_calls - before;
}

uint32_t wrong_pages(uint32_t word, uint32_t offset) {
  uint32_t wrong = 0;
  for (uint32_t page = 0; page < kHundred; ++page) wrong += read(page, word) == page + offset ? 0 : 1;
  return wrong;
}

void pages_are_writable_at_first() {
  CHECK_EQUAL(prepare_pages(), Status::Ok);
  CHECK_EQUAL(unwritable_pages(), 0);
  for (uint32_t page = 0; page < kHundred; ++page) write(page, 1, page + 1000);
  CHECK_EQUAL(wrong_pages(1, 1000), 0);
}

void one_page_is_protected() {
  prot1(7);
  write(7, 1, 1);
  CHECK_EQUAL(hook_calls, 1);
  CHECK_EQUAL(hook_page, 7);
  CHECK_EQUAL(read(7, 1), 1007);  // reading is allowed, and the write did not happen
  write(6, 2, 3);
  write(8, 2, 4);
  CHECK_EQUAL(read(6, 2) + read(8, 2), 7);  // its neighbours, one in the same pair, are as they were
  CHECK_EQUAL(hook_calls, 1);
  CHECK_EQUAL(unwritable_pages(), 1);
}

void a_hundred_pages_are_protected_and_freed() {
  prot100();
  CHECK_EQUAL(unwritable_pages(), 100);
  unprot100();
  CHECK_EQUAL(unwritable_pages(), 0);
  CHECK_EQUAL(wrong_pages(1, 1000), 0);
}

void a_trap_changes_nothing() {
  prot100();
  const uint32_t before = protection_faults();
  set_protection_hook(nullptr);
  for (uint32_t page = 0; page < kHundred; ++page) trap(page);
  CHECK_EQUAL(protection_faults() - before, 100);
  CHECK_EQUAL(unwritable_pages(), 100);
  CHECK_EQUAL(read(5), 0);
}

/// Every register that a C function may change, and HI and LO, hold something of their own while a write traps.
void registers_survive_a_trap() {
  uint32_t sum;
  register uint32_t address asm("$16") = protected_address(3);
  asm volatile(
      ".set push\n .set noat\n .set noreorder\n"
      "li $1, 1\n li $2, 2\n li $3, 4\n li $4, 8\n li $5, 16\n li $6, 32\n li $7, 64\n li $8, 128\n li $9, 256\n"
      "li $10, 512\n li $11, 1024\n li $12, 2048\n li $13, 4096\n li $14, 8192\n li $15, 16384\n li $24, 0x10000\n"
      "li $25, 0x20000\n li $31, 0x40000\n mthi $31\n mtlo $25\n"
      "sw $zero, 0(%1)\n"
      "addu $1, $1, $2\n addu $1, $1, $3\n addu $1, $1, $4\n addu $1, $1, $5\n addu $1, $1, $6\n addu $1, $1, $7\n"
      "addu $1, $1, $8\n addu $1, $1, $9\n addu $1, $1, $10\n addu $1, $1, $11\n addu $1, $1, $12\n"
      "addu $1, $1, $13\n addu $1, $1, $14\n addu $1, $1, $15\n addu $1, $1, $24\n addu $1, $1, $25\n"
      "addu $1, $1, $31\n mfhi $2\n addu $1, $1, $2\n mflo $2\n addu %0, $1, $2\n .set pop"
      : "=r"(sum)
      : "r"(address)
      : "memory", "hi", "lo", "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14",
        "$15", "$24", "$25", "$31");
  CHECK_EQUAL(sum, 0x7fff + 0x70000 + 0x60000);
}

Resume make_writable(uint32_t page) {
  unprot1(page);
  return Resume::Retry;
}

void a_write_in_a_delay_slot_can_be_repeated() {
  unprot100();
  prot1(20);
  set_protection_hook(make_writable);
  uint32_t taken = 0;
  asm volatile(".set push\n .set noreorder\n b 1f\n sw %1, 16(%2)\n addiu %0, %0, 1\n1: addiu %0, %0, 2\n .set pop"
               : "+r"(taken)
               : "r"(0x77u), "r"(protected_address(20))
               : "memory");
  CHECK_EQUAL(taken, 2);  // the branch was taken, once
  CHECK_EQUAL(read(20, 4), 0x77);
}

void the_page_table_knows_what_was_written() {
  unprot100();
  set_protection_hook(count_and_skip);
  const uint32_t calls = hook_calls;
  watch(10, 20);
  CHECK_EQUAL(dirty(9), true);
  CHECK_EQUAL(dirty(10), false);
  (void)read(11);
  CHECK_EQUAL(dirty(11), false);
  write(12, 1, 5);
  write(12, 3, 6);
  CHECK_EQUAL(dirty(12), true);
  CHECK_EQUAL(dirty(13), false);
  CHECK_EQUAL(read(12, 1) + read(12, 3), 11);
  CHECK_EQUAL(hook_calls, calls);  // nobody was asked
  write(12, 1, 1012);
}

void appel_1_keeps_one_page_writable() {
  appel1_begin();
  CHECK_EQUAL(unwritable_pages(), 99);
  const uint32_t before = protection_faults();
  appel1(250);
  CHECK_EQUAL(protection_faults() - before, 250);
  CHECK_EQUAL(unwritable_pages(), 99);
  uint32_t wrong = 0;
  for (uint32_t access = 150; access < 250; ++access) wrong += read(random_page(access)) == access ? 0 : 1;
  CHECK_EQUAL(wrong, 0);  // every write arrived
  CHECK_EQUAL(wrong_pages(1, 1000), 0);
}

void appel_2_frees_them_one_by_one() {
  const uint32_t before = protection_faults();
  appel2();
  CHECK_EQUAL(protection_faults() - before, 100);
  CHECK_EQUAL(unwritable_pages(), 0);
  uint32_t wrong = 0;
  for (uint32_t access = 0; access < kHundred; ++access) wrong += read(random_page(access)) == access ? 0 : 1;
  CHECK_EQUAL(wrong, 0);
  CHECK_EQUAL(wrong_pages(1, 1000), 0);
}

void protect_gives_nothing_that_was_not_authorised() {
  prot1(3);
  Capability frame;
  CHECK_STATUS(call::frame_allocate(abi::kAnyFrame, &frame), Ok);
  CHECK_STATUS(call::bind(&frame, vpn(protected_address(3)), abi::kBindRead), Ok);
  CHECK_STATUS(call::protect(vpn(protected_address(3)), 1u, abi::kBindRead | abi::kBindWrite), Ok);
  set_protection_hook(count_and_skip);
  const uint32_t calls = hook_calls;
  write(3, 0, 1);
  CHECK_EQUAL(hook_calls, calls + 1);
}
}  // namespace

namespace exo::libos {
bool on_miss(uint32_t address, SavedRegisters&) { return vm::resolve_page(address); }
}  // namespace exo::libos

int main() {
  pages_are_writable_at_first();
  one_page_is_protected();
  a_hundred_pages_are_protected_and_freed();
  a_trap_changes_nothing();
  registers_survive_a_trap();
  a_write_in_a_delay_slot_can_be_repeated();
  the_page_table_knows_what_was_written();
  appel_1_keeps_one_page_writable();
  appel_2_frees_them_one_by_one();
  protect_gives_nothing_that_was_not_authorised();
  finish();
}
