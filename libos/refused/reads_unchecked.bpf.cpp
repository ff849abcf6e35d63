// A filter that forgets to ask how long the packet is. Nothing proves that there are 38 bytes, so it is not let in.
#include "libos/base/bpf.hpp"
#include "libos/net/udp.hpp"

using namespace exo;

extern "C" uint64_t reads_unchecked(const bpf::DownloadContext* context) {
  const auto* packet = bpf::pointer<const uint8_t>(context->data);
  return *reinterpret_cast<const uint16_t*>(packet + net::ipv4::kPayload + net::udp::kDestinationPort) ==
                 bpf::network16(7)
             ? 1
             : 0;
}
