// Filter expressions, compiled to eBPF, mean of every packet what libpcap says that they mean; and the kernel's
// verifier takes them.
#include "explorer/bpf/pcap_filter.hpp"

#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <cstring>
#include <memory>

#include "explorer/bpf/interpreter.hpp"
#include "explorer/bpf/text.hpp"
#include "explorer/common/error.hpp"
#include "explorer/packets/build.hpp"
#include "explorer/packets/text.hpp"
#include "kernel/abi/downloads.hpp"
#include "kernel/download/verifier.hpp"
#include "kernel/download/verifier_memory.hpp"

namespace exo::bpf {
namespace {

using packets::Bytes;

constexpr const char* kExpressions[] = {
    "",
    "ip",
    "arp",
    "not ip",
    "udp",
    "tcp",
    "icmp",
    "udp port 7",
    "tcp port 7 or udp port 7",
    "udp dst port 7 and src host 10.0.0.9",
    "udp src portrange 3000-5000",
    "host 10.0.0.9",
    "net 10.0.0.0/24 and not host 10.0.0.2",
    "ether host 02:00:0a:00:00:02",
    "ether broadcast",
    "ether proto 0x0806",
    "ip multicast",
    "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
    "icmp[icmptype] == icmp-echo",
    "greater 60",
    "less 60",
    "len > 50 and len <= 70",
    "ip[8] < 65",
    "ip[2:2] - ((ip[0] & 0xf) << 2) > 20",
    "udp[8:4] = 0x68656c6c",
    "ip[ip[0] & 0x1f] = 0",
    "ether[ether[13]] != 0",
    "ether[14] % 7 = 6 or ether[20] / 3 = 21",
    "ether[13] * 3 + 2 > ether[20] << 2",
    "(ether[30] >> ether[31]) & 3 = 2",
    "ether[0x7fffff00] = 1",
    "vlan 5 and udp",
    "ip6 or (ip proto 17 and ip[6:2] & 0x1fff = 0)",
    "tcp port 80 or tcp port 443 or udp port 53 or udp port 123 or icmp or arp or host 192.168.1.1",
};

/// Packets of every template, cut off everywhere, and with bytes changed.
std::vector<Bytes> packets_to_try() {
  const packets::Endpoint a{0x0a00'0009, 4000}, b{0x0a00'0002, 7}, c{0x0a00'0102, 80}, d{0xe000'0001, 123};
  const Bytes hello = {'h', 'e', 'l', 'l', 'o'};
  const std::vector<Bytes> whole = {packets::build(packets::Udp{a, b, hello}),
                                    packets::build(packets::Udp{b, a, Bytes(40, 7)}),
                                    packets::build(packets::Udp{c, d, {}}),
                                    packets::build(packets::Icmp{a, b, false, 1, 1, hello}),
                                    packets::build(packets::Icmp{b, a, true, 1, 1, {}}),
                                    packets::build(packets::Arp{a, b, false}),
                                    packets::build(packets::Arp{b, a, true}),
                                    packets::build(packets::Tcp{a, b, 2, 1, 0, {}}),
                                    packets::build(packets::Tcp{a, c, 0x18, 1, 0, Bytes(100, 1)})};
  std::vector<Bytes> all = whole;
  for (const auto& packet : whole)
    for (std::size_t bytes = abi::kLeastPacketBytes; bytes < packet.size(); bytes += 1)
      all.emplace_back(packet.begin(), packet.begin() + std::ptrdiff_t(bytes));
  std::uint32_t state = 11;
  for (int round = 0; round < 600; ++round) {
    Bytes packet = whole[std::size_t(round) % whole.size()];
    for (int i = 0; i < 4; ++i) {
      state = state * 1'664'525 + 1'013'904'223;
      packet[12 + (state >> 8) % (packet.size() - 12)] = std::uint8_t(state >> 24);
    }
    all.push_back(packet);
  }
  return all;
}

/// Runs a filter on a packet as the kernel does; -1: it faulted.
int run_filter(const std::vector<abi::bpf::Instruction>& program, Bytes packet) {
  constexpr std::uint64_t kContext = 0x8000'1000, kPacket = 0x8000'2002;
  abi::DownloadContext context{};
  context.data = kPacket;
  context.data_end = kPacket + packet.size();
  Bytes bytes(sizeof context);
  std::memcpy(bytes.data(), &context, sizeof context);
  Interpreter interpreter;
  interpreter.add({kContext, bytes, false});
  interpreter.add({kPacket, packet, false});
  const auto run = interpreter.run(program, kContext, 0, 10'000);
  if (run.ending != Ending::Exit) return -1;
  return std::uint32_t(run.result) != 0;
}

int run_pcap(const std::vector<ClassicInstruction>& program, const Bytes& packet) {
  std::vector<bpf_insn> instructions;
  for (const auto& i : program) instructions.push_back({i.code, i.if_true, i.if_false, i.k});
  const bpf_program compiled{unsigned(instructions.size()), instructions.data()};
  pcap_pkthdr header{};
  header.caplen = header.len = bpf_u_int32(packet.size());
  return pcap_offline_filter(&compiled, &header, packet.data()) != 0;
}

std::string whole_text(const std::vector<abi::bpf::Instruction>& program) {
  std::string lines;
  for (std::size_t at = 0; at < program.size(); ++at) lines += std::to_string(at) + "  " + text(program, at) + "\n";
  return lines;
}

TEST(PcapFilter, EveryExpressionMeansWhatLibpcapSays) {
  const auto packets = packets_to_try();
  for (const char* expression : kExpressions) {
    const auto classic = compile_classic(expression);
    const auto program = translate(classic);
    int yes = 0;
    for (const auto& packet : packets) {
      const int wanted = run_pcap(classic, packet);
      yes += wanted;
      ASSERT_EQ(run_filter(program, packet), wanted) << expression << " on " << packets::hex_text(packet) << "\n"
                                                     << whole_text(program);
    }
    RecordProperty(expression, yes);
  }
}

TEST(PcapFilter, TheKernelTakesThem) {
  namespace kernel = kernel::download;
  const auto memory = std::make_unique<kernel::VerifierMemory>();
  for (const char* expression : kExpressions) {
    const auto program = compile_pcap_filter(expression);
    std::vector<std::uint8_t> facts(program.size());
    kernel::Verifier verifier;
    const kernel::Rules rules{.kind = abi::DownloadKind::Filter,
                              .budget = abi::run_budget(abi::DownloadKind::Filter),
                              .memory_bytes = 0,
                              .page = {}};
    verifier.start(*memory, program.data(), std::uint32_t(program.size()), rules, facts.data());
    auto progress = kernel::Progress::More;
    while (progress == kernel::Progress::More) progress = verifier.step();
    EXPECT_EQ(progress, kernel::Progress::Done)
        << expression << ": verdict " << std::uint32_t(verifier.finding().verdict) << " at "
        << verifier.finding().instruction << ", " << verifier.finding().detail << "\n"
        << whole_text(program);
  }
}

TEST(PcapFilter, WhatIsNoExpressionIsRefusedInALine) {
  for (const char* bad : {"udp prot 7", "port", "host 300.0.0.1", "tcp and", "ether[", "ip and not ip",
                          "host example.org", "host 3.de", "udp port domain"}) {
    try {
      (void)compile_pcap_filter(bad);
      ADD_FAILURE() << bad;
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(bad), std::string::npos) << error.what();
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
}

TEST(PcapFilter, ClassicProgramsThatLibpcapNeverWritesAreTranslatedOrRefused) {
  using Program = std::vector<ClassicInstruction>;
  const auto packets = packets_to_try();
  const Program good[] = {
      {{0x00, 0, 0, 7}, {0x02, 0, 0, 3}, {0x00, 0, 0, 1}, {0x60, 0, 0, 3}, {0x16, 0, 0, 0}},  // through memory
      {{0x80, 0, 0, 0}, {0x07, 0, 0, 0}, {0x87, 0, 0, 0}, {0x16, 0, 0, 0}},                   // length to X and back
      {{0x30, 0, 0, 20}, {0x01, 0, 0, 40}, {0x6c, 0, 0, 0}, {0x16, 0, 0, 0}},                 // shift by 40
      {{0x30, 0, 0, 20}, {0x84, 0, 0, 0}, {0x16, 0, 0, 0}},                                   // negation
      {{0x30, 0, 0, 20}, {0x07, 0, 0, 0}, {0x30, 0, 0, 21}, {0x9c, 0, 0, 0}, {0x16, 0, 0, 0}},
      {{0x30, 0, 0, 20}, {0x07, 0, 0, 0}, {0x30, 0, 0, 21}, {0x3c, 0, 0, 0}, {0x16, 0, 0, 0}},
      {{0xb1, 0, 0, 14}, {0x48, 0, 0, 16}, {0x35, 0, 1, 7}, {0x06, 0, 0, 1}, {0x06, 0, 0, 0}},
      {{0x30, 0, 0, 20}, {0x45, 1, 0, 6}, {0x06, 0, 0, 1}, {0x06, 0, 0, 0}},
      {{0x05, 0, 0, 1}, {0x06, 0, 0, 1}, {0x06, 0, 0, 0}}};
  for (const auto& classic : good)
    for (const auto& packet : packets)
      ASSERT_EQ(run_filter(translate(classic), packet), run_pcap(classic, packet)) << packets::hex_text(packet);
  // A division by the constant 0 would end libpcap itself.
  for (const auto& packet : packets)
    ASSERT_EQ(run_filter(translate(Program{{0x00, 0, 0, 9}, {0x34, 0, 0, 0}, {0x06, 0, 0, 1}}), packet), 0);
  const Program bad[] = {{},
                         {{0x05, 0, 0, 0}},
                         {{0x05, 0, 0, 5}, {0x06, 0, 0, 0}},
                         {{0x15, 9, 0, 0}, {0x06, 0, 0, 0}},
                         {{0x60, 0, 0, 16}, {0x06, 0, 0, 0}},
                         {{0xe4, 0, 0, 1}, {0x06, 0, 0, 0}}};
  for (const auto& classic : bad) EXPECT_THROW((void)translate(classic), InputError);
}

}  // namespace
}  // namespace exo::bpf
