// bpf_runner: the first and only program of a machine that tries programs of eBPF. It reads the file "programs" of the
// boot archive (kernel/abi/program_batch.hpp), downloads one after the other as computations, runs what was accepted on
// the memory that comes with it, and says in notes what came out. The host does the same with an interpreter and
// compares (explorer/session/bpf_batch.hpp).
#include "kernel/abi/downloads.hpp"
#include "kernel/abi/program_batch.hpp"
#include "libos/arbiter/archive.hpp"
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/base/windows.hpp"

extern "C" void* memcpy(void*, const void*, size_t);
extern "C" void* memset(void*, int, size_t);

namespace exo::libos {

namespace {
using abi::kPageSize;

// Their slots of the software TLB lie behind the archive's.
constexpr uint32_t kMemoryAddress = 0x2304'0000;
constexpr uint32_t kProgramBufferAddress = 0x2308'0000;

uint8_t* memory() { return reinterpret_cast<uint8_t*>(kMemoryAddress); }
uint8_t* program_buffer() { return reinterpret_cast<uint8_t*>(kProgramBufferAddress); }

bool new_page(uint32_t address) {
  Capability frame;
  return call::frame_allocate(abi::kAnyFrame, &frame).ok() &&
         open_window(address, frame, abi::kRightRead | abi::kRightWrite) == Status::Ok;
}

/// What the memory holds afterwards, and what lies right behind it, which must still be 0.
uint32_t hash_of_memory(uint32_t bytes) {
  const uint32_t end = abi::hashed_batch_bytes(bytes);
  uint32_t hash = abi::kBatchHashStart;
  for (uint32_t at = 0; at < end; at += 4)
    hash = abi::batch_hash(hash, *reinterpret_cast<const uint32_t*>(kMemoryAddress + at));
  return hash;
}

void try_program(uint32_t index, const abi::BatchProgram& given) {
  memset(memory(), 0, kPageSize);
  memcpy(memory(), &given + 1, given.memory_bytes);
  const uint8_t* instructions = reinterpret_cast<const uint8_t*>(&given + 1) + ((given.memory_bytes + 3) & ~3u);
  memcpy(program_buffer(), instructions, given.instructions * sizeof(abi::bpf::Instruction));
  abi::DownloadRequest request{};
  request.kind = uint32_t(abi::DownloadKind::Computation);
  request.program = kProgramBufferAddress;
  request.count = given.instructions;
  request.bytes = given.memory_bytes;
  abi::DownloadAnswer answer{};
  const Result download = call::code_download(&request, &answer);
  if (download.status == Status::Unverified)
    return note(Note::ProgramRefused, answer.verdict, answer.instruction, answer.detail);
  if (!download.ok())
    return note(Note::ProgramFailed, index, uint32_t(abi::Syscall::code_download), uint32_t(download.status));
  uint32_t out[3] = {};
  const Result run = call::code_run(download.value, kMemoryAddress, given.memory_bytes, out);
  if (!call::code_free(download.value).ok() || !run.ok())
    return note(Note::ProgramFailed, index, uint32_t(abi::Syscall::code_run), uint32_t(run.status));
  note(Note::ProgramCost, answer.longest, out[2]);
  note(Note::ProgramRan, out[0], out[1], hash_of_memory(given.memory_bytes));
}

/// Bytes that one of them takes in the file; 0: it is not in order.
uint32_t bytes_of(const abi::BatchProgram& given, uint32_t left) {
  if (given.memory_bytes > kPageSize || given.instructions > abi::bpf::kMostInstructions) return 0;
  const uint32_t bytes = uint32_t(sizeof given) + ((given.memory_bytes + 3) & ~3u) +
                         given.instructions * uint32_t(sizeof(abi::bpf::Instruction));
  return bytes <= left ? bytes : 0;
}
}  // namespace

bool on_miss(uint32_t address, SavedRegisters&) { return bind_archive(address) || reopen_window(address); }

}  // namespace exo::libos

using namespace exo::libos;

int main() {
  const File file = find_file(exo::abi::kBatchFile, sizeof exo::abi::kBatchFile);
  if (file.data == nullptr) fail(1, 0, 0);
  if (!new_page(kMemoryAddress) || !new_page(kProgramBufferAddress)) fail(2, 0, 0);
  uint32_t index = 0;
  for (uint32_t at = 0; at + sizeof(exo::abi::BatchProgram) <= file.bytes; ++index) {
    const auto& given = *reinterpret_cast<const exo::abi::BatchProgram*>(file.data + at);
    const uint32_t bytes = bytes_of(given, file.bytes - at);
    if (bytes == 0) fail(3, index, at);
    try_program(index, given);
    at += bytes;
  }
  note(Note::ProgramsDone, index);
  leave(0);
}
