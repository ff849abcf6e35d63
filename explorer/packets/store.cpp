#include "explorer/packets/store.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernel/abi/downloads.hpp"

namespace exo::packets {

static_assert(std::endian::native == std::endian::little);  // instructions are copied as they lie in memory

Bytes bytes_of(std::span<const abi::bpf::Instruction> program) {
  Bytes bytes(program.size_bytes());
  if (!bytes.empty()) std::memcpy(bytes.data(), program.data(), bytes.size());
  return bytes;
}

std::vector<abi::bpf::Instruction> instructions_of(View bytes) {
  std::vector<abi::bpf::Instruction> program(bytes.size() / sizeof(abi::bpf::Instruction));
  if (!program.empty()) std::memcpy(program.data(), bytes.data(), program.size() * sizeof(abi::bpf::Instruction));
  return program;
}

std::optional<std::uint32_t> Store::add(View bytes, std::size_t beyond_word) {
  std::string key(1, char(beyond_word));
  key.append(bytes.begin(), bytes.end());
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  std::size_t at = bytes_.size();
  while (at % 4 != beyond_word) ++at;
  if (at + bytes.size() > abi::kPacketStoreBytes) return {};
  bytes_.resize(at, '\0');
  bytes_.append(bytes.begin(), bytes.end());
  known_.emplace(std::move(key), std::uint32_t(at));
  return std::uint32_t(at);
}

std::optional<std::uint32_t> Store::add_packet(View packet) {
  if (packet.size() < abi::kLeastPacketBytes || packet.size() > abi::kMostPacketBytes) return {};
  return add(packet, 2);
}

std::optional<std::uint32_t> Store::add_program(std::span<const abi::bpf::Instruction> program) {
  return add(bytes_of(program), 0);
}

bool Store::place(std::uint32_t offset, View bytes) {
  if (offset > abi::kPacketStoreBytes || bytes.size() > abi::kPacketStoreBytes - offset) return false;
  if (bytes_.size() < offset + bytes.size()) bytes_.resize(offset + bytes.size(), '\0');
  std::ranges::copy(bytes, bytes_.begin() + std::ptrdiff_t(offset));
  return true;
}

}  // namespace exo::packets
