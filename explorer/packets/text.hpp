// Addresses and bytes as people write them, and back.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "explorer/packets/build.hpp"

namespace exo::packets {

/// "10.0.0.9".
[[nodiscard]] std::optional<std::uint32_t> parse_address(std::string_view text);
/// "10.0.0.9:4000".
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);
/// Pairs of hexadecimal digits; white space may stand between them. Nothing when there is anything else.
[[nodiscard]] std::optional<Bytes> parse_hex(std::string_view text);

[[nodiscard]] std::string address_text(std::uint32_t address);
[[nodiscard]] std::string hex_text(View bytes);

}  // namespace exo::packets
