#include "explorer/bpf/pcap_filter.hpp"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <string_view>

#include "explorer/common/error.hpp"

namespace exo::bpf {
namespace {

/// The words of pcap-filter(7). Any other would be a name, which libpcap looks up: over the network, or in files that
/// differ from machine to machine.
constexpr std::string_view kWords[] = {"ah",
                                       "aarp",
                                       "and",
                                       "arp",
                                       "atalk",
                                       "broadcast",
                                       "decnet",
                                       "dst",
                                       "esp",
                                       "ether",
                                       "fddi",
                                       "gateway",
                                       "geneve",
                                       "greater",
                                       "host",
                                       "icmp",
                                       "icmp6",
                                       "icmpcode",
                                       "icmp6code",
                                       "icmp6type",
                                       "icmptype",
                                       "igmp",
                                       "igrp",
                                       "inbound",
                                       "ip",
                                       "ip6",
                                       "ipx",
                                       "iso",
                                       "lat",
                                       "len",
                                       "less",
                                       "link",
                                       "lsap",
                                       "mask",
                                       "moprc",
                                       "mopdl",
                                       "mpls",
                                       "multicast",
                                       "net",
                                       "netbeui",
                                       "not",
                                       "or",
                                       "outbound",
                                       "pim",
                                       "port",
                                       "portrange",
                                       "pppoed",
                                       "pppoes",
                                       "proto",
                                       "protochain",
                                       "rarp",
                                       "sctp",
                                       "src",
                                       "stp",
                                       "tcp",
                                       "tcpflags",
                                       "tr",
                                       "udp",
                                       "vlan",
                                       "vrrp",
                                       "tcp-syn",
                                       "tcp-ack",
                                       "tcp-fin",
                                       "tcp-rst",
                                       "tcp-push",
                                       "tcp-urg",
                                       "icmp-echoreply",
                                       "icmp-unreach",
                                       "icmp-sourcequench",
                                       "icmp-redirect",
                                       "icmp-echo",
                                       "icmp-routeradvert",
                                       "icmp-routersolicit",
                                       "icmp-timxceed",
                                       "icmp-paramprob",
                                       "icmp-tstamp",
                                       "icmp-tstampreply",
                                       "icmp-ireq",
                                       "icmp-ireqreply",
                                       "icmp-maskreq",
                                       "icmp-maskreply"};

bool is_of_a_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' || c == ':';
}

/// Numbers, addresses, ranges, a minus: what can't be anyone's name.
bool is_number(std::string_view word) {
  const bool hexadecimal = word.starts_with("0x") || word.find(':') != std::string_view::npos;
  return std::ranges::all_of(word.starts_with("0x") ? word.substr(2) : word, [=](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ':' || c == '-' ||
           (hexadecimal && std::isxdigit(static_cast<unsigned char>(c)) != 0);
  });
}

void refuse_names(std::string_view expression) {
  for (std::size_t at = 0; at < expression.size();) {
    std::size_t end = at;
    while (end < expression.size() && is_of_a_word(expression[end])) ++end;
    if (end == at) {
      ++at;
      continue;
    }
    const auto word = expression.substr(at, end - at);
    at = end;
    if (!is_number(word) && std::ranges::find(kWords, word) == std::end(kWords))
      throw InputError(fmt::format(
          "the filter '{}': '{}' is no word of filters, and names are not looked up; write the address or the number",
          expression, word));
  }
}

}  // namespace

std::vector<ClassicInstruction> compile_classic(const std::string& expression) {
  constexpr std::size_t kLongest = 4096;
  constexpr int kSnapshot = 65'535, kOptimise = 1;
  if (expression.size() > kLongest || expression.find('\0') != std::string::npos)
    throw InputError(fmt::format("a filter expression has at most {} ordinary characters", kLongest));
  refuse_names(expression);
  const std::unique_ptr<pcap_t, void (*)(pcap_t*)> handle(pcap_open_dead(DLT_EN10MB, kSnapshot), pcap_close);
  if (!handle) throw InputError("libpcap can't be used: there is no memory");
  bpf_program compiled{};
  if (pcap_compile(handle.get(), &compiled, expression.c_str(), kOptimise, PCAP_NETMASK_UNKNOWN) != 0)
    throw InputError(fmt::format("the filter '{}' is not understood: {}; see man pcap-filter", expression,
                                 pcap_geterr(handle.get())));
  std::vector<ClassicInstruction> program;
  for (unsigned i = 0; i < compiled.bf_len; ++i) {
    const bpf_insn& from = compiled.bf_insns[i];
    program.push_back({from.code, from.jt, from.jf, from.k});
  }
  pcap_freecode(&compiled);
  return program;
}

std::vector<abi::bpf::Instruction> compile_pcap_filter(const std::string& expression) {
  return translate(compile_classic(expression));
}

}  // namespace exo::bpf
