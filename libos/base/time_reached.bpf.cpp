// The condition "it is time": page 0 is the sleeper's environment page.
#include "libos/base/bpf.hpp"
#include "libos/base/sleep.hpp"

extern "C" uint64_t time_reached(const exo::bpf::DownloadContext* context) {
  const auto* page = exo::bpf::pointer<const uint8_t>(context->page[0]);
  const auto* sleep = reinterpret_cast<const exo::libos::Sleep*>(page + exo::libos::kSleepOffset);
  // The clock comes round every 26 seconds: what counts is the distance.
  return int32_t(uint32_t(context->clock) - sleep->due) >= 0 ? 1 : 0;
}
