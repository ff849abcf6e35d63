// Ethernet frames without their check sequence: destination, source, type. On the virtual wire an address follows from
// the IPv4 address: 02:00:a:b:c:d (02: locally administered), so that nobody must be asked for it.
#pragma once
#include "libos/net/bytes.hpp"

namespace exo::net::ethernet {

inline constexpr uint32_t kAddressBytes = 6;
inline constexpr uint32_t kDestination = 0, kSource = 6, kType = 12, kHeaderBytes = 14;
inline constexpr uint32_t kTypeIpv4 = 0x0800, kTypeArp = 0x0806;

inline void store_address(uint8_t* at, uint32_t ipv4_address) {
  store16(at, 0x0200);
  store32(at + 2, ipv4_address);
}

/// The header of an answer: back to whoever sent `packet`.
inline void answer(uint8_t* reply, const uint8_t* packet, uint32_t own_address) {
  copy(reply + kDestination, packet + kSource, kAddressBytes);
  store_address(reply + kSource, own_address);
  copy(reply + kType, packet + kType, 2);
}

}  // namespace exo::net::ethernet
