// MD5 (RFC 1321), which compilers write beside the name of each source: to tell whether a text is the one that was
// compiled. It protects nothing.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace exo::debugger {

using Md5 = std::array<std::uint8_t, 16>;
[[nodiscard]] Md5 md5_of(std::string_view text);

}  // namespace exo::debugger
