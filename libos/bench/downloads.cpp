// bench_downloads: what downloaded code costs: to be verified and compiled, to be called, to move and sum up bytes; and
// how long an echo takes with a handler and without. The scenario sends kPackets packets to each port; the kernel
// counts the calls of each download and the ticks spent in it, and its tables are there for anyone to read.
#include "kernel/abi/exposed.hpp"
#include "libos/base/sleep_until.hpp"
#include "libos/base/windows.hpp"
#include "libos/bench/harness.hpp"
#include "libos/net/claim.hpp"
#include "libos/net/ring.hpp"

BPF_PROGRAM(one_pass, kOnePass);
BPF_PROGRAM(two_passes, kTwoPasses);
BPF_PROGRAM(stamp, kStamp);
BPF_PROGRAM(longest_run, kLongestRun);
BPF_PROGRAM(echo_handler, kEchoHandler);
BPF_PROGRAM(ring_waiting, kRingWaiting);

using namespace exo;
using namespace exo::bench;
using abi::DownloadKind;
using abi::bpf::Instruction;
namespace call = exo::libos::call;

namespace {
constexpr uint32_t kAddress = 0x0a00'0002;
constexpr uint32_t kPackets = 20;  ///< to each port (bench.toml)
constexpr uint32_t kShort = 42 + 22, kLong = 42 + 1046;
constexpr uint32_t kRing = 0x2020'0000, kStampPage = kRing + 2 * abi::kPageSize, kTables = kRing + 4 * abi::kPageSize;

enum Port : uint32_t { kEmptyPort = 1, kOneShort, kOneLong, kTwoShort, kTwoLong, kEchoPort, kTurnPort, kPorts };
uint32_t handlers[kPorts];
abi::Capability wire, ring_frame, page;

const Instruction kEmpty[] = {{0xb7, 0, 0, 0}, {0x95, 0, 0, 0}};

void must(const libos::Result& result, uint32_t line) {
  if (!result.ok()) libos::fail(line, uint32_t(result.status), 0);
}

uint32_t must_value(const libos::Result& result, uint32_t line) {
  must(result, line);
  return result.value;
}

void take_page(uint32_t address, abi::Capability& frame) {
  must(call::frame_allocate(abi::kAnyFrame, &frame), __LINE__);
  (void)libos::open_window(address, frame, abi::kRightRead | abi::kRightWrite);
  for (uint32_t i = 0; i < abi::kPageSize; i += 4) *reinterpret_cast<volatile uint32_t*>(address + i) = 0;
}

void handle(uint32_t port, const libos::Program& program, abi::DownloadAnswer* answer = nullptr) {
  const net::Claim claim = net::Claim().udp_to(kAddress, port);
  const uint32_t filter = must_value(
      libos::download_claim(claim.comparisons(), claim.count(), {.device = &wire, .page = {&ring_frame}}), __LINE__);
  handlers[port] = must_value(
      libos::download(DownloadKind::Handler, program, {.page = {&page}, .filter = filter}, answer), __LINE__);
}

const volatile abi::DownloadInfo& info(uint32_t port) {
  const auto* downloads = reinterpret_cast<const volatile abi::DownloadInfo*>(kTables);
  return downloads[handlers[port]];
}

void report_making(const abi::DownloadAnswer& answer) {
  report(Figure::verify, answer.verify_ticks, kEchoHandler.count(), 1);
  report(Figure::compile, answer.compile_ticks, kEchoHandler.count(), 1);
}

void report_longest() {
  static uint32_t memory[2] = {1, 2}, result[3];
  const uint32_t longest =
      must_value(libos::download(DownloadKind::Computation, kLongestRun, {.bytes = sizeof memory}), __LINE__);
  report(Figure::longest_run, median_of([longest] {
           must(call::code_run(longest, memory, uint32_t(sizeof memory), result), __LINE__);
           return result[2];
         }));
  must(call::code_free(longest), __LINE__);
}

/// Answers each packet as it finds it, and says how long after its arrival the answer was sent.
void answer_by_turns() {
  const uint32_t predicate =
      must_value(libos::download(DownloadKind::Predicate, kRingWaiting, {.page = {&ring_frame}}), __LINE__);
  alignas(4) static uint8_t reply[abi::kMostPacketBytes + 2];
  static Samples samples;
  net::RingReader ring(kRing);
  while (samples.count() < kPackets) {
    const net::Packet packet = ring.first();
    if (packet.data == nullptr) {
      libos::sleep_on(predicate);
      continue;
    }
    net::ipv4::Datagram datagram;
    net::udp::Message message;
    if (!net::ipv4::parse(datagram, packet.data, packet.bytes) || !net::udp::parse(message, datagram))
      libos::fail(__LINE__, packet.number, 0);
    const uint32_t bytes = net::udp::answer(reply, packet.data, datagram, message, message.data, message.bytes);
    must(call::packet_send(reply, bytes, packet.number), __LINE__);
    const uint32_t sent = clock();
    samples.add(sent - *reinterpret_cast<volatile uint32_t*>(kStampPage));
    ring.drop(packet);
  }
  report(Figure::echo_turns, samples.median(), 1, kPackets);
}

void report_calls() {
  for (uint32_t port = kEmptyPort; port < kPorts; ++port)
    if (info(port).calls != kPackets) libos::fail(__LINE__, port, info(port).calls);
  report(Figure::handler_empty, info(kEmptyPort).ticks, kPackets, kPackets);
  constexpr uint32_t kBytes = kPackets * (kLong - kShort);
  report(Figure::copy_checksum, info(kOneLong).ticks - info(kOneShort).ticks, kBytes, kPackets);
  report(Figure::copy_then_checksum, info(kTwoLong).ticks - info(kTwoShort).ticks, kBytes, kPackets);
  report(Figure::echo_handler, info(kEchoPort).ticks, kPackets, kPackets);
}
}  // namespace

int main() {
  must({libos::take_wire(wire), 0}, __LINE__);
  take_page(kRing, ring_frame);
  take_page(kStampPage, page);
  must(call::expose(abi::ExposedRegion::Tables, offsetof(abi::ExposedTables, downloads) / abi::kPageSize,
                    libos::page_number(kTables)),
       __LINE__);
  handle(kEmptyPort, {kEmpty, kEmpty + 2});
  handle(kOneShort, kOnePass);
  handle(kOneLong, kOnePass);
  handle(kTwoShort, kTwoPasses);
  handle(kTwoLong, kTwoPasses);
  abi::DownloadAnswer answer;
  handle(kEchoPort, kEchoHandler, &answer);
  handle(kTurnPort, kStamp);
  report_making(answer);
  report_longest();
  answer_by_turns();
  report_calls();
  libos::note(abi::Note::Finished);
  return 0;
}
