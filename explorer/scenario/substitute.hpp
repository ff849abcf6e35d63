// The same scenario with another library OS in an environment: a changed copy of its text, in which nothing else is
// touched, so that messages and recordings still speak of the file as it was written.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace exo::scenario {

/// In environment `env` runs `program`.
struct Substitution {
  std::string env, program;
};

/// "stubborn=polite". Throws InputError.
[[nodiscard]] Substitution substitution_of(std::string_view text);

/// The text with these programs. Environments keep their names, so steps and expectations still mean them. Throws
/// InputError when there is no such environment, or the text is not TOML.
[[nodiscard]] std::string substitute(std::string_view text, std::string_view file,
                                     const std::vector<Substitution>& changes);

}  // namespace exo::scenario
