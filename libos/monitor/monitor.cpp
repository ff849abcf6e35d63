// Trap and emulate: below `tour.S` runs a kernel that thinks it has a machine with a TLB of 16 entries. Whenever it
// executes a privileged instruction the real kernel hands the exception to this library OS, which keeps the registers
// and the TLB of that machine and does to them what the instruction says. What it means for memory it asks of the real
// kernel: a page of the guest's is bound while it stands in the guest's TLB, and no longer.
//
// The guest is not kept from the monitor's memory, nor has to be: both are one environment, and the real kernel
// protects everyone else from it.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/monitor/memory.hpp"

extern "C" {
void exo_guest_refill();
/// The guest kernel's page table: two EntryLo words for each pair of pages. The guest's physical page n is frame n.
uint32_t exo_guest_page_table[TOUR_MOST_PAGES];
}

namespace exo::libos::monitor {

namespace {
constexpr uint32_t kCoprocessorUnusable = 11;
constexpr uint32_t kEntries = 16;
constexpr uint32_t kValid = 2, kDirty = 4, kPhysicalShift = 6;

// Registers of coprocessor 0, by their numbers in the instruction.
enum Register : uint32_t { kEntryLo0 = 2, kEntryLo1 = 3, kBadAddress = 8, kEntryHi = 10, kReturn = 14 };
enum Operation : uint32_t { kMoveFrom = 0, kMoveTo = 4 };
constexpr uint32_t kTlbWriteRandom = 0x4200'0006, kExceptionReturn = 0x4200'0018;

uint32_t registers[32];
struct TlbEntry {
  uint32_t hi, lo[2];
} tlb[kEntries];
uint32_t next_entry, imitated, misses;

constexpr uint32_t pair_of(uint32_t address) { return address & ~(2 * abi::kPageSize - 1); }

/// The guest's program or kernel, of whose registers these two use t8, t9 and the ones that a call may change.
uint32_t* place_of(SavedRegisters& guest, uint32_t number) {
  return number == 24 || number == 25 ? &guest.t[number - 16] : nullptr;
}

/// "Random" counts up here, so that a run is like every other.
void write_tlb_entry() {
  TlbEntry& entry = tlb[next_entry++ % kEntries];
  for (uint32_t half = 0; half < 2; ++half)
    if ((entry.lo[half] & kValid) != 0) (void)call::unbind(page_number(entry.hi) + half);
  entry = {pair_of(registers[kEntryHi]), {registers[kEntryLo0], registers[kEntryLo1]}};
  for (uint32_t half = 0; half < 2; ++half)
    if ((entry.lo[half] & kValid) != 0)
      (void)bind_frame(entry.lo[half] >> kPhysicalShift, page_number(entry.hi) + half);
}

/// True: what the instruction would have done is done.
bool imitate(uint32_t instruction, SavedRegisters& guest) {
  ++imitated;
  if (instruction == kTlbWriteRandom) return write_tlb_entry(), guest.pc += 4, true;
  if (instruction == kExceptionReturn) return guest.pc = registers[kReturn], true;
  uint32_t* const general = place_of(guest, instruction >> 16 & 31);
  uint32_t& own = registers[instruction >> 11 & 31];
  if (general == nullptr) return false;
  switch (instruction >> 21 & 31) {
    case kMoveFrom:
      *general = own;
      break;
    case kMoveTo:
      own = *general;
      break;
    default:
      return false;
  }
  guest.pc += 4;
  return true;
}

const TlbEntry* entry_of(uint32_t address) {
  for (const TlbEntry& entry : tlb)
    if (entry.hi == pair_of(address) && (entry.lo[address >> abi::kPageShift & 1] & kValid) != 0) return &entry;
  return nullptr;
}
}  // namespace

void prepare(uint32_t pages) {
  for (uint32_t i = 0; i < pages; ++i) exo_guest_page_table[i] = i << kPhysicalShift | kDirty | kValid;
}

void report() { note(Note::Emulated, imitated, misses); }

}  // namespace exo::libos::monitor

using namespace exo::libos;

bool exo::libos::on_exception(uint32_t code, uint32_t, SavedRegisters& guest) {
  return code == monitor::kCoprocessorUnusable && monitor::imitate(*reinterpret_cast<const uint32_t*>(guest.pc), guest);
}

/// What the machine would do on a miss: sets the registers, and goes on at the guest kernel's vector. A page that the
/// guest's TLB still has was displaced in the software TLB by another program's: then the guest hears nothing of it.
bool exo::libos::on_miss(uint32_t address, SavedRegisters& guest) {
  using namespace monitor;
  if (address - TOUR_ADDRESS >= TOUR_MOST_PAGES * abi::kPageSize) return false;
  if (const TlbEntry* entry = entry_of(address))
    return bind_frame(entry->lo[address >> abi::kPageShift & 1] >> kPhysicalShift, page_number(address));
  ++misses;
  registers[kBadAddress] = address;
  registers[kEntryHi] = pair_of(address);
  registers[kReturn] = guest.pc;
  guest.pc = reinterpret_cast<uint32_t>(&exo_guest_refill);
  return true;
}
