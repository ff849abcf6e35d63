// The filter as it should be: it compares with the packet's end, then looks.
#include "libos/base/bpf.hpp"
#include "libos/net/udp.hpp"

using namespace exo;

extern "C" uint64_t checks_first(const bpf::DownloadContext* context) {
  const auto* packet = bpf::pointer<const uint8_t>(context->data);
  if (packet + net::ipv4::kPayload + net::udp::kHeaderBytes > bpf::pointer<const uint8_t>(context->data_end)) return 0;
  if (*reinterpret_cast<const uint16_t*>(packet + net::ethernet::kType) != bpf::network16(net::ethernet::kTypeIpv4))
    return 0;
  if (packet[net::ipv4::kProtocol] != net::ipv4::kProtocolUdp) return 0;
  return *reinterpret_cast<const uint16_t*>(packet + net::ipv4::kPayload + net::udp::kDestinationPort) ==
                 bpf::network16(7)
             ? 1
             : 0;
}
