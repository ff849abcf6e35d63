#include "explorer/debugger/md5.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <string>

namespace exo::debugger {
namespace {

constexpr std::size_t kBlock = 64;
using State = std::array<std::uint32_t, 4>;

/// The table T of the algorithm: the integer part of 2^32 * |sin(i + 1)|.
const std::array<std::uint32_t, kBlock>& sines() {
  static const auto table = [] {
    std::array<std::uint32_t, kBlock> made{};
    for (std::size_t i = 0; i < kBlock; ++i)
      made[i] = std::uint32_t(std::floor(std::fabs(std::sin(double(i + 1))) * 0x1p32));
    return made;
  }();
  return table;
}

void add_block(State& state, const char* block) {
  constexpr int kTurns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  std::array<std::uint32_t, 16> words;
  std::memcpy(words.data(), block, kBlock);
  auto [a, b, c, d] = state;
  for (std::size_t i = 0; i < kBlock; ++i) {
    std::uint32_t mixed = 0;
    std::size_t word = 0;
    switch (i / 16) {
      case 0:
        mixed = (b & c) | (~b & d), word = i;
        break;
      case 1:
        mixed = (b & d) | (c & ~d), word = (5 * i + 1) % 16;
        break;
      case 2:
        mixed = b ^ c ^ d, word = (3 * i + 5) % 16;
        break;
      default:
        mixed = c ^ (b | ~d), word = 7 * i % 16;
    }
    const std::uint32_t turned = std::rotl(a + mixed + words[word] + sines()[i], kTurns[i / 16][i % 4]);
    a = d, d = c, c = b, b += turned;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
}

}  // namespace

Md5 md5_of(std::string_view text) {
  static_assert(std::endian::native == std::endian::little);
  State state = {0x6745'2301, 0xefcd'ab89, 0x98ba'dcfe, 0x1032'5476};
  std::size_t at = 0;
  for (; text.size() - at >= kBlock; at += kBlock) add_block(state, text.data() + at);
  std::string rest(text.substr(at));
  rest += '\x80';
  while (rest.size() % kBlock != kBlock - 8) rest += '\0';
  const std::uint64_t bits = std::uint64_t(text.size()) * 8;
  rest.append(reinterpret_cast<const char*>(&bits), sizeof bits);
  for (at = 0; at < rest.size(); at += kBlock) add_block(state, rest.data() + at);
  Md5 sum;
  std::memcpy(sum.data(), state.data(), sum.size());
  return sum;
}

}  // namespace exo::debugger
