#include "explorer/bpf/pcap_filter.hpp"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <memory>

#include "explorer/common/error.hpp"

namespace exo::bpf {

std::vector<ClassicInstruction> compile_classic(const std::string& expression) {
  constexpr std::size_t kLongest = 4096;
  constexpr int kSnapshot = 65'535, kOptimise = 1;
  if (expression.size() > kLongest || expression.find('\0') != std::string::npos)
    throw InputError(fmt::format("a filter expression has at most {} ordinary characters", kLongest));
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
