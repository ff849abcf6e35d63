// emulator: a library OS that gives its program what the machine does not have: system calls that the kernel has never
// heard of, and loads from addresses that are not aligned. Both are exceptions that come straight here, and go straight
// back: the kernel takes no part in the answer.
#include "libos/base/environment.hpp"
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

extern "C" void exo_own_call();

namespace exo::libos {

namespace {
enum Parameter : uint32_t { kCalls, kLoads };
constexpr uint32_t kFirstOwnCall = 64, kSystemCall = 8, kAddressErrorOnLoad = 4;

// lw rt, offset(rs): opcode 35 in bits 31..26, rt in 20..16.
constexpr uint32_t kLoadWord = 35;
constexpr uint32_t opcode_of(uint32_t instruction) { return instruction >> 26; }
constexpr uint32_t target_of(uint32_t instruction) { return instruction >> 16 & 31; }

/// Where the interrupted program's register is kept, of those that an upcall saves.
uint32_t* place_of(SavedRegisters& program, uint32_t number) {
  if (number >= 1 && number <= 7) return &program.at + (number - 1);
  if (number >= 8 && number <= 15) return &program.t[number - 8];
  if (number == 24 || number == 25) return &program.t[number - 16];
  return nullptr;
}

/// A word from any address, byte by byte.
uint32_t word_from(uint32_t address) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(address);
  return bytes[0] | uint32_t(bytes[1]) << 8 | uint32_t(bytes[2]) << 16 | uint32_t(bytes[3]) << 24;
}

// What the program sees.

uint32_t own_call(uint32_t a, uint32_t b) { return uint32_t(system_call(kFirstOwnCall, a, b, 0, 0).status); }

uint32_t load_crooked(const uint8_t* from) {
  uint32_t word;
  asm volatile("lw $8, 0(%1)\n move %0, $8" : "=r"(word) : "r"(from) : "$8", "memory");
  return word;
}

alignas(4) uint8_t bytes[64];

uint32_t make_calls(uint32_t count) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < count; ++i) sum = own_call(sum, i);
  return sum;
}

/// How many of so many loads brought something else than what lies there.
uint32_t wrong_loads(uint32_t count) {
  uint32_t wrong = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t at = (i % 12) * 4 + 1 + i % 3;
    const uint32_t first = at + 1;  // bytes[n] is n + 1
    wrong += load_crooked(bytes + at) != (first | (first + 1) << 8 | (first + 2) << 16 | (first + 3) << 24);
  }
  return wrong;
}
}  // namespace

bool on_exception(uint32_t code, uint32_t address, SavedRegisters& program) {
  const uint32_t instruction = *reinterpret_cast<const uint32_t*>(program.pc);
  if (code != kAddressErrorOnLoad || opcode_of(instruction) != kLoadWord || address >= abi::kUserEnd) return false;
  uint32_t* const target = place_of(program, target_of(instruction));
  if (target == nullptr) return false;
  *target = word_from(address);
  program.pc += 4;
  return true;
}

}  // namespace exo::libos

using namespace exo::libos;

int main() {
  for (uint32_t i = 0; i < sizeof bytes; ++i) bytes[i] = uint8_t(i + 1);
  (void)call::exception_set(kSystemCall, reinterpret_cast<uint32_t>(exo_own_call));
  const uint32_t calls = parameter(kCalls), loads = parameter(kLoads);
  (void)make_calls(1);  // every page in the TLB: what follows is about exceptions only
  (void)wrong_loads(1);
  (void)call::yield(0u);
  note(Note::CallsItself, calls);
  const uint32_t sum = make_calls(calls);
  note(Note::CalledItself, calls, sum);
  (void)call::yield(0u);
  note(Note::LoadsCrooked, loads);
  const uint32_t wrong = wrong_loads(loads);
  note(Note::LoadedCrooked, loads, wrong);
  note(Note::Finished, sum, calls * (calls - 1) / 2);
  for (;;) (void)call::yield(0u);
}
