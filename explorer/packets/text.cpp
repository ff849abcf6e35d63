#include "explorer/packets/text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace exo::packets {
namespace {

/// A whole number up to `most`, in decimal, taken off the front.
std::optional<std::uint32_t> take_number(std::string_view& text, std::uint32_t most) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value > most) return {};
  text.remove_prefix(std::size_t(end - text.data()));
  return value;
}

std::optional<std::uint32_t> take_address(std::string_view& text) {
  std::uint32_t address = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0 && !text.starts_with('.')) return {};
    if (i > 0) text.remove_prefix(1);
    const auto part = take_number(text, 255);
    if (!part) return {};
    address = address << 8 | *part;
  }
  return address;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::uint32_t> parse_address(std::string_view text) {
  const auto address = take_address(text);
  return text.empty() ? address : std::nullopt;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const auto address = take_address(text);
  if (!address || !text.starts_with(':')) return {};
  text.remove_prefix(1);
  const auto port = take_number(text, 0xffff);
  if (!port || !text.empty()) return {};
  return Endpoint{*address, std::uint16_t(*port)};
}

std::optional<Bytes> parse_hex(std::string_view text) {
  Bytes bytes;
  int upper = -1;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (space && upper < 0) continue;
    const int digit = digit_of(c);
    if (digit < 0) return {};
    if (upper >= 0) bytes.push_back(std::uint8_t(upper << 4 | digit));
    upper = upper < 0 ? digit : -1;
  }
  if (upper >= 0) return {};
  return bytes;
}

std::string address_text(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 0xff, address >> 8 & 0xff, address & 0xff);
}

std::string hex_text(View bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace exo::packets
