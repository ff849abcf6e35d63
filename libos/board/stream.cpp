// stream: a library OS on which a program writes bytes, one after the other, as to a pipe. The bytes lie in a frame of
// its own, which it lends to another environment, to read.
//
// Parameters: 0 the other environment, 1 the frame, 2 records to write.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/base/windows.hpp"
#include "libos/board/board.hpp"
#include "libos/grant/protocol.hpp"

using namespace exo::libos;

namespace {
enum Parameter : uint32_t { kReader, kFrame, kRecords };

void must(Status status, uint32_t line) {
  if (status != Status::Ok) fail(line, uint32_t(status), 0);
}

/// The abstraction: bytes go in at the end. Returns how many it had room for.
class Stream {
 public:
  explicit Stream(uint32_t address) : board_(*reinterpret_cast<Board*>(address)) { board_.bytes = 0; }
  uint32_t write(const void* from, uint32_t bytes) {
    const uint32_t at = board_.bytes;
    if (bytes > sizeof board_.data - at) bytes = uint32_t(sizeof board_.data) - at;
    for (uint32_t i = 0; i < bytes; ++i) board_.data[at + i] = static_cast<const uint8_t*>(from)[i];
    asm volatile("" ::: "memory");
    board_.bytes = at + bytes;
    return bytes;
  }
  [[nodiscard]] uint32_t bytes() const { return board_.bytes; }

 private:
  Board& board_;
};

void compute_a_while() {
  for (volatile uint32_t unit = 0; unit < 300; unit = unit + 1) {
  }
}
}  // namespace

int main() {
  Capability whole{}, part{};
  must(serve(nullptr), __LINE__);
  must(call::frame_allocate(parameter(kFrame), &whole).status, __LINE__);
  must(open_window(kStreamAddress, whole, exo::abi::kRightRead | exo::abi::kRightWrite), __LINE__);
  Stream stream(kStreamAddress);
  must(call::capability_derive(&whole, exo::abi::kRightRead, &part).status, __LINE__);
  must(send(parameter(kReader), with_capability(Grant::Take, part)), __LINE__);
  const uint32_t records = parameter(kRecords) < kMostRecords ? parameter(kRecords) : kMostRecords;
  for (uint32_t n = 1; n <= records; ++n) {
    const Record record{n, n * n};
    compute_a_while();
    (void)stream.write(&record, sizeof record);
  }
  note(Note::Streams, stream.bytes(), parameter(kFrame));
  (void)call::yield(0u);
  return 0;
}
