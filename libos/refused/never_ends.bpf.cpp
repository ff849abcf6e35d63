// A filter that looks through the packet for a byte, and forgets to go on to the next one.
#include "libos/base/bpf.hpp"

using namespace exo;

extern "C" uint64_t never_ends(const bpf::DownloadContext* context) {
  const auto* byte = bpf::pointer<const volatile uint8_t>(context->data);
  const auto* end = bpf::pointer<const volatile uint8_t>(context->data_end);
  while (byte + 1 <= end) {
    if (*byte == '!') return 1;
  }
  return 0;
}
