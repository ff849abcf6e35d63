#include "kernel/core/first_program.hpp"

#include "kernel/abi/capability.hpp"
#include "kernel/core/capabilities.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/panic.hpp"
#include "kernel/core/slices.hpp"

namespace exo::kernel::first_program {

namespace {
Archive found{0, 0};
constexpr uint32_t kStackPages = 1;

// The parts of an ELF file (System V ABI, chapters 4 and 5) that loading needs.
struct ElfHeader {
  uint8_t identification[16];
  uint16_t type, machine;
  uint32_t version, entry, program_headers, section_headers, flags;
  uint16_t header_bytes, program_header_bytes, program_header_count, section_header_bytes, section_header_count, names;
};
struct ProgramHeader {
  uint32_t type, offset, virtual_address, physical_address, file_bytes, memory_bytes, flags, align;
};
constexpr uint32_t kLoad = 1, kWritable = 2;

uint32_t hexadecimal(const char* digits, uint32_t count) {
  uint32_t value = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const char c = digits[i];
    if (c >= '0' && c <= '9')
      value = value << 4 | uint32_t(c - '0');
    else if ((c | 32) >= 'a' && (c | 32) <= 'f')
      value = value << 4 | uint32_t((c | 32) - 'a' + 10);
    else
      break;
  }
  return value;
}

// The data of a file in the archive (cpio, "newc": a 110-byte header of hexadecimal fields, name and data padded to 4
// bytes).
const char* find_file(const char* name) {
  const char* at = physical<const char>(found.physical_start);
  const char* const end = at + found.bytes;
  while (at + 110 <= end) {
    const uint32_t bytes = hexadecimal(at + 54, 8);
    const uint32_t name_bytes = hexadecimal(at + 94, 8);
    const char* data = at + ((110 + name_bytes + 3) & ~3u);
    if (__builtin_strcmp(at + 110, name) == 0) return data;
    at = data + ((bytes + 3) & ~3u);
  }
  return nullptr;
}

uint32_t must(const Result& result, uint32_t where) {
  if (!result.ok()) panic(where, uint32_t(result.status));
  return result.value;
}

// One page of a segment: a frame with the file's bytes, and zeros after them, behind a guaranteed mapping.
void load_page(Environment& e, uint32_t address, const char* data, uint32_t bytes, uint32_t flags) {
  const uint32_t frame = must(frames::allocate(e.number, abi::kAnyFrame), 1);
  __builtin_memset(frames::contents(frame), 0, abi::kPageSize);
  __builtin_memcpy(frames::contents(frame), data, bytes);
  must(environments::give_guaranteed(e, address >> abi::kPageShift, frame, flags), 2);
}

void load_segment(Environment& e, const char* file, const ProgramHeader& p) {
  const uint32_t flags = abi::kBindRead | (p.flags & kWritable ? abi::kBindWrite : 0u);
  for (uint32_t offset = 0; offset < p.memory_bytes; offset += abi::kPageSize) {
    const uint32_t left = offset < p.file_bytes ? p.file_bytes - offset : 0;
    load_page(e, p.virtual_address + offset, file + p.offset + offset, left < abi::kPageSize ? left : abi::kPageSize,
              flags);
  }
}
}  // namespace

void find_archive(const char* const* arguments, uint32_t count) {
  for (uint32_t i = 0; i < count && arguments[i] != nullptr; ++i) {
    for (const char* p = arguments[i]; *p != '\0'; ++p) {
      if (__builtin_strncmp(p, "rd_start=0x", 11) == 0) found.physical_start = hexadecimal(p + 11, 16) & 0x1fff'ffff;
      if (__builtin_strncmp(p, "rd_size=", 8) != 0) continue;
      found.bytes = 0;
      for (const char* d = p + 8; *d >= '0' && *d <= '9'; ++d) found.bytes = found.bytes * 10 + uint32_t(*d - '0');
    }
  }
}

Archive archive() { return found; }

void start() {
  const char* file = find_file("first");
  if (file == nullptr) panic(0, found.bytes);
  constexpr char name[abi::kNameBytes] = "arbiter";
  Environment& e = environments::get(must(environments::create(0, frames::kNamedFrames, name), 3));
  const auto& header = *reinterpret_cast<const ElfHeader*>(file);
  const auto* segments = reinterpret_cast<const ProgramHeader*>(file + header.program_headers);
  for (uint32_t i = 0; i < header.program_header_count; ++i)
    if (segments[i].type == kLoad) load_segment(e, file, segments[i]);
  const uint32_t stack = abi::kProgramAddress - abi::kPageSize * kStackPages;
  load_page(e, stack, nullptr, 0, abi::kBindRead | abi::kBindWrite);
  e.page->authority = capabilities::mint(ResourceKind::Authority, 0, abi::kAuthorityRights, e.number);
  e.page->archive_pages = (found.physical_start % abi::kPageSize + found.bytes + abi::kPageSize - 1) / abi::kPageSize;
  e.page->start[0] = found.physical_start % abi::kPageSize;  // the archive's first byte in its first page
  e.page->start[1] = found.bytes;
  environments::start(e, header.entry, stack + kStackPages * abi::kPageSize - 16, 0);
  must(slices::grant(e.number, 0), 4);
}

}  // namespace exo::kernel::first_program
