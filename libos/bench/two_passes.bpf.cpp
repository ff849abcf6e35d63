// The same as one_pass in two: what every layer by itself would do.
#include "libos/base/bpf.hpp"

using namespace exo;

extern "C" uint64_t two_passes(const bpf::DownloadContext* context) {
  const auto* packet = bpf::pointer<const uint8_t>(context->data);
  const auto* end = bpf::pointer<const uint8_t>(context->data_end);
  bpf::copy(bpf::pointer<uint8_t>(context->page[0]), packet, uint64_t(end - packet));
  return bpf::checksum(packet, uint64_t(end - packet)) == 0x1'0000;
}
