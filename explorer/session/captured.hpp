// The packets of a run, out of its history: what came over the wire, what went out, and what lay in the packet store.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "explorer/model/history.hpp"
#include "explorer/packets/pcap_file.hpp"
#include "explorer/packets/store.hpp"

namespace exo::session {

/// Packets in and out, in order, with the guest time of their arrival or sending.
[[nodiscard]] std::vector<packets::Captured> captured(const model::History& history);
/// Writes them as a pcap file, "-" for standard output not included; returns how many there are. Throws InputError.
std::size_t save_pcap(const model::History& history, const std::string& path);

/// Puts into the store what a recording says that the kernel found there: the bytes of every packet and program that a
/// command brought.
void restore_packets(std::span<const abi::TraceRecord> records, packets::Store& store);

}  // namespace exo::session
