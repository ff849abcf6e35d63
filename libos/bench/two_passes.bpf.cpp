// The same as one_pass in two: what every layer by itself would do.
#include "libos/base/bpf.hpp"
#include "libos/net/ipv4.hpp"

using namespace exo;

extern "C" uint64_t two_passes(const bpf::DownloadContext* context) {
  const auto* datagram = bpf::pointer<const uint8_t>(context->data) + net::ipv4::kHeader;
  const auto* end = bpf::pointer<const uint8_t>(context->data_end);
  if (datagram + net::ipv4::kHeaderBytes > end) return abi::kHandlerPass;
  bpf::copy(bpf::pointer<uint8_t>(context->page[0]), datagram, uint64_t(end - datagram));
  return bpf::checksum(datagram, uint64_t(end - datagram)) == 0x1'0000;
}
