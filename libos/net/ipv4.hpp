// IPv4 (RFC 791), as much as an end host needs that neither sends nor takes fragments: who else wants them is free to.
#pragma once
#include "libos/net/ethernet.hpp"

namespace exo::net::ipv4 {

// Offsets in the frame, for the header without options.
inline constexpr uint32_t kHeader = ethernet::kHeaderBytes;
inline constexpr uint32_t kVersion = 14, kLength = 16, kIdentification = 18, kFragment = 20, kTimeToLive = 22,
                          kProtocol = 23, kChecksum = 24, kSource = 26, kDestination = 30, kPayload = 34;
inline constexpr uint32_t kHeaderBytes = 20;
inline constexpr uint32_t kVersionAndFiveWords = 0x45;
inline constexpr uint32_t kFragmentMask = 0x3fff;  ///< more fragments follow, or this is not the first
inline constexpr uint32_t kProtocolIcmp = 1, kProtocolTcp = 6, kProtocolUdp = 17;

struct Datagram {
  uint32_t source, destination;
  uint32_t protocol;
  const uint8_t* payload;
  uint32_t bytes;  ///< of the payload
};

/// False: not IPv4, too short, with a wrong length or checksum, or a fragment.
[[nodiscard]] bool parse(Datagram& datagram, const uint8_t* packet, uint32_t bytes);

/// Writes Ethernet and IPv4 header of an answer with so many bytes of payload. Returns the bytes of the whole packet.
uint32_t answer(uint8_t* reply, const uint8_t* packet, const Datagram& datagram, uint32_t payload_bytes);

}  // namespace exo::net::ipv4
