// Files of packets as other tools write and read them: the classic pcap format (pcap-savefile(5)), in either byte order
// and with micro- or nanoseconds; written little-endian with microseconds. A file may be hostile: nothing in it is
// believed before it is checked, and nothing is allocated but what is there.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "explorer/packets/bytes.hpp"

namespace exo::packets {

struct Captured {
  std::uint64_t micros = 0;  ///< since the first event
  Bytes bytes;
};

/// The beginning of a file, and one packet more.
void append_pcap_head(std::string& out);
void append_pcap(std::string& out, const Captured& packet);
[[nodiscard]] std::string write_pcap(std::span<const Captured> packets);
/// Throws InputError, one line that begins with `name`: no such file, not Ethernet, packets that the machine can't
/// take.
[[nodiscard]] std::vector<Captured> read_pcap(std::string_view file, std::string_view name);

}  // namespace exo::packets
