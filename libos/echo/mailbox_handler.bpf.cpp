// A handler that takes the message out of a packet: it copies it into its owner's page, and sums it up on the way, so
// that the bytes are touched once. Then it wakes its owner. A message that arrived damaged is counted, and gone.
#include "libos/base/bpf.hpp"
#include "libos/echo/mailbox.hpp"
#include "libos/net/udp.hpp"

using namespace exo;
using namespace exo::bpf;

namespace {
constexpr uint32_t kHeaders = net::ipv4::kPayload + net::udp::kHeaderBytes;

[[gnu::always_inline]] inline uint32_t word(const uint8_t* packet, uint32_t offset) {
  return *reinterpret_cast<const uint16_t*>(packet + offset);
}

/// Addresses, protocol and length, which UDP's checksum is also made of.
[[gnu::always_inline]] inline uint32_t pseudo_sum(const uint8_t* packet) {
  uint32_t sum = network16(net::ipv4::kProtocolUdp) + word(packet, net::ipv4::kPayload + net::udp::kLength);
  for (uint32_t i = 0; i < 8; i += 2) sum += word(packet, net::ipv4::kSource + i);
  return sum;
}
}  // namespace

extern "C" uint64_t mailbox_handler(const DownloadContext* context) {
  const auto* packet = pointer<const uint8_t>(context->data);
  const auto* end = pointer<const uint8_t>(context->data_end);
  auto* mailbox = pointer<net::Mailbox>(context->page[0]);
  if (packet + kHeaders > end) return abi::kHandlerPass;
  const uint8_t* const message = packet + net::ipv4::kPayload;
  const auto bytes = uint64_t(end - message);
  if (network16(word(packet, net::ipv4::kPayload + net::udp::kLength)) != bytes) return abi::kHandlerPass;
  uint32_t sum = pseudo_sum(packet) + uint32_t(copy_checksum(mailbox->data, message, bytes));
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  if (sum != 0xffff && word(packet, net::ipv4::kPayload + net::udp::kChecksum) != 0) {
    ++mailbox->damaged;
    return abi::kHandlerConsumed;
  }
  mailbox->bytes = uint32_t(bytes);
  ++mailbox->messages;
  wake();
  return abi::kHandlerConsumed;
}
