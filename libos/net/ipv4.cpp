#include "libos/net/ipv4.hpp"

#include "libos/net/checksum.hpp"

namespace exo::net::ipv4 {

namespace {
constexpr uint32_t kLongestLife = 64;
constexpr uint32_t kDontFragment = 0x4000;
}  // namespace

bool parse(Datagram& datagram, const uint8_t* packet, uint32_t bytes) {
  if (bytes < kPayload || load16(packet + ethernet::kType) != ethernet::kTypeIpv4) return false;
  const uint8_t* const header = packet + kHeader;
  const uint32_t header_bytes = (header[0] & 15u) * 4, length = load16(packet + kLength);
  if (header[0] >> 4 != 4 || header_bytes < kHeaderBytes || length < header_bytes || length > bytes - kHeader)
    return false;
  if (folded(add_to_sum(0, header, header_bytes)) != 0xffff) return false;
  if ((load16(packet + kFragment) & kFragmentMask) != 0) return false;
  datagram = {load32(packet + kSource), load32(packet + kDestination), packet[kProtocol], header + header_bytes,
              length - header_bytes};
  return true;
}

uint32_t answer(uint8_t* reply, const uint8_t* packet, const Datagram& datagram, uint32_t payload_bytes) {
  ethernet::answer(reply, packet, datagram.destination);
  store16(reply + kVersion, kVersionAndFiveWords << 8);
  store16(reply + kLength, kHeaderBytes + payload_bytes);
  copy(reply + kIdentification, packet + kIdentification, 2);
  store16(reply + kFragment, kDontFragment);
  reply[kTimeToLive] = kLongestLife;
  reply[kProtocol] = uint8_t(datagram.protocol);
  store16(reply + kChecksum, 0);
  store32(reply + kSource, datagram.destination);
  store32(reply + kDestination, datagram.source);
  store16(reply + kChecksum, checksum(add_to_sum(0, reply + kHeader, kHeaderBytes)));
  return kPayload + payload_bytes;
}

}  // namespace exo::net::ipv4
