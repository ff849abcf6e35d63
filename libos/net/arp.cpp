#include "libos/net/arp.hpp"

namespace exo::net::arp {

namespace {
constexpr uint32_t kEthernet = 1;
constexpr uint32_t kSixAndFour = 0x0604;  ///< bytes of a hardware and of a protocol address
}  // namespace

uint32_t answer(uint8_t* reply, const uint8_t* packet, uint32_t bytes, uint32_t own_address) {
  if (bytes < kBytes || load16(packet + kHardware) != kEthernet || load16(packet + kProtocol) != ethernet::kTypeIpv4 ||
      load16(packet + kSizes) != kSixAndFour || load16(packet + kOperation) != kRequest ||
      load32(packet + kTargetProtocol) != own_address)
    return 0;
  ethernet::answer(reply, packet, own_address);
  copy(reply + kHardware, packet + kHardware, kOperation - kHardware);
  store16(reply + kOperation, kReply);
  ethernet::store_address(reply + kSenderHardware, own_address);
  store32(reply + kSenderProtocol, own_address);
  copy(reply + kTargetHardware, packet + kSenderHardware, kTargetProtocol + 4 - kTargetHardware);
  return kBytes;
}

}  // namespace exo::net::arp
