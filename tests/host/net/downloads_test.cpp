// The programs that the library OSes download, as clang made them: what the kernel's verifier says of each, and what
// each does, by the interpreter of the specification.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include "explorer/bpf/interpreter.hpp"
#include "explorer/packets/build.hpp"
#include "kernel/download/verifier.hpp"
#include "libos/base/sleep.hpp"
#include "libos/echo/mailbox.hpp"

namespace exo::net {
namespace {

using abi::DownloadKind;
using abi::Verdict;
using abi::bpf::Instruction;
using packets::Bytes;

constexpr std::uint32_t kOwn = 0x0a00'0002, kPeer = 0x0a00'0009;
constexpr packets::Endpoint kHere{kOwn, 7}, kThere{kPeer, 4000};

std::vector<Instruction> program(const std::string& name) {
  const char* guest = std::getenv("EXOSCOPE_GUEST_DIR");
  std::ifstream file(std::string(guest == nullptr ? "build/guest" : guest) + "/bpf/" + name + ".bin", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::vector<Instruction> made(bytes.size() / sizeof(Instruction));
  std::memcpy(made.data(), bytes.data(), made.size() * sizeof(Instruction));
  return made;
}

struct Said {
  Verdict verdict;
  std::uint32_t instruction, longest;
};

Said verify(const std::string& name, DownloadKind kind, int pages = 0, bool writable = false) {
  using namespace kernel::download;
  const std::vector<Instruction> text = program(name);
  std::vector<std::uint8_t> facts(text.size());
  const auto memory = std::make_unique<VerifierMemory>();
  Rules rules{kind, abi::run_budget(kind), kind == DownloadKind::Computation ? 8u : 0u, {}};
  for (int i = 0; i < pages; ++i) rules.page[i] = {true, writable};
  Verifier verifier;
  verifier.start(*memory, text.data(), std::uint32_t(text.size()), rules, facts.data());
  Progress progress = Progress::More;
  while (progress == Progress::More) progress = verifier.step();
  if (progress == Progress::Refused) return {verifier.finding().verdict, verifier.finding().instruction, 0};
  return {Verdict::Accepted, 0, verifier.longest()};
}

/// A program with a packet and pages, as the kernel would run it.
class Downloaded {
 public:
  explicit Downloaded(const std::string& name) : text_(program(name)) {}

  Bytes packet;
  std::uint32_t clock = 0;
  std::array<std::array<std::uint8_t, abi::kPageSize>, abi::kDownloadPages> page{};
  std::vector<Bytes> sent;
  int wakes = 0;

  std::uint64_t run() {
    abi::DownloadContext context{kPacket, kPacket + packet.size(), {kPages, kPages + abi::kPageSize}, clock};
    bpf::Interpreter machine;
    machine.add({kContext, {reinterpret_cast<std::uint8_t*>(&context), sizeof context}, false});
    machine.add({kPacket, packet, true});
    for (std::size_t i = 0; i < page.size(); ++i) machine.add({kPages + i * abi::kPageSize, page[i], true});
    machine.set_helpers([this](std::uint32_t number, std::span<const std::uint64_t, 5> a) { return help(number, a); });
    const bpf::Run run = machine.run(text_, kContext, 0, 10'000);
    EXPECT_EQ(run.ending, bpf::Ending::Exit) << run.fault << " at " << run.at;
    return run.result;
  }
  template <class T>
  T& at(std::size_t index, std::size_t offset = 0) {
    return *reinterpret_cast<T*>(page[index].data() + offset);
  }

 private:
  static constexpr std::uint64_t kContext = 0x1000, kPacket = 0x2002, kPages = 0x10'000;
  std::vector<Instruction> text_;

  /// Sum in the byte order of memory, as helpers.def has it.
  static std::uint64_t sum_of(packets::View bytes) {
    const std::uint32_t sum = packets::internet_sum(bytes);
    return (sum & 0xff) << 8 | sum >> 8;
  }
  packets::View in_packet(std::uint64_t address, std::uint64_t bytes) {
    return packets::View(packet).subspan(address - kPacket, bytes);
  }
  std::uint64_t help(std::uint32_t number, std::span<const std::uint64_t, 5> a) {
    if (number == 1) {
      const auto bytes = in_packet(a[0], a[1]);
      sent.emplace_back(bytes.begin(), bytes.end());
    } else if (number == 2) {
      ++wakes;
    } else if (number == 5) {
      const auto bytes = in_packet(a[1], a[2]);
      std::copy(bytes.begin(), bytes.end(), page[0].begin() + std::ptrdiff_t(a[0] - kPages));
      return sum_of(bytes);
    } else {
      ADD_FAILURE() << "helper " << number;
    }
    return 0;
  }
};

TEST(Downloads, AreAcceptedAsWhatTheyAreFor) {
  EXPECT_EQ(verify("echo_handler", DownloadKind::Handler).verdict, Verdict::Accepted);
  EXPECT_EQ(verify("mailbox_handler", DownloadKind::Handler, 1, true).verdict, Verdict::Accepted);
  EXPECT_EQ(verify("one_pass", DownloadKind::Handler, 1, true).verdict, Verdict::Accepted);
  EXPECT_EQ(verify("two_passes", DownloadKind::Handler, 1, true).verdict, Verdict::Accepted);
  EXPECT_EQ(verify("stamp", DownloadKind::Handler, 1, true).verdict, Verdict::Accepted);
  EXPECT_EQ(verify("ring_waiting", DownloadKind::Predicate, 1).verdict, Verdict::Accepted);
  EXPECT_EQ(verify("time_reached", DownloadKind::Predicate, 1).verdict, Verdict::Accepted);
  EXPECT_EQ(verify("word_changed", DownloadKind::Predicate, 2).verdict, Verdict::Accepted);
  EXPECT_EQ(verify("checks_first", DownloadKind::Filter).verdict, Verdict::Accepted);
  EXPECT_EQ(verify("longest_run", DownloadKind::Computation).verdict, Verdict::Accepted);
}

TEST(Downloads, AreRefusedWithoutWhatTheyNeed) {
  EXPECT_NE(verify("mailbox_handler", DownloadKind::Handler).verdict, Verdict::Accepted);
  EXPECT_EQ(verify("mailbox_handler", DownloadKind::Handler, 1).verdict, Verdict::ReadOnly);
  EXPECT_EQ(verify("echo_handler", DownloadKind::Filter).verdict, Verdict::ReadOnly);
  EXPECT_NE(verify("ring_waiting", DownloadKind::Predicate).verdict, Verdict::Accepted);
}

TEST(Downloads, TheRefusedAreRefusedForTheirReasons) {
  const Said unchecked = verify("reads_unchecked", DownloadKind::Filter);
  EXPECT_EQ(unchecked.verdict, Verdict::Unproven);
  EXPECT_EQ(unchecked.instruction, 1u);
  EXPECT_EQ(verify("never_ends", DownloadKind::Filter).verdict, Verdict::Endless);
}

TEST(Downloads, TheEchoHandlerAnswersWhereThePacketLies) {
  for (const std::size_t bytes : {0u, 5u, 6u, 1472u}) {
    Downloaded echo("echo_handler");
    echo.packet = build(packets::Udp{kThere, kHere, Bytes(bytes, 'x')});
    EXPECT_EQ(echo.run(), abi::kHandlerConsumed);
    EXPECT_THAT(echo.sent, testing::ElementsAre(build(packets::Udp{kHere, kThere, Bytes(bytes, 'x')})));
  }
}

TEST(Downloads, TheEchoHandlerMendsTheChecksumOfAnyLifetime) {
  const Bytes answer = build(packets::Udp{kHere, kThere, Bytes(3, 'x')});
  for (std::uint32_t life = 1; life < 256; ++life) {
    Downloaded echo("echo_handler");
    echo.packet = build(packets::Udp{kThere, kHere, Bytes(3, 'x')});
    echo.packet[22] = std::uint8_t(life);
    echo.packet[24] = echo.packet[25] = 0;
    const std::uint32_t sum = ~packets::internet_sum(packets::View(echo.packet).subspan(14, 20)) & 0xffff;
    echo.packet[24] = std::uint8_t(sum >> 8), echo.packet[25] = std::uint8_t(sum);
    EXPECT_EQ(echo.run(), abi::kHandlerConsumed);
    EXPECT_THAT(echo.sent, testing::ElementsAre(answer)) << life;
  }
}

TEST(Downloads, TheEchoHandlerPassesWhatIsNotForIt) {
  Downloaded echo("echo_handler");
  echo.packet = build(packets::Udp{kThere, kHere, Bytes(3, 'x')});
  echo.packet.resize(41);
  EXPECT_EQ(echo.run(), abi::kHandlerPass);
  echo.packet = build(packets::Udp{kThere, kHere, Bytes(3, 'x')});
  echo.packet[20] |= 0x20;  // more fragments follow
  EXPECT_EQ(echo.run(), abi::kHandlerPass);
  EXPECT_THAT(echo.sent, testing::IsEmpty());
}

TEST(Downloads, TheMailboxHandlerCopiesSumsUpAndWakes) {
  for (const std::size_t bytes : {0u, 5u, 6u, 1472u}) {
    Downloaded mail("mailbox_handler");
    mail.packet = build(packets::Udp{kThere, kHere, Bytes(bytes, 'x')});
    EXPECT_EQ(mail.run(), abi::kHandlerConsumed);
    const auto& box = mail.at<Mailbox>(0);
    EXPECT_EQ(box.messages, 1u) << bytes;
    EXPECT_EQ(box.damaged, 0u);
    EXPECT_EQ(box.bytes, bytes + 8);
    EXPECT_EQ(std::memcmp(box.data, mail.packet.data() + 34, bytes + 8), 0);
    EXPECT_EQ(mail.wakes, 1);
    mail.packet[36] ^= 1;
    EXPECT_EQ(mail.run(), abi::kHandlerConsumed);
    EXPECT_EQ(box.damaged, 1u);
    EXPECT_EQ(box.messages, 1u);
    EXPECT_EQ(mail.wakes, 1);
  }
}

TEST(Downloads, ConditionsHoldWhenTheyShould) {
  Downloaded ring("ring_waiting");
  EXPECT_EQ(ring.run(), 0u);
  ring.at<abi::PacketRing>(0).head = 5;
  EXPECT_EQ(ring.run(), 1u);
  ring.at<abi::PacketRing>(0).tail = 5;
  EXPECT_EQ(ring.run(), 0u);

  Downloaded time("time_reached");
  time.at<libos::Sleep>(0, libos::kSleepOffset).due = 10;
  for (const auto& [clock, holds] : {std::pair{9u, 0u}, {10u, 1u}, {11u, 1u}, {0xffff'fff0u, 0u}, {0x7000'0000u, 1u}}) {
    time.clock = clock;
    EXPECT_EQ(time.run(), holds) << clock;
  }

  Downloaded word("word_changed");
  word.at<std::uint32_t>(0) = 7;
  EXPECT_EQ(word.run(), 1u);
  word.at<libos::Sleep>(1, libos::kSleepOffset).seen = 7;
  EXPECT_EQ(word.run(), 0u);
}

TEST(Downloads, TheFilterKnowsItsPort) {
  Downloaded filter("checks_first");
  filter.packet = build(packets::Udp{kThere, kHere, Bytes(3, 'x')});
  EXPECT_EQ(filter.run(), 1u);
  filter.packet = build(packets::Udp{kThere, {kOwn, 8}, Bytes(3, 'x')});
  EXPECT_EQ(filter.run(), 0u);
  filter.packet = build(packets::Icmp{kThere, kHere, false, 1, 1, Bytes(20, 7)});
  EXPECT_EQ(filter.run(), 0u);
}

}  // namespace
}  // namespace exo::net
