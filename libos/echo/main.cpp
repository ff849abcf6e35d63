// echo: answers whatever is sent to it. UDP at one port, and with its own hands also pings and questions for its
// hardware address. It takes packets out of a ring in its own memory, and sleeps while there is none; or it downloads a
// handler, which answers in the kernel when the packet arrives, whoever is running then.
//
// Parameters: 0 own IPv4 address, 1 how it answers (enum How), 2 UDP port (0: 7), 3 not 0: it gives no download back
// when it is asked to. Needs authority over devices.
#include "libos/base/download.hpp"
#include "libos/base/heap.hpp"
#include "libos/base/note.hpp"
#include "libos/base/windows.hpp"
#include "libos/echo/mailbox.hpp"
#include "libos/net/claim.hpp"
#include "libos/net/ring.hpp"

BPF_PROGRAM(echo_handler, kEchoHandler);
BPF_PROGRAM(mailbox_handler, kMailboxHandler);
BPF_PROGRAM(ring_waiting, kRingWaiting);

using namespace exo::libos;
namespace abi = exo::abi;
namespace net = exo::net;
using exo::abi::DownloadKind;

namespace {
enum class How : uint32_t {
  Ring = 0,     ///< takes packets out of its ring, when it has the processor
  Handler = 1,  ///< its handler answers
  Mailbox = 2,  ///< its handler copies the message into its memory and wakes it
};
enum Parameter : uint32_t { kAddress, kHow, kPort, kStubborn };
constexpr uint32_t kRingAddress = kWindowAddress, kMailboxAddress = kWindowAddress + 2 * abi::kPageSize;
constexpr uint32_t kReadWrite = abi::kRightRead | abi::kRightWrite;
constexpr uint32_t kEchoPort = 7;

Capability wire, ring_frame, mailbox_frame;
uint32_t port() { return parameter(kPort) == 0 ? kEchoPort : parameter(kPort); }

void must(Status status, uint32_t line) {
  if (status != Status::Ok) fail(line, uint32_t(status), 0);
}

/// A frame of its own, zeroed, at an address.
void take_page(uint32_t address, Capability& frame) {
  must(call::frame_allocate(abi::kAnyFrame, &frame).status, __LINE__);
  must(open_window(address, frame, kReadWrite), __LINE__);
  for (uint32_t i = 0; i < kPageWords; ++i) reinterpret_cast<volatile uint32_t*>(address)[i] = 0;
}

uint32_t claim(const net::Claim& claim) {
  const Result claimed = download_claim(claim.comparisons(), claim.count(), {.device = &wire, .page = {&ring_frame}});
  must(claimed.status, __LINE__);
  return claimed.value;
}

void handle_packets_of(uint32_t filter) {
  Result handler = {Status::Ok, 0};
  if (How(parameter(kHow)) == How::Handler) handler = download(DownloadKind::Handler, kEchoHandler, {.filter = filter});
  if (How(parameter(kHow)) == How::Mailbox) {
    take_page(kMailboxAddress, mailbox_frame);
    handler = download(DownloadKind::Handler, kMailboxHandler, {.page = {&mailbox_frame}, .filter = filter});
  }
  must(handler.status, __LINE__);
}

/// The answer to a packet, ready to be sent; 0: there is none.
uint32_t answer(uint8_t* reply, const net::Packet& packet) {
  const uint32_t own = parameter(kAddress);
  if (const uint32_t bytes = net::arp::answer(reply, packet.data, packet.bytes, own); bytes != 0) return bytes;
  net::ipv4::Datagram datagram;
  if (!net::ipv4::parse(datagram, packet.data, packet.bytes) || datagram.destination != own) return 0;
  if (datagram.protocol == net::ipv4::kProtocolIcmp) return net::icmp::answer(reply, packet.data, datagram);
  net::udp::Message message;
  if (!net::udp::parse(message, datagram) || message.destination_port != port()) return 0;
  return net::udp::answer(reply, packet.data, datagram, message, message.data, message.bytes);
}

void answer_what_waits(net::RingReader& ring) {
  alignas(4) static uint8_t reply[abi::kMostPacketBytes + 2];
  static uint32_t answered = 0, others = 0;
  for (net::Packet packet = ring.first(); packet.data != nullptr; packet = ring.first()) {
    const uint32_t bytes = answer(reply, packet);
    const bool sent = bytes != 0 && call::packet_send(reply, bytes, packet.number).ok();
    ring.drop(packet);
    sent ? ++answered : ++others;
    note(Note::Echoed, answered, others);
  }
}

void read_mailbox() {
  static uint32_t read = 0;
  const auto* mailbox = reinterpret_cast<const volatile net::Mailbox*>(kMailboxAddress);
  const uint32_t messages = mailbox->messages;
  if (messages == read) return;
  note(Note::ReadMail, messages - read, mailbox->bytes, mailbox->data[net::udp::kHeaderBytes]);
  read = messages;
}
}  // namespace

void exo::libos::on_revoke_download(uint32_t request, uint32_t download, uint32_t) {
  if (parameter(kStubborn) != 0) return note(Note::KeepsDownload, download);
  mark_answered(request);
  (void)call::code_free(download);
}

int main() {
  must(take_wire(wire), __LINE__);
  take_page(kRingAddress, ring_frame);
  const uint32_t own = parameter(kAddress);
  handle_packets_of(claim(net::Claim().udp_to(own, port())));
  (void)claim(net::Claim().echo_request_to(own));
  (void)claim(net::Claim().arp_for(own));
  const Result predicate = download(DownloadKind::Predicate, kRingWaiting, {.page = {&ring_frame}});
  must(predicate.status, __LINE__);
  note(Note::Started, port());
  net::RingReader ring(kRingAddress);
  for (;;) {
    answer_what_waits(ring);
    if (How(parameter(kHow)) == How::Mailbox) read_mailbox();
    sleep_on(predicate.value);
  }
}
