// refused: offers the kernel three filters. Two it does not let in, for two reasons; the third is the first, mended.
// Needs authority over devices.
#include "libos/base/download.hpp"
#include "libos/base/heap.hpp"
#include "libos/base/note.hpp"
#include "libos/base/windows.hpp"
#include "libos/net/ring.hpp"

BPF_PROGRAM(reads_unchecked, kReadsUnchecked);
BPF_PROGRAM(never_ends, kNeverEnds);
BPF_PROGRAM(checks_first, kChecksFirst);
BPF_PROGRAM(ring_waiting, kRingWaiting);

using namespace exo::libos;
namespace abi = exo::abi;
namespace net = exo::net;

namespace {
constexpr uint32_t kRingAddress = kWindowAddress;
Capability wire, ring_frame;

void must(Status status, uint32_t line) {
  if (status != Status::Ok) fail(line, uint32_t(status), 0);
}

void offer(const Program& program, uint32_t order) {
  abi::DownloadAnswer answer{};
  const Result given =
      download(abi::DownloadKind::Filter, program, {.device = &wire, .page = {&ring_frame}, .order = order}, &answer);
  if (given.ok()) return note(Note::OfferAccepted, given.value, answer.longest);
  if (given.status != Status::Unverified) fail(__LINE__, uint32_t(given.status), 0);
  note(Note::OfferRefused, answer.verdict, answer.instruction, answer.detail);
}
}  // namespace

int main() {
  must(take_wire(wire), __LINE__);
  must(call::frame_allocate(abi::kAnyFrame, &ring_frame).status, __LINE__);
  must(open_window(kRingAddress, ring_frame, abi::kRightRead | abi::kRightWrite), __LINE__);
  for (uint32_t i = 0; i < kPageWords; ++i) reinterpret_cast<volatile uint32_t*>(kRingAddress)[i] = 0;
  offer(kReadsUnchecked, 1);
  offer(kNeverEnds, 2);
  offer(kChecksFirst, 3);
  const Result predicate = download(abi::DownloadKind::Predicate, kRingWaiting, {.page = {&ring_frame}});
  must(predicate.status, __LINE__);
  net::RingReader ring(kRingAddress);
  for (;;) {
    for (net::Packet packet = ring.first(); packet.data != nullptr; packet = ring.first()) {
      note(Note::TookPacket, packet.number, packet.bytes);
      ring.drop(packet);
    }
    sleep_on(predicate.value);
  }
}
