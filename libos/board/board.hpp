// What the two library OSes of this folder agree on: a frame that begins with the number of bytes in it. To one it is a
// stream, to the other a table; the kernel knows neither word.
#pragma once
#include <stdint.h>

#include "kernel/abi/machine.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::libos {

/// To the table, eight bytes are a record.
struct Record {
  uint32_t number, square;
};

struct Board {
  volatile uint32_t bytes;  ///< written last, so that whoever reads it finds them
  uint8_t data[abi::kPageSize - 4];
};
static_assert(sizeof(Board) == abi::kPageSize);
inline constexpr uint32_t kMostRecords = 128;

/// Each has it bound where it likes; both places are clear of everyone's program pages in the STLB.
inline constexpr uint32_t kStreamAddress = 0x3004'c000;
inline constexpr uint32_t kTableAddress = 0x300e'c000;

}  // namespace exo::libos
