#include "explorer/session/captured.hpp"

#include <fmt/format.h>

#include <fstream>
#include <optional>

#include "explorer/common/error.hpp"
#include "explorer/model/clock.hpp"
#include "explorer/packets/collector.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::session {
namespace {

using abi::Event;

constexpr std::uint32_t kNowhere = 0xffff'ffff;  ///< outside the store

/// The program of a download attempt: CodeOffered says how many instructions, the CodeText behind it are they.
class TextCollector {
 public:
  std::optional<packets::Bytes> take(const abi::TraceRecord& record) {
    if (Event(record.event) == Event::CodeOffered) {
      text_.clear();
      wanted_ = record.arguments[2] <= abi::bpf::kMostInstructions ? record.arguments[2] * std::size_t{8} : 0;
    }
    if (Event(record.event) != Event::CodeText || wanted_ == 0) return {};
    for (const std::uint32_t word : record.arguments)
      for (unsigned shift = 0; shift < 32 && text_.size() < wanted_; shift += 8)
        text_.push_back(std::uint8_t(word >> shift));
    if (text_.size() < wanted_) return {};
    wanted_ = 0;
    return std::move(text_);
  }

 private:
  packets::Bytes text_;
  std::size_t wanted_ = 0;
};

}  // namespace

std::vector<packets::Captured> captured(const model::History& history) {
  std::vector<packets::Captured> all;
  packets::Collector collector;
  double micros = 0;  // of the record that began the packet
  for (model::EventNumber number = 1; number <= history.size();) {
    const auto records = history.records_from(number);
    if (records.empty()) break;
    for (const auto& record : records) {
      const auto event = Event(record.event);
      if (event == Event::PacketArrived || event == Event::PacketSent) micros = model::micros(history.ticks(number));
      if (auto packet = collector.take(record)) all.push_back({std::uint64_t(micros), std::move(packet->bytes)});
      ++number;
    }
  }
  return all;
}

std::size_t save_pcap(const model::History& history, const std::string& path) {
  const auto all = captured(history);
  const std::string bytes = packets::write_pcap(all);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), std::streamsize(bytes.size()));
  file.close();
  if (!file) throw InputError(fmt::format("{}: can't be written; make room or choose another place", path));
  return all.size();
}

void restore_packets(std::span<const abi::TraceRecord> records, packets::Store& store) {
  packets::Collector packets;
  TextCollector texts;
  std::uint32_t packet_at = kNowhere, program_at = kNowhere;  // of the command whose bytes have not come yet
  for (const auto& record : records) {
    if (Event(record.event) == Event::ControlTaken) {
      const auto op = abi::ControlOp(record.arguments[0] & 0xffff);
      packet_at = op == abi::ControlOp::Packet ? record.arguments[1] : kNowhere;
      if (op == abi::ControlOp::Download) program_at = record.arguments[1];
    }
    if (const auto packet = packets.take(record); packet && packet->event == Event::PacketArrived) {
      store.place(packet_at, packet->bytes);
      packet_at = kNowhere;
    }
    if (const auto text = texts.take(record)) {
      store.place(program_at, *text);
      program_at = kNowhere;
    }
  }
}

}  // namespace exo::session
