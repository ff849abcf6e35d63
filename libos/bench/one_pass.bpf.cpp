// Takes the packet and sums it up in one pass.
#include "libos/base/bpf.hpp"

using namespace exo;

extern "C" uint64_t one_pass(const bpf::DownloadContext* context) {
  const auto* packet = bpf::pointer<const uint8_t>(context->data);
  const auto* end = bpf::pointer<const uint8_t>(context->data_end);
  return bpf::copy_checksum(bpf::pointer<uint8_t>(context->page[0]), packet, uint64_t(end - packet)) == 0x1'0000;
}
