// bench_peer: the other side of bench_pair. First parameter: what it does; second: with whom.
#include "libos/base/transfer.hpp"
#include "libos/bench/harness.hpp"

using namespace exo;
namespace call = exo::libos::call;

extern "C" {
void bench_transfer_entry();
[[noreturn]] void bench_yield_forever();
}

namespace {
enum class Role : uint32_t { Entered = 0, Yields = 1, Serves = 2 };

/// The procedure behind the remote call: as little as one can do and show that it was done.
void add(uint32_t, libos::Call& call) { call.word[0] += call.word[1]; }
}  // namespace

int main() {
  const Role role = Role(libos::parameter(0));
  if (role == Role::Yields) bench_yield_forever();
  if (role == Role::Serves) {
    if (libos::serve(add) != libos::Status::Ok) libos::fail(__LINE__, 0, 0);
    libos::serve_for_ever();
  }
  if (!call::entry_set(bench_transfer_entry, 0u, 0u, 0u).ok()) libos::fail(__LINE__, 0, 0);
  return int(call::entry_wait(0u).status);
}
