// Where recordings of runs that ended badly are kept when nobody asked for one: a folder that only its owner may enter.
#pragma once
#include <filesystem>
#include <string>

namespace exo::cli {

/// $XDG_STATE_HOME/exoscope/crashes; empty: there is no home.
[[nodiscard]] std::filesystem::path crash_folder();
/// A path for a recording of `scenario` in it that is nobody's yet. Makes the folder. Throws InputError.
[[nodiscard]] std::string new_crash_recording(const std::string& scenario);
/// Only the newest are kept.
void forget_old_crashes();
inline constexpr std::size_t kCrashesKept = 8;

}  // namespace exo::cli
