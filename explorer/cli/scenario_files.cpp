#include "explorer/cli/scenario_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "explorer/common/error.hpp"
#include "explorer/scenario/event_words.hpp"

namespace exo::cli {
namespace {

namespace fs = std::filesystem;

/// The course: each lesson builds on those before it. The first ones make sense in this order; the others follow the
/// lecture (scenarios/README.md).
constexpr const char* kCourse[] = {"secure-binding",
                                   "tlb-and-stlb",
                                   "visible-revocation",
                                   "save-only-what-you-need",
                                   "abort-deadline",
                                   "repossession",
                                   "polite-and-stubborn",
                                   "kill-and-clean-up",
                                   "replacement-policy",
                                   "page-table-structure",
                                   "exposed-information",
                                   "all-three",
                                   "one-rule-for-all",
                                   "hidden-information",
                                   "exceptions-to-the-program",
                                   "sharing-a-page",
                                   "protected-control-transfer",
                                   "packet-demultiplexing",
                                   "stride-scheduling",
                                   "another-scheduler",
                                   "lazy-fpu",
                                   "excess-time",
                                   "pager-as-a-server",
                                   "trap-and-emulate",
                                   "authorise-once-use-many",
                                   "granting-without-the-kernel",
                                   "forged-and-stale",
                                   "downloading-code",
                                   "handler-while-descheduled",
                                   "wakeup-predicate",
                                   "invisible-revocation",
                                   "slice-end",
                                   "slice-revocation",
                                   "revoking-a-filter",
                                   "emergency-swap",
                                   "guaranteed-frames"};

std::size_t place_of(const fs::path& file) {
  const auto* found = std::ranges::find(kCourse, file.stem().string());
  return std::size_t(found - std::begin(kCourse));
}

bool has_scenarios(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "abort-deadline.toml", error);
}

}  // namespace

fs::path scenario_directory() {
  std::error_code error;
  if (const char* source = std::getenv("EXOSCOPE_SOURCE_DIR");
      source != nullptr && has_scenarios(fs::path(source) / "scenarios"))
    return fs::path(source) / "scenarios";
  for (fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path(); folder.has_relative_path();
       folder = folder.parent_path())
    if (has_scenarios(folder / "scenarios")) return folder / "scenarios";
  if (has_scenarios("scenarios")) return "scenarios";
  throw InputError(
      "the folder 'scenarios' can't be found; start exoscope from its repository, or give the path of a scenario file");
}

std::vector<fs::path> scenario_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(scenario_directory()))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::ranges::sort(files, [](const fs::path& a, const fs::path& b) {
    return std::pair(place_of(a), a.filename()) < std::pair(place_of(b), b.filename());
  });
  return files;
}

std::string find_scenario(const std::string& name) {
  std::error_code error;
  if (fs::exists(name, error)) return name;
  if (name.find('/') == std::string::npos) {
    std::vector<std::string> known;
    for (const auto& file : scenario_files()) {
      if (file.stem() == name || file.filename() == name) return file.string();
      known.push_back(file.stem().string());
    }
    throw InputError(fmt::format("{}: there is no such scenario{}; `exoscope list` shows which there are", name,
                                 scenario::did_you_mean(name, known)));
  }
  throw InputError(fmt::format("{}: there is no such file; `exoscope list` shows the lessons", name));
}

bool is_recording(const std::string& path) {
  if (path.ends_with(".exotrace")) return true;
  std::ifstream file(path, std::ios::binary);
  std::string start(8, '\0');
  file.read(start.data(), 8);
  return file.gcount() == 8 && start == "EXOTRACE";
}

}  // namespace exo::cli
