// Downloaded code from its owner's side: conditions and why one wakes, the ring with its end and its limits, handlers
// that answer, copy and wake, computations, and what becomes of a download when its memory goes. The scenario puts
// packets on the wire when the trial says which round it has come to.
#include "libos/base/sleep_until.hpp"
#include "libos/base/windows.hpp"
#include "libos/echo/mailbox.hpp"
#include "libos/net/claim.hpp"
#include "libos/net/ring.hpp"
#include "tests/guest/checks.hpp"

BPF_PROGRAM(ring_waiting, kRingWaiting);
BPF_PROGRAM(echo_handler, kEchoHandler);
BPF_PROGRAM(mailbox_handler, kMailboxHandler);
BPF_PROGRAM(longest_run, kLongestRun);

using namespace exo;
using namespace exo::trials;
using abi::DownloadKind;
using abi::Reason;
using abi::bpf::Instruction;

namespace {
constexpr uint32_t kOwn = 0x0a00'0002, kPort = 7;
constexpr uint32_t kRingAddress = kPage, kMailAddress = kPage + 2 * abi::kPageSize;
constexpr uint32_t kHello = 42 + 5;   ///< bytes of the short packet
constexpr uint32_t kLong = 42 + 600;  ///< and of the long one
constexpr uint32_t kLongWords = 1 + (kLong + 3) / 4;
Capability wire, ring_frame, mail_frame;
uint32_t ring_predicate, port_claim;

libos::DownloadOptions for_packets() { return {.device = &wire, .page = {&ring_frame}}; }

uint32_t number_of(const libos::Result& result, uint32_t line) {
  check(line, uint32_t(result.status), uint32_t(Status::Ok));
  return result.value;
}
#define NUMBER(result) number_of(result, __LINE__)

/// The scenario hears it and sends what belongs to this round.
void begin_round(uint32_t round) { libos::note(Note::Round, round, round); }

void take_page(uint32_t address, Capability& frame) {
  CHECK_STATUS(call::frame_allocate(abi::kAnyFrame, &frame), Ok);
  CHECK_EQUAL(libos::open_window(address, frame, abi::kRightRead | abi::kRightWrite), Status::Ok);
  for (uint32_t i = 0; i < abi::kPageSize; i += 4) word_at(address + i) = 0;
}

void conditions() {
  take_page(kRingAddress, ring_frame);
  ring_predicate = NUMBER(libos::download(DownloadKind::Predicate, kRingWaiting, {.page = {&ring_frame}}));
  word_at(kRingAddress) = 1;  // the head of a ring that is not one yet
  const libos::Result at_once = call::wait(ring_predicate);
  CHECK_STATUS(at_once, Ok);
  CHECK_EQUAL(at_once.value, Reason::ConditionHolds);
  word_at(kRingAddress) = 0;

  const uint32_t timer = NUMBER(libos::download_clock());
  const uint32_t due = libos::clock() + abi::ticks_of_micros(2500);
  libos::sleep_words().due = due;
  CHECK_EQUAL(call::wait(timer).value, Reason::ConditionHolds);
  CHECK_EQUAL(int32_t(libos::clock() - due) >= 0, true);
  // It is asked when its turn comes, and it has one at least every slice but one.
  CHECK_EQUAL(libos::clock() - due < abi::ticks_of_micros(4000), true);
  CHECK_STATUS(call::code_free(timer), Ok);

  begin_round(1);  // a key is pressed
  CHECK_EQUAL(call::wait(0u).value, Reason::UpcallCame);
}

void deliveries() {
  CHECK_STATUS(call::device_capability(libos::granted_authority(), abi::Device::Wire, &wire), Ok);
  CHECK_STATUS(call::wire_bind(&wire), Ok);
  const net::Claim claim = net::Claim().udp_to(kOwn, kPort);
  port_claim = NUMBER(libos::download_claim(claim.comparisons(), claim.count(), for_packets()));
  begin_round(2);  // one for us, one for another port
  CHECK_EQUAL(call::wait(ring_predicate).value, Reason::ConditionHolds);
  net::RingReader ring(kRingAddress);
  const net::Packet packet = ring.first();
  CHECK_EQUAL(packet.bytes, kHello);
  CHECK_EQUAL(packet.number, 1);
  CHECK_EQUAL(packet.data[42], 'h');
  CHECK_EQUAL(net::load16(packet.data + 36), kPort);
  ring.drop(packet);
  CHECK_EQUAL(ring.is_empty(), true);

  // As many as fit, then no more; then round the end, where no packet is ever in two pieces.
  begin_round(3);  // eight long ones
  CHECK_EQUAL(call::wait(ring_predicate).value, Reason::ConditionHolds);
  const auto& shared = *reinterpret_cast<const volatile abi::PacketRing*>(kRingAddress);
  constexpr uint32_t kFit = (abi::kRingWords - 13 - 1) / kLongWords;
  CHECK_EQUAL(shared.delivered, 1 + kFit);
  CHECK_EQUAL(shared.dropped, 8 - kFit);
  for (uint32_t i = 0; i < kFit; ++i) {
    const net::Packet long_one = ring.first();
    CHECK_EQUAL(long_one.bytes, kLong);
    CHECK_EQUAL(long_one.data[kLong - 1], '.');
    ring.drop(long_one);
  }
  begin_round(4);  // two more: the first begins anew
  CHECK_EQUAL(call::wait(ring_predicate).value, Reason::ConditionHolds);
  for (uint32_t i = 0; i < 2; ++i) {
    const net::Packet next = ring.first();
    CHECK_EQUAL(next.bytes, kLong);
    CHECK_EQUAL(next.data[kLong - 1], '.');
    ring.drop(next);
  }
  CHECK_EQUAL(ring.first().data == nullptr, true);
}

void handlers() {
  const uint32_t echo = NUMBER(libos::download(DownloadKind::Handler, kEchoHandler, {.filter = port_claim}));
  CHECK_STATUS(libos::download(DownloadKind::Handler, kEchoHandler, {.filter = port_claim}), NotFree);
  begin_round(5);  // one for us: answered, and never in the ring
  libos::sleep_words().due = libos::clock() + abi::ticks_of_micros(3000);
  const uint32_t timer = NUMBER(libos::download_clock());
  while (int32_t(libos::clock() - libos::sleep_words().due) < 0) (void)call::wait(timer);
  CHECK_STATUS(call::code_free(timer), Ok);
  CHECK_STATUS(call::code_free(echo), Ok);

  take_page(kMailAddress, mail_frame);
  const uint32_t mailbox =
      NUMBER(libos::download(DownloadKind::Handler, kMailboxHandler, {.page = {&mail_frame}, .filter = port_claim}));
  begin_round(6);
  CHECK_EQUAL(call::wait(0u).value, Reason::WokenByHandler);
  const auto& mail = *reinterpret_cast<const volatile net::Mailbox*>(kMailAddress);
  CHECK_EQUAL(mail.messages, 1);
  CHECK_EQUAL(mail.damaged, 0);
  CHECK_EQUAL(mail.bytes, 8 + 5);
  CHECK_EQUAL(mail.data[8], 'h');
  CHECK_EQUAL(mail.data[12], 'o');

  // Its page goes: so does it, and only it.
  CHECK_STATUS(call::frame_free(&mail_frame), Ok);
  CHECK_STATUS(call::code_free(mailbox), NoSuchDownload);
  // Its claim goes: so does a new one.
  const uint32_t again = NUMBER(libos::download(DownloadKind::Handler, kEchoHandler, {.filter = port_claim}));
  CHECK_STATUS(call::code_free(port_claim), Ok);
  CHECK_STATUS(call::code_free(again), NoSuchDownload);
}

void computations() {
  // r0 = the memory's first word + 1; stores it back.
  static const Instruction kAddsOne[] = {{0x61, 0x10, 0, 0}, {0x07, 0x00, 0, 1}, {0x63, 0x01, 0, 0}, {0x95, 0, 0, 0}};
  static uint32_t memory[4] = {41}, result[3];
  const uint32_t adds =
      NUMBER(libos::download(DownloadKind::Computation, {kAddsOne, kAddsOne + 4}, {.bytes = sizeof memory}));
  CHECK_STATUS(call::code_run(adds, memory, uint32_t(sizeof memory), result), Ok);
  CHECK_EQUAL(result[0], 42);
  CHECK_EQUAL(result[1], 0);
  CHECK_EQUAL(memory[0], 42);
  CHECK_STATUS(call::wait(adds), WrongKind);
}
/// A frame is wanted back while the longest program that there may be runs in the kernel: it looks at the clock.
void deadlines() {
  static uint32_t memory[2] = {1, 2}, result[3];
  const uint32_t longest = NUMBER(libos::download(DownloadKind::Computation, kLongestRun, {.bytes = sizeof memory}));
  Capability frame;
  const libos::Result taken = call::frame_allocate(abi::kAnyFrame, &frame);
  CHECK_STATUS(taken, Ok);
  CHECK_STATUS(call::revoke(libos::granted_authority(), libos::environment().number, taken.value, 200u), Ok);
  CHECK_STATUS(call::code_run(longest, memory, uint32_t(sizeof memory), result), Ok);
  CHECK_EQUAL(result[2] > abi::ticks_of_micros(300), true);
  CHECK_STATUS(call::frame_free(&frame), StaleCapability);
}
}  // namespace

int main() {
  conditions();
  deliveries();
  handlers();
  computations();
  deadlines();
  finish();
}
