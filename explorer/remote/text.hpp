// Numbers and bytes as gdb's remote protocol writes them: hexadecimal, a register's bytes in the guest's order. Nothing
// here trusts its input.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace exo::remote {

/// Takes `prefix` off the front, if it stands there.
[[nodiscard]] bool take(std::string_view& text, std::string_view prefix);
/// Takes 1 to 16 hexadecimal digits off the front.
[[nodiscard]] std::optional<std::uint64_t> take_hex(std::string_view& text);
/// The same for an address or a size of the guest: at most 32 bits.
[[nodiscard]] std::optional<std::uint32_t> take_word(std::string_view& text);

[[nodiscard]] std::string to_hex(std::span<const std::byte> bytes);
[[nodiscard]] std::string to_hex(std::string_view text);
/// Pairs of digits; nothing when there is anything else.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view digits);
/// The `bytes` lowest bytes of a register, lowest first.
[[nodiscard]] std::string register_hex(std::uint64_t value, std::size_t bytes);

/// With the five characters that XML reserves written as names, and others that it does not allow as '?'.
[[nodiscard]] std::string xml_text(std::string_view text);

}  // namespace exo::remote
