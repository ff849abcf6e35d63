#include "tests/host/remote/small_processor.hpp"

#include <fmt/format.h>

#include <cstring>
#include <stdexcept>

namespace exo::test {

namespace {

std::uint32_t signed_low(std::uint32_t word) { return std::uint32_t(std::int32_t(std::int16_t(word & 0xffff))); }

[[noreturn]] void unknown(std::uint32_t word) {
  throw std::runtime_error(fmt::format("the small processor has no instruction {:#010x}", word));
}

}  // namespace

std::uint32_t SmallProcessor::fetch(std::uint32_t address) const {
  // Fetching is not an access to data: the memory is asked in a way that watches nothing.
  std::uint32_t word = 0;
  std::memcpy(&word, memory_(address, 0, false), 4);
  return word;
}

std::uint32_t SmallProcessor::load(std::uint32_t address, std::uint32_t bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, memory_(address, bytes, false), bytes);
  return value;
}

void SmallProcessor::store(std::uint32_t address, std::uint32_t value, std::uint32_t bytes) {
  std::memcpy(memory_(address, bytes, true), &value, bytes);
}

void SmallProcessor::step() {
  const std::uint32_t at = registers_.pc;
  const std::uint32_t word = fetch(at);
  std::uint32_t to = at + 8;
  if (branch(word, at, to)) {
    plain(fetch(at + 4));
    registers_.pc = to;
  } else {
    plain(word);
    registers_.pc = at + 4;
  }
  registers_.general[0] = 0;
}

bool SmallProcessor::branch(std::uint32_t word, std::uint32_t at, std::uint32_t& to) {
  auto& r = registers_.general;
  const std::uint32_t s = r[word >> 21 & 31], t = r[word >> 16 & 31];
  const std::uint32_t near = at + 4 + (signed_low(word) << 2), far = ((at + 4) & 0xf000'0000) | ((word << 6) >> 4);
  bool taken = false;
  switch (word >> 26) {
    case 0:
      if ((word & 63) != 8 && (word & 63) != 9) return false;
      to = s;
      if ((word & 63) == 9) r[word >> 11 & 31] = at + 8;
      return true;
    case 1:
      taken = (word >> 16 & 1) != 0 ? std::int32_t(s) >= 0 : std::int32_t(s) < 0;
      break;
    case 3:
      r[debugger::kReturnAddress] = at + 8;
      to = far;
      return true;
    case 2:
      to = far;
      return true;
    case 4:
      taken = s == t;
      break;
    case 5:
      taken = s != t;
      break;
    case 6:
      taken = std::int32_t(s) <= 0;
      break;
    case 7:
      taken = std::int32_t(s) > 0;
      break;
    default:
      return false;
  }
  if (taken) to = near;
  return true;
}

void SmallProcessor::special(std::uint32_t word) {
  auto& r = registers_.general;
  const std::uint32_t s = r[word >> 21 & 31], t = r[word >> 16 & 31], shift = word >> 6 & 31;
  std::uint32_t& d = r[word >> 11 & 31];
  switch (word & 63) {
    case 0:
      d = t << shift;
      return;
    case 2:
      d = t >> shift;
      return;
    case 3:
      d = std::uint32_t(std::int32_t(t) >> shift);
      return;
    case 33:
      d = s + t;
      return;
    case 35:
      d = s - t;
      return;
    case 36:
      d = s & t;
      return;
    case 37:
      d = s | t;
      return;
    case 38:
      d = s ^ t;
      return;
    case 42:
      d = std::int32_t(s) < std::int32_t(t) ? 1 : 0;
      return;
    case 43:
      d = s < t ? 1 : 0;
      return;
    default:
      unknown(word);
  }
}

void SmallProcessor::plain(std::uint32_t word) {
  auto& r = registers_.general;
  const std::uint32_t s = r[word >> 21 & 31], low = word & 0xffff, address = s + signed_low(word);
  std::uint32_t& t = r[word >> 16 & 31];
  switch (word >> 26) {
    case 0:
      return special(word);
    case 9:
      t = address;
      return;
    case 10:
      t = std::int32_t(s) < std::int32_t(signed_low(word)) ? 1 : 0;
      return;
    case 11:
      t = s < signed_low(word) ? 1 : 0;
      return;
    case 12:
      t = s & low;
      return;
    case 13:
      t = s | low;
      return;
    case 14:
      t = s ^ low;
      return;
    case 15:
      t = low << 16;
      return;
    case 32:
      t = std::uint32_t(std::int32_t(std::int8_t(load(address, 1))));
      return;
    case 35:
      t = load(address, 4);
      return;
    case 36:
      t = load(address, 1);
      return;
    case 40:
      return store(address, t, 1);
    case 43:
      return store(address, t, 4);
    default:
      unknown(word);
  }
}

}  // namespace exo::test
