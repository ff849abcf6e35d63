// The reading half of recording.hpp: every size is checked against what is there before anything is allocated or
// believed.

#include <fcntl.h>
#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "explorer/common/error.hpp"
#include "explorer/connection/recording_blocks.hpp"

namespace exo::connection {

namespace {

constexpr std::size_t kLargestFile = std::size_t{16} << 30;

// One zstd frame of at most `largest` plain bytes; nothing when it is damaged.
std::optional<std::string> decompress(std::string_view payload, std::size_t largest) {
  if (ZSTD_findFrameCompressedSize(payload.data(), payload.size()) != payload.size()) return std::nullopt;
  const unsigned long long claimed = ZSTD_getFrameContentSize(payload.data(), payload.size());
  if (claimed > largest) return std::nullopt;  // also: unknown, error
  std::string plain(std::size_t(claimed), '\0');
  const std::size_t size = ZSTD_decompress(plain.data(), plain.size(), payload.data(), payload.size());
  if (ZSTD_isError(size) || size != plain.size()) return std::nullopt;
  return plain;
}

struct Block {
  BlockHeader header;
  std::string plain;
};

enum class Trouble { None, CutOff, Damaged };

// Takes the next block off the front of `rest`.
Trouble take_block(std::string_view& rest, Block& block) {
  if (rest.size() < kBlockHeaderBytes) return Trouble::CutOff;
  block.header = decode_block_header(rest);
  const auto kind = BlockKind(block.header.kind);
  if (kind != BlockKind::Head && kind != BlockKind::Records && kind != BlockKind::End) return Trouble::Damaged;
  const std::size_t largest = kind == BlockKind::Head ? kLargestHead : kind == BlockKind::Records ? kLargestRecords : 0;
  if (block.header.bytes > ZSTD_compressBound(largest)) return Trouble::Damaged;
  if (block.header.bytes > rest.size() - kBlockHeaderBytes) return Trouble::CutOff;
  auto plain = decompress(rest.substr(kBlockHeaderBytes, block.header.bytes), largest);
  if (!plain) return Trouble::Damaged;
  block.plain = std::move(*plain);
  rest.remove_prefix(kBlockHeaderBytes + block.header.bytes);
  return Trouble::None;
}

std::string read_whole(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.valid()) throw InputError(error_text(fmt::format("{}: cannot be opened", path)) + "; name a recording");
  std::string bytes;
  std::size_t size = 0;
  for (;;) {
    if (size == bytes.size()) bytes.resize(std::max<std::size_t>(size * 2, 1u << 20));
    const ssize_t count = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw InputError(error_text(fmt::format("{}: cannot be read", path)) + "; name a recording");
    if (count == 0) break;
    // A device or pipe without end shows after a few bytes that it is no recording.
    if (size + std::size_t(count) >= kRecordingMagic.size() && !bytes.starts_with(kRecordingMagic)) {
      size = kRecordingMagic.size();
      break;
    }
    size += std::size_t(count);
    if (size > kLargestFile) throw InputError(fmt::format("{}: is too large to be opened", path));
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace

Recording parse_recording(std::string_view bytes, const std::string& name) {
  if (bytes.empty()) throw InputError(fmt::format("{}: is empty; record the run again", name));
  if (!bytes.starts_with(kRecordingMagic.substr(0, std::min(bytes.size(), kRecordingMagic.size()))))
    throw InputError(fmt::format("{}: is not a recording; exoscope run SCENARIO --trace FILE makes one", name));
  if (bytes.size() < kPreludeBytes)
    throw InputError(fmt::format("{}: is cut off before its header; record the run again", name));
  if (const std::uint32_t version = decode_number(bytes.substr(kRecordingMagic.size())); version != kRecordingVersion)
    throw InputError(
        fmt::format("{}: is a recording of version {}, this explorer reads version {}; record the run again", name,
                    version, kRecordingVersion));
  std::string_view rest = bytes.substr(kPreludeBytes);
  Recording recording;
  Block block;
  Trouble trouble = take_block(rest, block);
  if (trouble == Trouble::None && BlockKind(block.header.kind) != BlockKind::Head) trouble = Trouble::Damaged;
  if (trouble != Trouble::None)
    throw InputError(fmt::format("{}: is {} in its header; record the run again", name,
                                 trouble == Trouble::CutOff ? "cut off" : "damaged"));
  recording.header = parse_header_text(block.plain, name);

  std::vector<abi::TraceRecord>& records = recording.records;
  for (;;) {
    trouble = take_block(rest, block);
    const std::size_t count = block.plain.size() / sizeof(abi::TraceRecord);
    if (trouble == Trouble::None) {
      const bool is_end = BlockKind(block.header.kind) == BlockKind::End;
      const bool fits = is_end ? block.header.first == records.size() && block.header.items == 0
                               : BlockKind(block.header.kind) == BlockKind::Records && block.header.items == count &&
                                     count != 0 && block.plain.size() % sizeof(abi::TraceRecord) == 0 &&
                                     block.header.first == records.size() + 1;
      if (!fits) trouble = Trouble::Damaged;
      recording.ended = fits && is_end;
    }
    if (trouble != Trouble::None) {
      recording.warning = fmt::format("{}: is {} after event {}; what comes after that is missing", name,
                                      trouble == Trouble::CutOff ? "cut off" : "damaged", records.size());
      return recording;
    }
    if (recording.ended) break;
    const std::size_t before = records.size();
    records.resize(before + count);
    std::memcpy(static_cast<void*>(records.data() + before), block.plain.data(), count * sizeof(abi::TraceRecord));
  }
  if (!rest.empty()) recording.warning = fmt::format("{}: {} bytes after its end were ignored", name, rest.size());
  return recording;
}

Recording read_recording(const std::string& path) { return parse_recording(read_whole(path), path); }

}  // namespace exo::connection
