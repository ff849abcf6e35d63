// Which variation of a lesson this is: the seed, and what it chose.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace exo::scenario {

inline constexpr std::uint32_t kLargestSeed = 9'999'999;

struct Variation {
  std::uint32_t seed = 0;
  std::uint64_t count = 0;                                  ///< of all variations; 0: the lesson has none
  std::vector<std::pair<std::string, std::string>> values;  ///< name and value, in order of the names
};

}  // namespace exo::scenario
