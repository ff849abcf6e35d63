// ICMP echo (RFC 792): the answer to a ping.
#pragma once
#include "libos/net/ipv4.hpp"

namespace exo::net::icmp {

// Offsets in the message.
inline constexpr uint32_t kType = 0, kCode = 1, kChecksum = 2, kHeaderBytes = 8;
inline constexpr uint32_t kEchoRequest = 8, kEchoReply = 0;

/// Answers an echo request. Returns the bytes of the reply; 0: it is none, or it is damaged.
uint32_t answer(uint8_t* reply, const uint8_t* packet, const ipv4::Datagram& datagram);

}  // namespace exo::net::icmp
