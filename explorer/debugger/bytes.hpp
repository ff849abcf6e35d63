// Little-endian bytes of someone else's file, read one after another. Whoever reads past the end gets zeros, and the
// cursor says so from then on: a reader may check once, behind many reads.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace exo::debugger {

using Bytes = std::span<const std::byte>;

class Cursor {
 public:
  explicit Cursor(Bytes bytes, std::size_t at = 0) : bytes_(bytes), at_(at) {
    if (at_ > bytes_.size()) fail();
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  [[nodiscard]] bool done() const { return left() == 0; }

  void skip(std::uint64_t bytes) {
    if (bytes > left()) return fail();
    at_ += std::size_t(bytes);
  }
  std::uint8_t u8() { return std::uint8_t(number(1)); }
  std::uint16_t u16() { return std::uint16_t(number(2)); }
  std::uint32_t u32() { return std::uint32_t(number(4)); }
  std::uint64_t u64() { return number(8); }
  /// Of 1 to 8 bytes.
  std::uint64_t number(std::size_t bytes) {
    if (bytes > left()) {
      fail();
      return 0;
    }
    std::uint64_t value = 0;
    std::memcpy(&value, bytes_.data() + at_, bytes);
    at_ += bytes;
    return value;
  }
  /// LEB128 (DWARF 5, 7.6). What does not fit 64 bits is cut off.
  std::uint64_t uleb() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint8_t byte = u8();
      if (shift < 64) value |= std::uint64_t(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
  }
  std::int64_t sleb() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;;) {
      const std::uint8_t byte = u8();
      if (shift < 64) value |= std::uint64_t(byte & 0x7f) << shift;
      shift += 7;
      if ((byte & 0x80) != 0) continue;
      if (shift < 64 && (byte & 0x40) != 0) value |= ~std::uint64_t(0) << shift;
      return std::int64_t(value);
    }
  }
  /// Up to a byte 0, which is skipped.
  std::string_view text() {
    const auto* start = reinterpret_cast<const char*>(bytes_.data() + at_);
    const void* end = left() == 0 ? nullptr : std::memchr(start, 0, left());
    if (end == nullptr) {
      fail();
      return {};
    }
    const std::string_view found(start, std::size_t(static_cast<const char*>(end) - start));
    at_ += found.size() + 1;
    return found;
  }
  Bytes bytes(std::uint64_t count) {
    if (count > left()) {
      fail();
      return {};
    }
    const Bytes found = bytes_.subspan(at_, std::size_t(count));
    at_ += found.size();
    return found;
  }
  void fail() {
    ok_ = false;
    at_ = bytes_.size();
  }

 private:
  Bytes bytes_;
  std::size_t at_;
  bool ok_ = true;
};

}  // namespace exo::debugger
