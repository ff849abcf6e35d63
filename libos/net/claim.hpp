// A claim as it is written: comparison after comparison, by the names of the fields.
#pragma once
#include "kernel/abi/downloads.hpp"
#include "libos/net/arp.hpp"
#include "libos/net/icmp.hpp"
#include "libos/net/ipv4.hpp"
#include "libos/net/udp.hpp"

namespace exo::net {

class Claim {
 public:
  Claim& field(uint32_t offset, uint32_t bytes, uint32_t value, uint32_t mask = 0xffff'ffff) {
    const uint32_t whole = bytes == 4 ? 0xffff'ffff : (1u << (8 * bytes)) - 1;
    if (count_ < abi::kMostComparisons)
      comparison_[count_++] = {uint16_t(offset), uint8_t(bytes), 0, mask & whole, value, 0};
    return *this;
  }
  Claim& ethernet_type(uint32_t type) { return field(ethernet::kType, 2, type); }
  /// IPv4 for us, with a header without options: then what follows is where it is expected.
  Claim& ipv4_to(uint32_t own_address) {
    return ethernet_type(ethernet::kTypeIpv4)
        .field(ipv4::kVersion, 1, ipv4::kVersionAndFiveWords)
        .field(ipv4::kDestination, 4, own_address);
  }
  Claim& protocol(uint32_t protocol) { return field(ipv4::kProtocol, 1, protocol); }
  /// UDP and TCP have it at the same place.
  Claim& to_port(uint32_t port) { return field(ipv4::kPayload + udp::kDestinationPort, 2, port); }

  Claim& udp_to(uint32_t own_address, uint32_t port) {
    return ipv4_to(own_address).protocol(ipv4::kProtocolUdp).to_port(port);
  }
  Claim& echo_request_to(uint32_t own_address) {
    return ipv4_to(own_address)
        .protocol(ipv4::kProtocolIcmp)
        .field(ipv4::kPayload + icmp::kType, 1, icmp::kEchoRequest);
  }
  Claim& arp_for(uint32_t own_address) {
    return ethernet_type(ethernet::kTypeArp).field(arp::kTargetProtocol, 4, own_address);
  }

  [[nodiscard]] const abi::Comparison* comparisons() const { return comparison_; }
  [[nodiscard]] uint32_t count() const { return count_; }

 private:
  abi::Comparison comparison_[abi::kMostComparisons];
  uint32_t count_ = 0;
};

}  // namespace exo::net
