// pcap-filter expressions ("udp port 7 and src host 10.0.0.9"; pcap-filter(7)) as programs for the kernel, through
// libpcap's own compiler and classic BPF.
#pragma once
#include <string>
#include <vector>

#include "explorer/bpf/classic.hpp"

namespace exo::bpf {

/// What libpcap makes of it for Ethernet. Throws InputError with libpcap's reason.
[[nodiscard]] std::vector<ClassicInstruction> compile_classic(const std::string& expression);
/// A filter to download (DownloadKind::Filter): not 0 for every packet that the expression means. Throws InputError.
[[nodiscard]] std::vector<abi::bpf::Instruction> compile_pcap_filter(const std::string& expression);

}  // namespace exo::bpf
