// Recordings (.exotrace): the trace of a run as the ring had it, with what is needed to show, verify and repeat it.
//
//   file    = "EXOTRACE" version:u32 block*
//   block   = kind:u32 bytes:u32 items:u32 first:u64 payload        (little-endian; payload is one zstd frame with
//   checksum) kinds   = head (JSON text), records (`items` records, the first of which is event number `first`), end
//   (empty payload;
//             `items` is 0 and `first` the number of events)
//
// Every block stands alone, so a crash or a cut loses at most the last, incomplete one. There is no wall-clock time in
// it: two runs of one scenario give identical files. A file may be hostile: nothing in it makes the reader allocate
// more than a block.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/connection/file_descriptor.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::connection {

inline constexpr std::uint32_t kRecordingVersion = 2;
inline constexpr std::uint32_t kRecordsPerBlock = 256;  ///< what a crash can cost at most

struct RecordingHeader {
  std::string scenario_name;
  std::string scenario_text;   ///< the whole file, so that a recording needs nothing else
  std::string build_identity;  ///< GuestImages::identity
  bool flight_recorder = false;
  std::map<std::string, std::string> files = {};  ///< that the scenario names, with their bytes
  std::uint32_t seed = 0;                         ///< of the scenario's variation; 0: as written
};

/// Writes a recording as it happens. Every full block is in the file when append returns.
class RecordingWriter {
 public:
  /// Makes the file, or replaces an earlier recording. Throws InputError: cannot be written, is something else than a
  /// recording, is being written by another explorer.
  RecordingWriter(const std::string& path, const RecordingHeader& header);
  /// Writes what is left, without the end mark: a run that did not finish() was broken off.
  ~RecordingWriter();
  RecordingWriter(const RecordingWriter&) = delete;
  RecordingWriter& operator=(const RecordingWriter&) = delete;

  /// Throws InputError once when the disk is full or the like: the file then holds every complete block, and nothing
  /// more is written.
  void append(std::span<const abi::TraceRecord> records);
  /// Writes the last block and the end mark. Throws like append.
  void finish();

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] const std::string& why() const { return why_; }   ///< it failed, in words; empty: it did not
  [[nodiscard]] std::uint64_t events() const { return events_; }  ///< in complete blocks
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Compressor;
  void write_block(std::uint32_t kind, std::uint32_t items, std::uint64_t first, std::string_view plain);
  void write_all(std::string_view bytes);
  void flush_records();

  std::string path_, why_;
  FileDescriptor file_;
  std::unique_ptr<Compressor> compressor_;
  std::vector<abi::TraceRecord> waiting_;
  std::uint64_t events_ = 0;
  std::uint64_t good_bytes_ = 0;  ///< length of the file up to the last complete block
  bool failed_ = false, finished_ = false;
};

struct Recording {
  RecordingHeader header;
  std::vector<abi::TraceRecord> records;
  bool ended = false;   ///< the end mark is there: nothing is missing
  std::string warning;  ///< one line when something is missing; else empty
};

/// Reads a recording up to its last good block. Throws InputError when it is not a recording, of another version, or
/// when not even its header can be read.
[[nodiscard]] Recording read_recording(const std::string& path);
/// The same from memory; `name` is used in messages.
[[nodiscard]] Recording parse_recording(std::string_view bytes, const std::string& name);

}  // namespace exo::connection
