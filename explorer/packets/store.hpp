// The packet store as the host fills it (kernel/abi/downloads.hpp): packets and programs lie one behind the other, are
// never overwritten, and the same bytes lie there once. Until a session has used it up, everything said twice is free.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "explorer/packets/bytes.hpp"
#include "kernel/abi/bpf.hpp"

namespace exo::packets {

class Store {
 public:
  /// Offset at which it lies, 2 more than a multiple of 4. Nothing: no room, or no size that a packet can have.
  std::optional<std::uint32_t> add_packet(View packet);
  /// Offset, a multiple of 4.
  std::optional<std::uint32_t> add_program(std::span<const abi::bpf::Instruction> program);
  /// Puts bytes where a recording says that they were. False: outside.
  bool place(std::uint32_t offset, View bytes);

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::optional<std::uint32_t> add(View bytes, std::size_t beyond_word);

  std::string bytes_;
  std::map<std::string, std::uint32_t, std::less<>> known_;  ///< by alignment and contents
};

/// Instructions as memory has them, and back; what is left of an instruction at the end is dropped.
[[nodiscard]] Bytes bytes_of(std::span<const abi::bpf::Instruction> program);
[[nodiscard]] std::vector<abi::bpf::Instruction> instructions_of(View bytes);

}  // namespace exo::packets
