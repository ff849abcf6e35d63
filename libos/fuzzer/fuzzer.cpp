// A hostile library OS: from a seed it makes random and mutated system calls, faults in every way, jumps anywhere,
// passes capabilities on and makes environments that do the same. It expects nothing; the kernel's tables, the audit
// and the warden (warden.cpp) decide whether the kernel held.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/fuzzer/arguments.hpp"
#include "libos/fuzzer/board.hpp"
#include "libos/fuzzer/moves.hpp"

using namespace exo;
using namespace exo::fuzzer;
using abi::Upcall;

extern "C" {
void exo_fuzzer_interrupted();
void exo_fuzzer_faulted();
void exo_fuzzer_entered();
[[noreturn]] void exo_fuzzer_transfer(uint32_t caller);
[[noreturn]] void exo_fuzzer_again();
[[noreturn]] void exo_fuzzer_upcall(uint32_t kind, uint32_t a, uint32_t b, uint32_t c);
uint32_t exo_fuzzer_snippet[4];
}

namespace {
uint32_t address_of(void (*code)()) { return uint32_t(reinterpret_cast<uintptr_t>(code)); }

void set_upcalls() {
  const uint32_t faulted = address_of(exo_fuzzer_faulted), interrupted = address_of(exo_fuzzer_interrupted);
  for (uint32_t kind = 0; kind < abi::kUpcalls; ++kind) {
    const bool synchronous = kind == uint32_t(Upcall::Miss) || kind == uint32_t(Upcall::Exception);
    (void)libos::call::upcall_set(kind, synchronous ? faulted : interrupted);
  }
  (void)libos::call::exception_set(8u, faulted);  // calls that are not the kernel's
  (void)libos::call::entry_set(exo_fuzzer_entered, exo_fuzzer_entered, random.below(4) == 0, &pool[3]);
}

void bind_board() {
  Capability cap;
  auto* words = reinterpret_cast<uint32_t*>(&cap);
  for (uint32_t i = 0; i < sizeof cap / 4; ++i) words[i] = libos::parameter(kBoardParameter + i);
  (void)libos::call::bind(&cap, libos::page_number(kBoardAddress), abi::kBindRead | abi::kBindWrite);
}
}  // namespace

extern "C" void exo_fuzzer_again() {
  libos::environment().exception.cause = 0;
  if (random.chance(95)) libos::environment().masked = 0;
  if (random.chance(10)) bind_board();
  for (;;) move();
}

extern "C" void exo_fuzzer_transfer(uint32_t caller) {
  if (caller != 0 && random.chance(60)) enter(caller);
  exo_fuzzer_again();
}

extern "C" void exo_fuzzer_upcall(uint32_t kind, uint32_t a, uint32_t b, uint32_t) {
  if (kind == uint32_t(Upcall::Revoke)) {
    last_request = a;
    if (random.chance(60)) answer(b);
  }
  if (kind == uint32_t(Upcall::Emergency) && random.chance(50)) submit(a);
  if (kind == uint32_t(Upcall::SliceEnd) && random.chance(80)) {
    libos::environment().masked = 0;
    (void)libos::call::yield(0);
  }
  exo_fuzzer_again();
}

int main() {
  random.seed(libos::parameter(kSeedParameter));
  set_upcalls();
  bind_board();
  const uint32_t index = libos::parameter(kIndexParameter);
  if (index < kAuthoritySlots) granted = pool[0] = board().slots[index];
  exo_fuzzer_again();
}
