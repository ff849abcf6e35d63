// The condition "the first word of that page is another than I saw": page 0 is somebody else's, page 1 the sleeper's
// environment page.
#include "libos/base/bpf.hpp"
#include "libos/base/sleep.hpp"

extern "C" uint64_t word_changed(const exo::bpf::DownloadContext* context) {
  const auto* word = exo::bpf::pointer<const uint32_t>(context->page[0]);
  const auto* page = exo::bpf::pointer<const uint8_t>(context->page[1]);
  const auto* sleep = reinterpret_cast<const exo::libos::Sleep*>(page + exo::libos::kSleepOffset);
  return *word != sleep->seen ? 1 : 0;
}
