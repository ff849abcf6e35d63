// Notes when the packet arrived, and leaves it to the ring.
#include "libos/base/bpf.hpp"

using namespace exo;

extern "C" uint64_t stamp(const bpf::DownloadContext* context) {
  *bpf::pointer<uint32_t>(context->page[0]) = uint32_t(context->clock);
  return abi::kHandlerPass;
}
