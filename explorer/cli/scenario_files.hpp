// Where the lessons are, and what a name on the command line means.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace exo::cli {

/// The folder of the lessons that come with Exoscope. Throws InputError.
[[nodiscard]] std::filesystem::path scenario_directory();
/// Its files, in the order in which they are taught; others after them by name.
[[nodiscard]] std::vector<std::filesystem::path> scenario_files();
/// A path as it is, or the lesson of that name ("abort-deadline"). Throws InputError, naming the nearest lesson.
[[nodiscard]] std::string find_scenario(const std::string& name);
/// Whether a file is (or claims to be) a recording.
[[nodiscard]] bool is_recording(const std::string& path);

}  // namespace exo::cli
