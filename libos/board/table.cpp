// table: a library OS on which a program sees records that it can look up in any order. What it reads is a frame of
// another environment's, lent to it by a capability that came with an asynchronous transfer; it reads without calling
// anybody. It trusts the lender with nothing: it works on a copy, and goes on when the frame is gone.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/base/windows.hpp"
#include "libos/board/board.hpp"
#include "libos/grant/protocol.hpp"

using namespace exo::libos;

namespace {
constexpr uint32_t kModified = 1;  // exception code: a write to a page that is bound for reading
constexpr uint32_t kWords = 1 + kMostRecords * sizeof(Record) / 4;

uint32_t copy[kWords];

/// The abstraction: records by their place.
class Table {
 public:
  /// False when the frame can't be read any more; the copy of before is still there.
  bool look() { return exo_guarded_copy(copy, reinterpret_cast<const uint32_t*>(kTableAddress), kWords) == kWords; }
  [[nodiscard]] static uint32_t size() {
    return copy[0] / sizeof(Record) < kMostRecords ? copy[0] / sizeof(Record) : kMostRecords;
  }
  [[nodiscard]] static uint32_t number(uint32_t place) { return copy[1 + place * sizeof(Record) / 4]; }
};

/// From the last to the first: no stream can do that.
uint32_t sum_backwards() {
  uint32_t sum = 0;
  for (uint32_t place = Table::size(); place-- > 0;) sum += Table::number(place);
  return sum;
}

[[noreturn]] void receive(uint32_t, Call& message) {
  const Capability lent = capability_in(message);
  if (open_window(kTableAddress, lent, exo::abi::kRightRead) != Status::Ok) leave(1);
  *reinterpret_cast<volatile uint32_t*>(kTableAddress) = 0;  // a mistake, and its own to deal with (on_exception)
  Table table;
  for (uint32_t seen = 0; table.look(); (void)call::yield(0u)) {
    if (Table::size() == seen) continue;
    seen = Table::size();
    note(Note::SeesRecords, seen, exo::abi::number_of(lent.resource), sum_backwards());
  }
  note(Note::LostShared);
  note(Note::Finished, sum_backwards(), Table::size() * (Table::size() + 1) / 2);
  for (;;) (void)call::yield(0u);
}
}  // namespace

/// A write to what was lent for reading: the instruction is passed over.
bool exo::libos::on_exception(uint32_t code, uint32_t, SavedRegisters& program) {
  if (code != kModified) return false;
  program.pc += 4;
  return true;
}

int main() {
  (void)serve(nullptr, receive);
  serve_for_ever();
}
