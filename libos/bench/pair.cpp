// bench_pair: control going to another environment and back. The others are bench_peer: one is entered, one yields.
#include "libos/base/transfer.hpp"
#include "libos/bench/harness.hpp"

using namespace exo;
using namespace exo::bench;
namespace call = exo::libos::call;

extern "C" {
uint32_t bench_timed_transfer(uint32_t callee);
void bench_transfer_back();
uint32_t bench_timed_yield(uint32_t environment);
}

namespace {
void must(const libos::Result& result, uint32_t line) {
  if (!result.ok()) libos::fail(line, uint32_t(result.status), 0);
}

/// A call with two numbers, answered with their sum.
uint32_t timed_call(uint32_t server) {
  libos::Call message = {{2, 3}};
  const uint32_t before = clock();
  const libos::Status status = libos::remote_call(server, message);
  const uint32_t after = clock();
  if (status != libos::Status::Ok || message.word[0] != 5) libos::fail(__LINE__, uint32_t(status), message.word[0]);
  return after - before;
}

void measure_calls(uint32_t server, uint32_t clocks) {
  if (libos::serve(nullptr) != libos::Status::Ok) libos::fail(__LINE__, 0, 0);
  libos::Call message = {{2, 3}};
  while (libos::remote_call(server, message) != libos::Status::Ok) (void)call::yield(server);
  report(Figure::lrpc, median_of([server] { return timed_call(server); }) - clocks);
}
}  // namespace

/// Parameters: the environments that are entered, yielded to, and called.
int main() {
  const uint32_t clocks = clock_cost(), callee = libos::parameter(0), yielder = libos::parameter(1);
  must(call::entry_set(bench_transfer_back, 0u, 0u, 0u), __LINE__);
  while (bench_timed_transfer(callee) == 0) (void)call::yield(callee);  // until it waits to be entered
  report(Figure::pct_sync, median_of([callee] { return bench_timed_transfer(callee); }) - clocks - kCallItself);
  report(Figure::yield_to, median_of([yielder] { return bench_timed_yield(yielder); }) - clocks);
  measure_calls(libos::parameter(2), clocks);
  libos::note(abi::Note::Finished);
  return 0;
}
