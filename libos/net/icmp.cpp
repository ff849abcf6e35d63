#include "libos/net/icmp.hpp"

#include "libos/net/checksum.hpp"

namespace exo::net::icmp {

uint32_t answer(uint8_t* reply, const uint8_t* packet, const ipv4::Datagram& datagram) {
  const uint8_t* const message = datagram.payload;
  const uint32_t bytes = datagram.bytes;
  if (bytes < kHeaderBytes || message[kType] != kEchoRequest || message[kCode] != 0) return 0;
  if (folded(add_to_sum(0, message, bytes)) != 0xffff) return 0;
  uint8_t* const answer = reply + ipv4::kPayload;
  copy(answer, message, bytes);
  answer[kType] = kEchoReply;
  store16(answer + kChecksum, 0);
  store16(answer + kChecksum, checksum(add_to_sum(0, answer, bytes)));
  return ipv4::answer(reply, packet, datagram, bytes);
}

}  // namespace exo::net::icmp
