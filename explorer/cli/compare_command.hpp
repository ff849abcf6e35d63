// `exoscope compare`: two runs on one clock, in the window or as text and data.
#pragma once
#include <string>
#include <vector>

#include "explorer/cli/commands.hpp"
#include "explorer/scenario/substitute.hpp"

namespace exo::cli {

struct CompareOptions {
  std::string first, second;          ///< lessons, scenario files or recordings; no second: the first once more
  std::vector<std::string> programs;  ///< NAME=PROGRAM, in the second
  std::string json;                   ///< file; "-" is standard output
  bool text = false;
  std::uint32_t seed = 0;  ///< variation of the lesson, in both runs
  WindowOptions window;
};
/// Returns 0 when both are the same bit for bit, 1 when they differ; throws exo::Error.
[[nodiscard]] int compare(const CompareOptions& options);

/// The command that makes a session compare with a lesson, a scenario file or a recording.
[[nodiscard]] model::CompareWith compare_with(const std::string& what, const std::vector<std::string>& programs);

}  // namespace exo::cli
