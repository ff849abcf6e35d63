// A processor that knows the few instructions of compiled trees, and counts them; delay slots are as in MIPS32.
#pragma once
#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace exo::tests {

struct Walked {
  std::uint32_t result, instructions;
};

/// Runs code that lies at `address`, from word `entry` on, with a0, the packet, at an address that is 2 more than a
/// multiple of 4, and a1 its length. `memory` is the packet's buffer. Whatever such code can't be meant to do is an
/// error.
inline Walked run_tree(const std::vector<std::uint32_t>& code, std::uint32_t entry, std::uint32_t address,
                       const std::vector<std::uint8_t>& memory, std::uint32_t bytes) {
  constexpr std::uint32_t kPacket = 0x1002, kReturn = 0xffff'fffc;
  std::array<std::uint32_t, 32> r{};
  r[4] = kPacket;
  r[5] = bytes;
  r[31] = kReturn;
  std::uint32_t pc = entry, next = entry + 1, count = 0;
  const std::uint32_t end = (kReturn - address) / 4;
  const auto load = [&](std::uint32_t from, std::uint32_t size) {
    if (from % size != 0) throw std::runtime_error("unaligned load");
    std::uint32_t value = 0;
    for (std::uint32_t i = 0; i < size; ++i) {
      const std::uint32_t at = from + i - kPacket;
      if (at >= memory.size()) throw std::runtime_error("load outside the packet's buffer");
      value |= std::uint32_t{memory[at]} << (8 * i);
    }
    return value;
  };
  while (pc != end) {
    if (pc >= code.size()) throw std::runtime_error("outside the code");
    if (++count > 100'000) throw std::runtime_error("endless");
    const std::uint32_t word = code[pc], operation = word >> 26, s = word >> 21 & 31, t = word >> 16 & 31;
    const std::uint32_t d = word >> 11 & 31, amount = word >> 6 & 31, unsigned_immediate = word & 0xffff;
    const auto immediate = static_cast<std::uint32_t>(static_cast<std::int32_t>(static_cast<std::int16_t>(word)));
    std::uint32_t after = next + 1;
    switch (operation) {
      case 0x00:
        switch (word & 63) {
          case 0x00:
            r[d] = r[t] << amount;
            break;
          case 0x08:
            after = (r[s] - address) / 4;
            break;
          case 0x24:
            r[d] = r[s] & r[t];
            break;
          case 0x2b:
            r[d] = r[s] < r[t] ? 1 : 0;
            break;
          default:
            throw std::runtime_error("unknown instruction");
        }
        break;
      case 0x04:
        if (r[s] == r[t]) after = next + immediate;
        break;
      case 0x05:
        if (r[s] != r[t]) after = next + immediate;
        break;
      case 0x09:
        r[t] = r[s] + immediate;
        break;
      case 0x0b:
        r[t] = r[s] < immediate ? 1 : 0;
        break;
      case 0x0c:
        r[t] = r[s] & unsigned_immediate;
        break;
      case 0x0d:
        r[t] = r[s] | unsigned_immediate;
        break;
      case 0x0f:
        r[t] = unsigned_immediate << 16;
        break;
      case 0x1f: {
        const auto lowest = [](std::uint32_t last) {
          return static_cast<std::uint32_t>((std::uint64_t{2} << last) - 1);
        };
        if ((word & 63) == 0) {
          r[t] = r[s] >> amount & lowest(d);
        } else if ((word & 63) == 4) {
          const std::uint32_t inserted = lowest(d - amount) << amount;
          r[t] = (r[t] & ~inserted) | (r[s] << amount & inserted);
        } else {
          throw std::runtime_error("unknown instruction");
        }
        break;
      }
      case 0x21:
        r[t] =
            static_cast<std::uint32_t>(static_cast<std::int32_t>(static_cast<std::int16_t>(load(r[s] + immediate, 2))));
        break;
      case 0x23:
        r[t] = load(r[s] + immediate, 4);
        break;
      case 0x24:
        r[t] = load(r[s] + immediate, 1);
        break;
      case 0x25:
        r[t] = load(r[s] + immediate, 2);
        break;
      default:
        throw std::runtime_error("unknown instruction");
    }
    if (after != next + 1 && pc + 1 != next) throw std::runtime_error("a branch in a delay slot");
    r[0] = 0;
    pc = next;
    next = after;
  }
  return {r[2], count};
}

}  // namespace exo::tests
