// inject = { packet = ... }, { packets = "file.pcap" } and { filter = "..." }: what the host puts on the wire, and the
// filters that it downloads. Their bytes are worked out here, once, so that a scenario is all that a machine needs.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/bpf/pcap_filter.hpp"
#include "explorer/common/error.hpp"
#include "explorer/packets/build.hpp"
#include "explorer/packets/pcap_file.hpp"
#include "explorer/packets/text.hpp"
#include "explorer/scenario/parse_parts.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::scenario {
namespace {

using packets::Bytes;
using packets::Endpoint;

constexpr std::size_t kMostCommands = 4096;      ///< of one injection
constexpr std::size_t kMostFileBytes = 1 << 20;  ///< of all files: recordings carry them

Bytes hex_of(Table& table, std::string_view key) {
  const auto bytes = packets::parse_hex(table.text(key));
  if (!bytes)
    table.refuse_at(key, fmt::format("{} is not made of pairs of hexadecimal digits", key), "write \"45 00 00 1c\"");
  return *bytes;
}

Endpoint endpoint_of(Table& table, std::string_view key, bool with_port) {
  const std::string text = table.text(key);
  const auto address = packets::parse_address(text);
  const auto endpoint = with_port ? packets::parse_endpoint(text)
                        : address ? std::optional(Endpoint{*address, 0})
                                  : std::nullopt;
  if (!endpoint)
    table.refuse_at(key, fmt::format("'{}' is no {}", text, with_port ? "address with a port" : "address"),
                    with_port ? "write \"10.0.0.2:7\"" : "write \"10.0.0.2\"");
  return *endpoint;
}

/// text = "..." or hex = "..."; nothing: no payload.
Bytes payload_of(Table& table) {
  if (table.has("text") && table.has("hex")) table.refuse_at("hex", "both 'text' and 'hex' are given", "keep one");
  if (table.has("hex")) return hex_of(table, "hex");
  const std::string text = table.text_or("text", "");
  return {text.begin(), text.end()};
}

Bytes udp(Table& table) {
  return packets::build(
      packets::Udp{endpoint_of(table, "from", true), endpoint_of(table, "to", true), payload_of(table)});
}

Bytes icmp(Table& table) {
  packets::Icmp icmp;
  icmp.from = endpoint_of(table, "from", false);
  icmp.to = endpoint_of(table, "to", false);
  icmp.reply = table.flag_or("reply", false);
  icmp.identifier = std::uint16_t(table.number_or("identifier", 0, 0xffff, 1));
  icmp.sequence = std::uint16_t(table.number_or("sequence", 0, 0xffff, 1));
  icmp.payload = payload_of(table);
  return packets::build(icmp);
}

Bytes arp(Table& table) {
  return packets::build(
      packets::Arp{endpoint_of(table, "from", false), endpoint_of(table, "to", false), table.flag_or("reply", false)});
}

Bytes tcp(Table& table) {
  packets::Tcp tcp;
  tcp.from = endpoint_of(table, "from", true);
  tcp.to = endpoint_of(table, "to", true);
  for (const char letter : table.text_or("flags", "S")) {
    const auto bit = packets::kTcpFlags.find(letter);
    if (bit == std::string_view::npos)
      table.refuse_at("flags", fmt::format("there is no TCP flag '{}'", letter),
                      fmt::format("use letters of {}", packets::kTcpFlags));
    tcp.flags |= std::uint8_t(1u << bit);
  }
  tcp.sequence = std::uint32_t(table.number_or("sequence", 0, 0xffff'ffff, 0));
  tcp.acknowledgement = std::uint32_t(table.number_or("acknowledgement", 0, 0xffff'ffff, 0));
  tcp.payload = payload_of(table);
  return packets::build(tcp);
}

struct TemplateRow {
  std::string_view name;
  Bytes (*build)(Table&);
};
constexpr TemplateRow kTemplates[] = {{"udp", udp}, {"icmp", icmp}, {"arp", arp}, {"tcp", tcp}};

/// packet = { udp = { ... } }, one of the templates, or { hex = "..." }.
Bytes packet_of(Table& table) {
  Bytes bytes;
  std::size_t ways = 0;
  for (const auto& row : kTemplates) {
    auto what = table.table(row.name);
    if (!what) continue;
    bytes = row.build(*what);
    what->finish();
    ++ways;
  }
  if (table.has("hex")) {
    bytes = hex_of(table, "hex");
    ++ways;
  }
  table.finish();
  if (ways != 1)
    refuse(table.file(), table.line(), "a packet is one of udp, icmp, arp, tcp and hex",
           "write packet = { udp = { from = \"10.0.0.9:4000\", to = \"10.0.0.2:7\", text = \"hello\" } }");
  return bytes;
}

class PacketParser {
 public:
  PacketParser(Table& table, const Trigger& trigger, Scenario& scenario)
      : table_(table), trigger_(trigger), scenario_(scenario) {}

  std::vector<Injection> packet() {
    auto inner = table_.table("packet");
    if (!inner) table_.refuse_at("packet", "the packet is missing", "write packet = { udp = { ... } }");
    const Bytes bytes = packet_of(*inner);
    const auto count = std::uint32_t(table_.number_or("count", 1, kMostCommands, 1));
    const auto every = every_us();
    for (std::uint32_t i = 0; i < count; ++i) add(bytes, std::uint64_t{i} * every);
    return std::move(injections_);
  }

  std::vector<Injection> file(const FileReader& read) {
    const std::string name = table_.text("packets");
    if (!read) table_.refuse_at("packets", "packets of a file can't be read here", "write them as packet = { ... }");
    const auto [place, fresh] = scenario_.files.try_emplace(name);
    if (fresh) place->second = read(name);
    std::size_t all = 0;
    for (const auto& [each, bytes] : scenario_.files) all += bytes.size();
    if (all > kMostFileBytes)
      table_.refuse_at("packets", fmt::format("its files have {} bytes", all),
                       fmt::format("a scenario's files have at most {}; take fewer packets", kMostFileBytes));
    const auto captured = packets::read_pcap(place->second, name);
    const bool as_captured = table_.flag_or("as_captured", false);
    if (as_captured && !trigger_.at_us)
      table_.refuse_at("as_captured", "after an event all packets come at once", "use at_us = N as the trigger");
    const auto every = every_us();
    if (captured.size() > kMostCommands)
      table_.refuse_at("packets", fmt::format("{} has {} packets", name, captured.size()),
                       fmt::format("one injection has at most {}", kMostCommands));
    for (std::size_t i = 0; i < captured.size(); ++i)
      add(captured[i].bytes, as_captured ? captured[i].micros : std::uint64_t{i} * every);
    if (injections_.empty()) table_.refuse_at("packets", fmt::format("{} has no packet", name), "take another file");
    return std::move(injections_);
  }

 private:
  Table& table_;
  const Trigger& trigger_;
  Scenario& scenario_;
  std::vector<Injection> injections_;

  std::uint32_t every_us() {
    const auto every = std::uint32_t(table_.number_or("every_us", 0, 10'000'000, 0));
    if (every != 0 && !trigger_.at_us)
      table_.refuse_at("every_us", "after an event all packets come at once", "use at_us = N as the trigger");
    return every;
  }

  void add(const Bytes& bytes, std::uint64_t delay_us) {
    if (bytes.size() < abi::kLeastPacketBytes || bytes.size() > abi::kMostPacketBytes)
      refuse(scenario_.file, table_.line(), fmt::format("the packet has {} bytes", bytes.size()),
             fmt::format("the wire takes {} to {}", abi::kLeastPacketBytes, abi::kMostPacketBytes));
    if (trigger_.at_us && *trigger_.at_us + delay_us >= scenario_.end_us)
      refuse(scenario_.file, table_.line(), fmt::format("packet {} would come after end_us", injections_.size() + 1),
             "send fewer, or end later");
    const auto offset = scenario_.store.add_packet(bytes);
    if (!offset)
      refuse(scenario_.file, table_.line(), "the packets are more than the machine has room for",
             fmt::format("all packets of a scenario together have at most {} KiB", abi::kPacketStoreBytes / 1024));
    Injection injection;
    injection.op = abi::ControlOp::Packet;
    injection.a = *offset;
    injection.b = std::uint32_t(bytes.size());
    injection.delay_us = std::uint32_t(delay_us);
    injections_.push_back(injection);
  }
};

/// filter = "udp port 7", or program = "b7 00 ...": eBPF as it is.
std::vector<abi::bpf::Instruction> program_of(Table& table) {
  if (table.has("program")) {
    const Bytes bytes = hex_of(table, "program");
    if (bytes.empty() || bytes.size() % sizeof(abi::bpf::Instruction) != 0 ||
        bytes.size() / 8 > abi::bpf::kMostInstructions)
      table.refuse_at("program", "these are no instructions",
                      fmt::format("each has 8 bytes, and a program has 1 to {}", abi::bpf::kMostInstructions));
    return packets::instructions_of(bytes);
  }
  try {
    return bpf::compile_pcap_filter(table.text("filter"));
  } catch (const InputError& error) {
    const std::string line = error.what();
    const auto semicolon = std::min(line.rfind("; "), line.size());
    table.refuse_at("filter", line.substr(0, semicolon),
                    semicolon < line.size() ? line.substr(semicolon + 2) : "write a simpler one");
  }
}

}  // namespace

bool injects_packets(const Table& table) { return table.has("packet") || table.has("packets"); }
bool injects_filter(const Table& table) { return table.has("filter") || table.has("program"); }

std::vector<Injection> parse_packets(Table& table, const Trigger& trigger, Scenario& scenario, const FileReader& read) {
  const auto action = table.text_or("action", "packet");
  if (action != "packet") table.refuse_at("action", "only action 'packet' has a packet", "leave the action out");
  PacketParser parser(table, trigger, scenario);
  auto injections = table.has("packets") ? parser.file(read) : parser.packet();
  table.finish();
  return injections;
}

Injection parse_download(Table& table, Scenario& scenario) {
  const auto action = table.text_or("action", "download");
  if (action != "download") table.refuse_at("action", "only action 'download' has a filter", "leave the action out");
  const auto program = program_of(table);
  const auto offset = scenario.store.add_program(program);
  if (!offset)
    refuse(scenario.file, table.line(), "the packets and filters are more than the machine has room for",
           fmt::format("all of a scenario together have at most {} KiB", abi::kPacketStoreBytes / 1024));
  Injection injection;
  injection.op = abi::ControlOp::Download;
  injection.env = parse_env_name(table, "env", scenario.env_names);
  injection.a = *offset;
  const auto order = std::uint32_t(table.number_or("order", 0, abi::kMostFilterOrder, 0));
  injection.b = std::uint32_t(program.size()) | order << 16;
  table.finish();
  return injection;
}

}  // namespace exo::scenario
