// claimer: claims the packets for some ports of one address, and takes them out of its ring. A port that it may not
// have is no reason to give up the others.
//
// Parameters: 0 IPv4 address, 1 protocol (6 TCP, 17 UDP; 0: everything for the address), 2 to 6 ports,
// 7 microseconds since boot before which it claims nothing. Needs authority over devices.
#include "libos/base/heap.hpp"
#include "libos/base/note.hpp"
#include "libos/base/sleep_until.hpp"
#include "libos/base/windows.hpp"
#include "libos/net/claim.hpp"
#include "libos/net/ring.hpp"

BPF_PROGRAM(ring_waiting, kRingWaiting);

using namespace exo::libos;
namespace abi = exo::abi;
namespace net = exo::net;

namespace {
enum Parameter : uint32_t { kAddress, kProtocol, kFirstPort, kNotBefore = 7 };
constexpr uint32_t kRingAddress = kWindowAddress;
Capability wire, ring_frame;

void must(Status status, uint32_t line) {
  if (status != Status::Ok) fail(line, uint32_t(status), 0);
}

void claim(const net::Claim& claim, uint32_t port) {
  const Result claimed = download_claim(claim.comparisons(), claim.count(), {.device = &wire, .page = {&ring_frame}});
  if (claimed.ok())
    note(Note::Claimed, port, claimed.value);
  else
    note(Note::ClaimRefused, port, uint32_t(claimed.status));
}

void claim_all() {
  if (parameter(kProtocol) == 0) return claim(net::Claim().ipv4_to(parameter(kAddress)), 0);
  for (uint32_t i = kFirstPort; i < kNotBefore && parameter(i) != 0; ++i)
    claim(net::Claim().ipv4_to(parameter(kAddress)).protocol(parameter(kProtocol)).to_port(parameter(i)), parameter(i));
}
}  // namespace

int main() {
  must(take_wire(wire), __LINE__);
  must(call::frame_allocate(abi::kAnyFrame, &ring_frame).status, __LINE__);
  must(open_window(kRingAddress, ring_frame, abi::kRightRead | abi::kRightWrite), __LINE__);
  for (uint32_t i = 0; i < kPageWords; ++i) reinterpret_cast<volatile uint32_t*>(kRingAddress)[i] = 0;
  while (int32_t(clock() - abi::ticks_of_micros(parameter(kNotBefore))) < 0) (void)call::yield(0u);
  claim_all();
  const Result predicate = download(abi::DownloadKind::Predicate, kRingWaiting, {.page = {&ring_frame}});
  must(predicate.status, __LINE__);
  note(Note::Started);
  net::RingReader ring(kRingAddress);
  for (;;) {
    for (net::Packet packet = ring.first(); packet.data != nullptr; packet = ring.first()) {
      constexpr uint32_t kPort = net::ipv4::kPayload + net::udp::kDestinationPort;
      note(Note::TookPacket, packet.number, packet.bytes,
           packet.bytes >= kPort + 2 ? net::load16(packet.data + kPort) : 0);
      ring.drop(packet);
    }
    sleep_on(predicate.value);
  }
}
