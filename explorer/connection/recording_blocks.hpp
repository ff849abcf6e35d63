// The blocks of a recording file (see recording.hpp): shared by its writer and its reader.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "explorer/connection/recording.hpp"

namespace exo::connection {

inline constexpr std::string_view kRecordingMagic = "EXOTRACE";
inline constexpr std::size_t kPreludeBytes = 12;  ///< magic and version

enum class BlockKind : std::uint32_t {
  Head = 0x4441'4548,
  Records = 0x5344'4352,
  End = 0x2144'4e45
};  // HEAD RCDS END!

struct BlockHeader {
  std::uint32_t kind;
  std::uint32_t bytes;  ///< of the payload
  std::uint32_t items;
  std::uint64_t first;
};
inline constexpr std::size_t kBlockHeaderBytes = 20;

inline constexpr std::size_t kLargestHead = 4u << 20;  ///< plain bytes of the JSON text
inline constexpr std::size_t kLargestRecords = std::size_t{kRecordsPerBlock} * sizeof(abi::TraceRecord);

[[nodiscard]] std::string encode(const BlockHeader& header);
[[nodiscard]] BlockHeader decode_block_header(std::string_view bytes);  ///< of kBlockHeaderBytes
[[nodiscard]] std::string encode_number(std::uint32_t value);
[[nodiscard]] std::uint32_t decode_number(std::string_view bytes);

/// JSON text of the header and back; throws InputError mentioning `name`.
[[nodiscard]] std::string header_text(const RecordingHeader& header);
[[nodiscard]] RecordingHeader parse_header_text(std::string_view text, const std::string& name);

}  // namespace exo::connection
