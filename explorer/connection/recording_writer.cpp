// The writing half of recording.hpp. Invariant: the file never ends in part of a block that this process could have cut
// off.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>

#include "explorer/common/error.hpp"
#include "explorer/connection/recording_blocks.hpp"

namespace exo::connection {

namespace {

constexpr int kLevel = 3;  // fixed, with one thread: the same records give the same bytes

FileDescriptor open_for_recording(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644));
  // Pipes and devices can only be written.
  if (!file.valid()) file = FileDescriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.valid())
    throw InputError(error_text(fmt::format("{}: cannot record into it", path)) + "; name another file with --trace");
  struct stat about {};
  if (::fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode)) return file;
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    throw InputError(fmt::format("{}: another explorer records into it; name another file with --trace", path));
  std::string start(kRecordingMagic.size(), '\0');
  const ssize_t count = ::pread(file.get(), start.data(), start.size(), 0);
  if (about.st_size != 0 && (count != ssize_t(start.size()) || start != kRecordingMagic))
    throw InputError(
        fmt::format("{}: exists and is not a recording, so it is left alone; name another file with --trace", path));
  if (::ftruncate(file.get(), 0) != 0) throw InputError(error_text(fmt::format("{}: cannot be emptied", path)));
  return file;
}

}  // namespace

struct RecordingWriter::Compressor {
  Compressor() : context(ZSTD_createCCtx()) {
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  }
  ~Compressor() { ZSTD_freeCCtx(context); }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  std::string run(std::string_view plain) {
    std::string out(ZSTD_compressBound(plain.size()), '\0');
    const std::size_t size = ZSTD_compress2(context, out.data(), out.size(), plain.data(), plain.size());
    if (ZSTD_isError(size)) throw MachineError(fmt::format("cannot compress a recording: {}", ZSTD_getErrorName(size)));
    out.resize(size);
    return out;
  }

  ZSTD_CCtx* context;
};

RecordingWriter::RecordingWriter(const std::string& path, const RecordingHeader& header)
    : path_(path), file_(open_for_recording(path)), compressor_(std::make_unique<Compressor>()) {
  ignore_write_signals();
  waiting_.reserve(kRecordsPerBlock);
  write_all(std::string(kRecordingMagic) + encode_number(kRecordingVersion));
  good_bytes_ = kPreludeBytes;
  std::string text = header_text(header);
  if (text.size() > kLargestHead)
    throw InputError(
        fmt::format("{}: the scenario is too long to be recorded; {} MiB is the most", path, kLargestHead >> 20));
  write_block(std::uint32_t(BlockKind::Head), 0, 0, text);
}

RecordingWriter::~RecordingWriter() {
  try {
    if (!failed_ && !finished_) flush_records();
  } catch (const std::exception&) {  // nobody is left to be told; the complete blocks are in the file
  }
}

void RecordingWriter::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count > 0) {
      bytes.remove_prefix(std::size_t(count));
      continue;
    }
    why_ = error_text("cannot record any further");
    failed_ = true;
    // An incomplete block is no use to anyone. Not possible on pipes and devices, where it does not matter.
    [[maybe_unused]] const int cut = ::ftruncate(file_.get(), off_t(good_bytes_));
    throw InputError(
        fmt::format("{}: {}; the first {} events are in it; free some space or name another file with --trace", path_,
                    why_, events_));
  }
}

void RecordingWriter::write_block(std::uint32_t kind, std::uint32_t items, std::uint64_t first,
                                  std::string_view plain) {
  const std::string payload = compressor_->run(plain);
  const std::string block = encode(BlockHeader{kind, std::uint32_t(payload.size()), items, first}) + payload;
  write_all(block);
  good_bytes_ += block.size();
}

void RecordingWriter::flush_records() {
  if (waiting_.empty()) return;
  const std::string_view plain(reinterpret_cast<const char*>(waiting_.data()), waiting_.size() * sizeof waiting_[0]);
  write_block(std::uint32_t(BlockKind::Records), std::uint32_t(waiting_.size()), events_ + 1, plain);
  events_ += waiting_.size();
  waiting_.clear();
}

void RecordingWriter::append(std::span<const abi::TraceRecord> records) {
  if (finished_) return;
  while (!failed_ && !records.empty()) {
    const std::size_t count = std::min(records.size(), kRecordsPerBlock - waiting_.size());
    waiting_.insert(waiting_.end(), records.begin(), records.begin() + std::ptrdiff_t(count));
    records = records.subspan(count);
    if (waiting_.size() == kRecordsPerBlock) flush_records();
  }
}

void RecordingWriter::finish() {
  if (failed_ || finished_) return;
  flush_records();
  write_block(std::uint32_t(BlockKind::End), 0, events_, {});
  finished_ = true;
}

}  // namespace exo::connection
