// Address resolution (RFC 826) for Ethernet and IPv4: who has this address?
#pragma once
#include "libos/net/ethernet.hpp"

namespace exo::net::arp {

// Offsets in the frame.
inline constexpr uint32_t kHardware = 14, kProtocol = 16, kSizes = 18, kOperation = 20, kSenderHardware = 22,
                          kSenderProtocol = 28, kTargetHardware = 32, kTargetProtocol = 38, kBytes = 42;
inline constexpr uint32_t kRequest = 1, kReply = 2;

/// Answers a question for our own address. Returns the bytes of the reply; 0: no question for us.
uint32_t answer(uint8_t* reply, const uint8_t* packet, uint32_t bytes, uint32_t own_address);

}  // namespace exo::net::arp
