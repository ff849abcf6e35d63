#include "libos/net/udp.hpp"

#include "libos/net/checksum.hpp"

namespace exo::net::udp {

namespace {
/// Sum over the pseudo header: both addresses, the protocol and the length.
uint32_t pseudo_sum(uint32_t source, uint32_t destination, uint32_t bytes) {
  return (source >> 16) + (source & 0xffff) + (destination >> 16) + (destination & 0xffff) + ipv4::kProtocolUdp + bytes;
}
}  // namespace

bool parse(Message& message, const ipv4::Datagram& datagram) {
  if (datagram.protocol != ipv4::kProtocolUdp || datagram.bytes < kHeaderBytes) return false;
  const uint8_t* const header = datagram.payload;
  const uint32_t length = load16(header + kLength);
  if (length < kHeaderBytes || length > datagram.bytes) return false;
  if (load16(header + kChecksum) != 0) {
    const uint32_t sum = pseudo_sum(datagram.source, datagram.destination, length);
    if (folded(add_to_sum(sum, header, length)) != 0xffff) return false;
  }
  message = {load16(header + kSourcePort), load16(header + kDestinationPort), header + kHeaderBytes,
             length - kHeaderBytes};
  return true;
}

uint32_t answer(uint8_t* reply, const uint8_t* packet, const ipv4::Datagram& datagram, const Message& message,
                const uint8_t* data, uint32_t bytes) {
  uint8_t* const header = reply + ipv4::kPayload;
  const uint32_t length = kHeaderBytes + bytes;
  copy(header + kHeaderBytes, data, bytes);
  store16(header + kSourcePort, message.destination_port);
  store16(header + kDestinationPort, message.source_port);
  store16(header + kLength, length);
  store16(header + kChecksum, 0);
  const uint32_t sum = pseudo_sum(datagram.destination, datagram.source, length);
  const uint32_t made = checksum(add_to_sum(sum, header, length));
  store16(header + kChecksum, made == 0 ? 0xffff : made);  // 0 would mean: none
  return ipv4::answer(reply, packet, datagram, length);
}

}  // namespace exo::net::udp
