#include "libos/arbiter/archive.hpp"

#include "kernel/abi/exposed.hpp"
#include "libos/base/environment.hpp"

namespace exo::libos {

namespace {
// A newc header: 6 characters of magic, then 13 numbers of 8 hexadecimal digits.
constexpr uint32_t kHeaderBytes = 110;
constexpr uint32_t kFileSize = 6 + 6 * 8;
constexpr uint32_t kNameSize = 6 + 11 * 8;
constexpr uint32_t kBadNumber = 0xffff'ffff;

uint32_t hexadecimal(const uint8_t* digits) {
  uint32_t value = 0;
  for (uint32_t i = 0; i < 8; ++i) {
    const uint8_t c = digits[i];
    uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = c - '0';
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = uint32_t(c | 0x20) - 'a' + 10;
    } else {
      return kBadNumber;
    }
    value = value << 4 | digit;
  }
  return value;
}

constexpr uint32_t round_up(uint32_t offset) { return (offset + 3) & ~3u; }

bool same_name(const uint8_t* stored, uint32_t stored_bytes, const char* name, uint32_t name_bytes) {
  uint32_t length = 0;
  while (length < name_bytes && name[length] != 0) ++length;
  if (stored_bytes != length + 1) return false;  // the stored one ends with a zero
  for (uint32_t i = 0; i < length; ++i)
    if (stored[i] != uint8_t(name[i])) return false;
  return true;
}
}  // namespace

File find_file(const char* name, uint32_t name_bytes) {
  // The kernel tells the first program where in its first page the archive begins, and its size.
  const uint32_t begin = environment().start[0], size = environment().start[1];
  const auto* archive = reinterpret_cast<const uint8_t*>(kArchiveAddress + begin);
  uint32_t at = 0;
  while (at < size && size - at >= kHeaderBytes) {
    const uint8_t* header = archive + at;
    if (header[0] != '0' || header[1] != '7' || header[2] != '0' || header[3] != '7' || header[4] != '0') break;
    const uint32_t file_bytes = hexadecimal(header + kFileSize);
    const uint32_t stored_name_bytes = hexadecimal(header + kNameSize);
    if (file_bytes > size || stored_name_bytes > size) break;
    const uint32_t data = round_up(at + kHeaderBytes + stored_name_bytes);
    if (data > size || file_bytes > size - data) break;
    if (same_name(header + kHeaderBytes, stored_name_bytes, name, name_bytes)) return {archive + data, file_bytes};
    at = round_up(data + file_bytes);
  }
  return {};
}

bool bind_archive(uint32_t address) {
  const uint32_t index = (address - kArchiveAddress) >> abi::kPageShift;
  return address >= kArchiveAddress && index < environment().archive_pages &&
         call::expose(abi::ExposedRegion::Archive, index, page_number(address)).ok();
}

}  // namespace exo::libos
