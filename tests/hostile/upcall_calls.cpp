// Hostile calls about where the kernel enters a library OS, and calls that do not exist.
#include "tests/hostile/refusals.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
constexpr uint32_t kBadCode[] = {1, 2, 3, 0x0040'0001, 0x7fff'ffff, 0x8000'0000, 0x8010'0000, 0xa000'0000, 0xffff'fffc};

void setting() {
  static constexpr uint32_t kKinds[] = {abi::kUpcalls, abi::kUpcalls + 1, 31,          32,         255,
                                        256,           0x1'0000,          0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kKinds, [](uint32_t x) { return call::upcall_set(x, 0x0040'0000u); });
  for (uint32_t kind = 0; kind < abi::kUpcalls; ++kind) {
    static uint32_t tried;
    tried = kind;
    refuses_each(__LINE__, Status::BadArgument, kBadCode, [](uint32_t x) { return call::upcall_set(tried, x); });
  }
}

void setting_exceptions() {
  static constexpr uint32_t kCauses[] = {0,   abi::kCauses, abi::kCauses + 1, 255,
                                         256, 0x1'0000,     0x8000'0000,      0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kCauses, [](uint32_t x) { return call::exception_set(x, 0x0040'0000u); });
  for (uint32_t cause = 1; cause < abi::kCauses; ++cause) {
    static uint32_t tried;
    tried = cause;
    refuses_each(__LINE__, Status::BadArgument, kBadCode, [](uint32_t x) { return call::exception_set(tried, x); });
  }
}

void calls_that_are_none() {
  static constexpr uint32_t kNumbers[] = {abi::kSyscalls, abi::kSyscalls + 1, 63,          64,         255,
                                          0x1'0000,       0x7fff'ffff,        0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadCall, kNumbers, [](uint32_t x) { return libos::system_call(x, 0, 0, 0, 0); });
  refuses_each(__LINE__, Status::BadCall, kNumbers,
               [](uint32_t x) { return libos::system_call(x, ~0u, ~0u, ~0u, ~0u); });
}
}  // namespace

int main() {
  set_the_stage();
  setting();
  setting_exceptions();
  calls_that_are_none();
  finish();
}
