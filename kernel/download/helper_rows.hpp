// The helpers as rows (abi/helpers.def): what they take, who may call them, what they cost.
#pragma once
#include "kernel/download/program.hpp"

namespace exo::kernel::download {

enum class Argument : uint8_t { None, Read, Write, Bytes };

struct Helper {
  uint32_t number;
  Argument arguments[3];
  uint8_t kinds;  ///< a bit for each DownloadKind
  uint32_t cost;
};

inline constexpr uint8_t kForHandlers = 1 << uint32_t(DownloadKind::Handler);

inline constexpr Helper kHelpers[] = {
#define HELPER(number, name, one, two, three, kinds, cost, text) \
  {number, {Argument::one, Argument::two, Argument::three}, kinds, cost},
#include "kernel/abi/helpers.def"
#undef HELPER
};

constexpr const Helper* helper_of(uint32_t number) {
  for (const Helper& helper : kHelpers)
    if (helper.number == number) return &helper;
  return nullptr;
}

/// The registers that it reads, as bits.
constexpr uint16_t arguments_of(uint32_t number) {
  const Helper* const helper = helper_of(number);
  uint16_t registers = 0;
  for (uint32_t i = 0; helper != nullptr && i < 3; ++i)
    if (helper->arguments[i] != Argument::None) registers = uint16_t(registers | 2u << i);
  return registers;
}

}  // namespace exo::kernel::download
