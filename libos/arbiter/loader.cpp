#include "libos/arbiter/loader.hpp"

#include <stddef.h>

#include "libos/arbiter/archive.hpp"
#include "libos/base/environment.hpp"
#include "libos/base/note.hpp"

extern "C" void* memcpy(void*, const void*, size_t);
extern "C" void* memset(void*, int, size_t);

namespace exo::libos {

namespace {
using abi::kPageSize;
using abi::Syscall;

static_assert(abi::stlb_slot(kFillAddress >> abi::kPageShift, 0) >
              abi::stlb_slot(kArchiveAddress >> abi::kPageShift, 0) + 1024);

// ELF, 32 bits, little-endian, MIPS: what is needed of it.
struct ElfHeader {
  uint8_t identity[16];
  uint16_t type, machine;
  uint32_t version, entry, program_headers, section_headers, flags;
  uint16_t header_bytes, program_header_bytes, program_header_count;
  uint16_t section_header_bytes, section_header_count, section_names;
};
static_assert(sizeof(ElfHeader) == 52);
struct ProgramHeader {
  uint32_t type, offset, address, physical, file_bytes, memory_bytes, flags, alignment;
};
constexpr uint32_t kLoad = 1;
constexpr uint32_t kWritable = 2;
constexpr uint16_t kExecutable = 2;
constexpr uint16_t kMips = 8;

uint8_t* fill_window() { return reinterpret_cast<uint8_t*>(kFillAddress); }

/// A frame of the arbiter's, bound in the fill window.
Status new_frame(Capability& capability) {
  const Result taken = call::frame_allocate(abi::kAnyFrame, &capability);
  if (!taken.ok()) return refused(taken.status, Syscall::frame_allocate);
  const Result bound = call::bind(&capability, page_number(kFillAddress), abi::kRightRead | abi::kRightWrite);
  if (bound.ok()) return Status::Ok;
  (void)call::frame_free(&capability);
  return refused(bound.status, Syscall::bind);
}

/// The part of a segment that falls into one page, with zeros around it.
void fill_page(const File& file, const ProgramHeader& segment, uint32_t offset_in_segment) {
  uint32_t bytes = segment.file_bytes > offset_in_segment ? segment.file_bytes - offset_in_segment : 0;
  if (bytes > kPageSize) bytes = kPageSize;
  memcpy(fill_window(), file.data + segment.offset + offset_in_segment, bytes);
  memset(fill_window() + bytes, 0, kPageSize - bytes);
}

Status load_segment(const File& file, const ProgramHeader& segment, Building& building) {
  if (segment.offset > file.bytes || segment.file_bytes > file.bytes - segment.offset ||
      segment.file_bytes > segment.memory_bytes || segment.address % kPageSize != 0 ||
      segment.memory_bytes > abi::kGuaranteedMappings * kPageSize || segment.address > abi::kUserEnd - (1u << 20))
    return Status::BadArgument;
  const uint32_t flags = abi::kBindRead | ((segment.flags & kWritable) != 0 ? abi::kBindWrite : 0);
  for (uint32_t offset = 0; offset < segment.memory_bytes; offset += kPageSize) {
    Capability frame;
    if (const Status status = new_frame(frame); status != Status::Ok) return status;
    fill_page(file, segment, offset);
    const Result mapped =
        call::env_map(&building.environment, building.frames, (segment.address + offset) | flags, &frame);
    if (!mapped.ok()) {
      (void)call::frame_free(&frame);
      return refused(mapped.status, Syscall::env_map);
    }
    ++building.frames;
  }
  return Status::Ok;
}

Status load_program(const File& file, Building& building) {
  if (file.bytes < sizeof(ElfHeader)) return Status::BadArgument;
  ElfHeader header;
  memcpy(&header, file.data, sizeof header);
  static constexpr uint8_t kIdentity[6] = {0x7f, 'E', 'L', 'F', 1, 1};
  for (uint32_t i = 0; i < sizeof kIdentity; ++i)
    if (header.identity[i] != kIdentity[i]) return Status::BadArgument;
  if (header.type != kExecutable || header.machine != kMips || header.program_header_bytes != sizeof(ProgramHeader) ||
      header.program_headers > file.bytes ||
      header.program_header_count > (file.bytes - header.program_headers) / sizeof(ProgramHeader))
    return Status::BadArgument;
  building.entry = header.entry;
  for (uint32_t i = 0; i < header.program_header_count; ++i) {
    ProgramHeader segment;
    memcpy(&segment, file.data + header.program_headers + i * sizeof segment, sizeof segment);
    if (segment.type != kLoad || segment.memory_bytes == 0) continue;
    if (const Status status = load_segment(file, segment, building); status != Status::Ok) return status;
    const uint32_t end = segment.address + segment.memory_bytes;
    if (end > building.stack) building.stack = end;
  }
  return building.stack == 0 ? Status::BadArgument : Status::Ok;
}

/// The environment page: its first contents are the parameters, then the name.
Status make_environment(const abi::ManifestEntry& entry, Building& building) {
  Capability page;
  if (const Status status = new_frame(page); status != Status::Ok) return status;
  memset(fill_window(), 0, kPageSize);
  auto* shared = reinterpret_cast<abi::EnvironmentPage*>(kFillAddress);
  memcpy(shared->start, entry.parameters, sizeof entry.parameters);
  if (entry.authority != 0) {
    const Result shared_out = call::capability_derive(&environment().authority, uint32_t(entry.authority),
                                                      &shared->start[abi::kStartAuthority]);
    if (!shared_out.ok()) {
      (void)call::frame_free(&page);
      return refused(shared_out.status, Syscall::capability_derive);
    }
  }
  const Result created = call::env_create(&environment().authority, entry.name, &page, &building.environment);
  if (!created.ok()) {
    (void)call::frame_free(&page);
    return refused(created.status, Syscall::env_create);
  }
  building.number = created.value;
  building.frames = 1;
  return Status::Ok;
}
}  // namespace

Status build_environment(const abi::ManifestEntry& entry, Building& building) {
  const File file = find_file(entry.program, sizeof entry.program);
  if (file.data == nullptr) return refused(Status::BadArgument, Syscall::env_create);
  if (const Status status = make_environment(entry, building); status != Status::Ok) return status;
  const Status status = load_program(file, building);
  if (status == Status::Ok) return Status::Ok;
  (void)call::env_kill(&building.environment);
  return refused(status, Syscall::env_map);
}

namespace {
Status give_slice(const Building& building, uint32_t position_or_any) {
  return call::slice_allocate(&environment().authority, building.number, position_or_any, 0u).status;
}

Status give_up(const Building& building, Status status) {
  (void)call::env_kill(&building.environment);
  return refused(status, Syscall::env_start);
}
}  // namespace

Status give_positions(const abi::ManifestEntry& entry, Building& building) {
  for (uint32_t position = 0; position < abi::kSlicePositions; ++position) {
    if ((entry.positions[position / 32] >> position % 32 & 1) == 0) continue;
    if (const Status status = give_slice(building, position); status != Status::Ok) return give_up(building, status);
    ++building.slices;
  }
  return Status::Ok;
}

Status start_environment(const abi::ManifestEntry& entry, const Building& building) {
  Status status = Status::Ok;
  for (uint32_t i = building.slices; status == Status::Ok && i < entry.slices; ++i)
    status = give_slice(building, abi::kAnyFrame);
  if (status == Status::Ok)
    status = call::env_start(&building.environment, building.entry, building.stack - 16, 0).status;
  if (status != Status::Ok) return give_up(building, status);
  note(Note::CreatedEnv, building.number, building.frames, entry.slices);
  return Status::Ok;
}

}  // namespace exo::libos
