// The handler of an echo server: answers a UDP packet where it lies, while its owner sleeps or waits for its turn.
// Sender and receiver change places, which leaves the checksums as they are: they are sums. Only the time to live is
// new, and its share in the checksum of the header is worked out (RFC 1624). The data's own checksum goes back as it
// came, so a packet that was damaged on its way here is found out where it is wanted.
#include "libos/base/bpf.hpp"
#include "libos/net/udp.hpp"

using namespace exo;
using namespace exo::bpf;

namespace {
constexpr uint32_t kHeaders = net::ipv4::kPayload + net::udp::kHeaderBytes;
constexpr uint32_t kLongestLife = 64;

template <class T>
[[gnu::always_inline]] inline T& at(uint8_t* packet, uint32_t offset) {
  return *reinterpret_cast<T*>(packet + offset);
}

template <class T>
[[gnu::always_inline]] inline void swap(uint8_t* packet, uint32_t one, uint32_t other) {
  const T kept = at<T>(packet, one);
  at<T>(packet, one) = at<T>(packet, other);
  at<T>(packet, other) = kept;
}

[[gnu::always_inline]] inline void renew_life(uint8_t* packet) {
  auto& life_and_protocol = at<uint16_t>(packet, net::ipv4::kTimeToLive);
  auto& checksum = at<uint16_t>(packet, net::ipv4::kChecksum);
  const uint32_t now = (life_and_protocol & 0xff00u) | kLongestLife;
  uint32_t sum = (~checksum & 0xffffu) + (~uint32_t{life_and_protocol} & 0xffffu) + now;
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  life_and_protocol = uint16_t(now);
  checksum = uint16_t(~sum);
}
}  // namespace

extern "C" uint64_t echo_handler(const DownloadContext* context) {
  auto* packet = pointer<uint8_t>(context->data);
  const auto* end = pointer<const uint8_t>(context->data_end);
  if (packet + kHeaders > end) return abi::kHandlerPass;
  if ((at<uint16_t>(packet, net::ipv4::kFragment) & network16(net::ipv4::kFragmentMask)) != 0) return abi::kHandlerPass;
  for (uint32_t i = 0; i < net::ethernet::kAddressBytes; i += 2)
    swap<uint16_t>(packet, net::ethernet::kDestination + i, net::ethernet::kSource + i);
  swap<uint32_t>(packet, net::ipv4::kSource, net::ipv4::kDestination);
  swap<uint16_t>(packet, net::ipv4::kPayload + net::udp::kSourcePort, net::ipv4::kPayload + net::udp::kDestinationPort);
  renew_life(packet);
  send(packet, uint64_t(end - packet));
  return abi::kHandlerConsumed;
}
