#include "explorer/connection/recording_blocks.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "explorer/common/error.hpp"
#include "kernel/abi/machine.hpp"

namespace exo::connection {

using nlohmann::json;

namespace {

template <typename Number>
void put(std::string& out, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i) out += char(value >> (8 * i));
}

template <typename Number>
Number get(std::string_view bytes, std::size_t at) {
  Number value = 0;
  for (std::size_t i = sizeof value; i-- > 0;) value = Number(value << 8) | std::uint8_t(bytes[at + i]);
  return value;
}

}  // namespace

std::string encode(const BlockHeader& header) {
  std::string out;
  put(out, header.kind);
  put(out, header.bytes);
  put(out, header.items);
  put(out, header.first);
  return out;
}

BlockHeader decode_block_header(std::string_view bytes) {
  return {get<std::uint32_t>(bytes, 0), get<std::uint32_t>(bytes, 4), get<std::uint32_t>(bytes, 8),
          get<std::uint64_t>(bytes, 12)};
}

std::string encode_number(std::uint32_t value) {
  std::string out;
  put(out, value);
  return out;
}

std::uint32_t decode_number(std::string_view bytes) { return get<std::uint32_t>(bytes, 0); }

namespace {

// JSON holds text, so bytes are written as digits.
std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", std::uint8_t(byte));
  return text;
}

/// What is no digit counts as 0: the reader of the bytes will find out.
std::string from_hexadecimal(std::string_view text) {
  const auto digit = [](char c) {
    const std::size_t value = std::string_view("0123456789abcdef").find(c);
    return value == std::string_view::npos ? 0u : unsigned(value);
  };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) bytes += char(digit(text[i]) << 4 | digit(text[i + 1]));
  return bytes;
}

}  // namespace

std::string header_text(const RecordingHeader& header) {
  json files = json::object();
  for (const auto& [name, bytes] : header.files) files[name] = hexadecimal(bytes);
  json text = {{"scenario", header.scenario_name},
               {"scenario_text", header.scenario_text},
               {"build", header.build_identity},
               {"flight_recorder", header.flight_recorder},
               {"files", std::move(files)},
               {"trace_version", abi::kTraceVersion},
               {"record_bytes", sizeof(abi::TraceRecord)},
               {"nanoseconds_per_tick", abi::kNanosecondsPerTick},
               {"nanoseconds_per_instruction", abi::kNanosecondsPerInstruction}};
  if (header.seed != 0) text["seed"] = header.seed;
  // Bytes that are not UTF-8 are replaced rather than refused.
  return text.dump(1, ' ', false, json::error_handler_t::replace);
}

RecordingHeader parse_header_text(std::string_view text, const std::string& name) {
  const json parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object()) throw InputError(fmt::format("{}: its header is damaged; record the run again", name));
  const auto string_of = [&](const char* key) {
    const auto found = parsed.find(key);
    return found != parsed.end() && found->is_string() ? found->get<std::string>() : std::string{};
  };
  const auto number_of = [&](const char* key) {
    const auto found = parsed.find(key);
    return found != parsed.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
  };
  if (number_of("trace_version") != abi::kTraceVersion || number_of("record_bytes") != sizeof(abi::TraceRecord))
    throw InputError(fmt::format("{}: its events are of format {}, this explorer reads format {}; record the run again",
                                 name, number_of("trace_version"), abi::kTraceVersion));
  const auto flight = parsed.find("flight_recorder");
  std::map<std::string, std::string> files;
  if (const auto found = parsed.find("files"); found != parsed.end() && found->is_object())
    for (const auto& [file, bytes] : found->items())
      if (bytes.is_string()) files.emplace(file, from_hexadecimal(bytes.get<std::string>()));
  return {string_of("scenario"), string_of("scenario_text"),
          string_of("build"),    flight != parsed.end() && flight->is_boolean() && flight->get<bool>(),
          std::move(files),      std::uint32_t(number_of("seed"))};
}

}  // namespace exo::connection
