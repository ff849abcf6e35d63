#include "explorer/cli/crash_store.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "explorer/common/error.hpp"

namespace exo::cli {

namespace fs = std::filesystem;

namespace {

// Ours, no link, and nobody else's to enter.
void make_private(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  struct stat about {};
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST)
    throw InputError(fmt::format("{}: can't be made: {}", folder.string(), std::strerror(errno)));
  if (::lstat(folder.c_str(), &about) != 0 || !S_ISDIR(about.st_mode) || about.st_uid != ::geteuid())
    throw InputError(fmt::format("{}: this is no folder of yours", folder.string()));
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0 && ::chmod(folder.c_str(), S_IRWXU) != 0)
    throw InputError(fmt::format("{}: others may enter it", folder.string()));
}

}  // namespace

fs::path crash_folder() {
  // The base directory specification: a relative path is to be ignored.
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && state[0] == '/')
    return fs::path(state) / "exoscope" / "crashes";
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/')
    return fs::path(home) / ".local" / "state" / "exoscope" / "crashes";
  return {};
}

std::string new_crash_recording(const std::string& scenario) {
  const fs::path folder = crash_folder();
  if (folder.empty()) throw InputError("there is no home folder");
  make_private(folder);
  std::string name = scenario.substr(0, 64);
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_'; }, '_');
  const auto now = std::time(nullptr);
  return (folder / fmt::format("{}-{:%Y%m%d-%H%M%S}-{}.exotrace", name, fmt::localtime(now), ::getpid())).string();
}

void forget_old_crashes() {
  std::error_code error;
  std::vector<std::pair<fs::file_time_type, fs::path>> kept;
  for (const auto& entry : fs::directory_iterator(crash_folder(), error)) {
    if (entry.path().extension() != ".exotrace" || !entry.is_regular_file(error)) continue;
    if (const auto written = entry.last_write_time(error); !error) kept.emplace_back(written, entry.path());
  }
  std::ranges::sort(kept, std::greater{});
  for (std::size_t i = kCrashesKept; i < kept.size(); ++i) fs::remove(kept[i].second, error);
}

}  // namespace exo::cli
