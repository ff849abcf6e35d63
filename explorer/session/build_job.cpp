#include "explorer/session/build_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <utility>

#include "explorer/common/error.hpp"

namespace exo::session {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostOutput = 400, kMostComplaints = 200, kLongestLine = 2000;

/// "NAME:TYPE=value" of a CMake cache.
std::string value_in(const std::string& line, std::string_view name) {
  if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') return {};
  const auto equals = line.find('=');
  return equals == std::string::npos ? std::string() : line.substr(equals + 1);
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Cuts the text up to a separator off the front; nothing when there is none.
std::optional<std::string_view> cut(std::string_view& text, std::string_view until) {
  const auto at = text.find(until);
  if (at == std::string_view::npos) return std::nullopt;
  const auto out = text.substr(0, at);
  text.remove_prefix(at + until.size());
  return out;
}

std::string within(std::string_view file, const fs::path& source) {
  const std::string root = source.string() + "/";
  if (file.starts_with(root)) file.remove_prefix(root.size());
  while (file.starts_with("./")) file.remove_prefix(2);
  return std::string(file);
}

constexpr std::string_view kLinker = "ld.lld: error: ", kReferenced = ">>> referenced by ";

}  // namespace

BuildFolder build_folder_of(const fs::path& guest) {
  std::error_code error;
  const fs::path folder = fs::weakly_canonical(fs::absolute(guest, error) / "..", error);
  constexpr std::string_view kMend =
      "start Exoscope with ./exoscope, or set EXOSCOPE_GUEST_DIR to the folder `guest` of a build";
  BuildFolder out{folder, {}, "ninja"};
  std::ifstream cache(folder / "CMakeCache.txt");
  if (!fs::exists(folder / "build.ninja", error) || !cache)
    throw InputError(fmt::format("nothing can be rebuilt: {} is no folder that CMake and Ninja build in; {}",
                                 folder.string(), kMend));
  fs::path own;
  for (std::string line; std::getline(cache, line);) {
    if (const auto value = value_in(line, "CMAKE_HOME_DIRECTORY"); !value.empty()) out.source = value;
    if (const auto value = value_in(line, "CMAKE_MAKE_PROGRAM"); !value.empty()) out.ninja = value;
    if (const auto value = value_in(line, "CMAKE_CACHEFILE_DIR"); !value.empty()) own = value;
  }
  if (!own.empty() && !fs::equivalent(own, folder, error))
    throw InputError(fmt::format("nothing can be rebuilt: the build in {} was moved from {}; start ./exoscope there",
                                 folder.string(), own.string()));
  if (!fs::is_directory(out.source, error))
    throw InputError(fmt::format("nothing can be rebuilt: the sources of {} were in {}, which is gone", folder.string(),
                                 out.source.string()));
  return out;
}

model::BuildComplaint complaint_in(std::string_view line, std::string_view before, const fs::path& source) {
  model::BuildComplaint out;
  if (line.starts_with(kReferenced) && !before.empty()) {
    // ">>> referenced by main.cpp:37 (libos/mine/main.cpp:37)"
    std::string_view rest = line;
    if (!cut(rest, "(") || !rest.ends_with(")")) return {};
    rest.remove_suffix(1);
    const auto colon = rest.rfind(':');
    const auto where = colon == std::string_view::npos ? std::nullopt : number(rest.substr(colon + 1));
    if (!where) return {};
    return {within(rest.substr(0, colon), source), *where, 0, true, std::string(before.substr(kLinker.size()))};
  }
  for (const auto& [word, is_error] : {std::pair<std::string_view, bool>{" error: ", true},
                                       {" fatal error: ", true},
                                       {" warning: ", false},
                                       {" Error: ", true}}) {
    std::string_view rest = line;
    const auto place = cut(rest, word);
    if (!place || !place->ends_with(":")) continue;
    std::string_view front = place->substr(0, place->size() - 1);
    const auto last = front.rfind(':');
    if (last == std::string_view::npos) continue;
    const auto first = number(front.substr(last + 1));
    if (!first) continue;
    front = front.substr(0, last);
    const auto colon = front.rfind(':');
    const auto line_number = colon == std::string_view::npos ? std::nullopt : number(front.substr(colon + 1));
    out.file = within(line_number ? front.substr(0, colon) : front, source);
    out.line = line_number ? *line_number : *first;
    out.column = line_number ? *first : 0;
    out.error = is_error;
    out.text = rest;
    return out;
  }
  return {};
}

BuildJob::BuildJob(BuildFolder folder, const std::vector<std::string>& programs)
    : folder_(std::move(folder)), lock_(folder_.folder.string()) {
  words_ = {folder_.ninja, "-C", folder_.folder.string(), "-k", "0", "guest-kernel"};
  for (const std::string& name : programs) {
    const std::string target = "guest-" + name;
    if (std::ranges::find(words_, target) == words_.end()) words_.push_back(target);
  }
}

BuildJob::Is BuildJob::pump(std::chrono::microseconds budget, model::Rebuilding& view) {
  if (!process_) {
    if (!lock_.take()) return Is::Waiting;
    process_ = std::make_unique<connection::ChildProcess>(
        words_,
        std::vector<std::pair<std::string, std::string>>{{"NINJA_STATUS", "[%f/%t] "}, {"CLICOLOR_FORCE", "0"}});
  }
  const auto ended = process_->ended();  // before the last reading, so that all is read
  rest_ += process_->read(std::chrono::duration_cast<std::chrono::milliseconds>(budget));
  for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
    take_line(std::string_view(rest_).substr(0, end), view);
    rest_.erase(0, end + 1);
  }
  if (rest_.size() > kLongestLine) rest_.resize(kLongestLine);
  if (!ended) return Is::Building;
  if (!rest_.empty()) take_line(std::exchange(rest_, {}), view);
  return *ended == 0 ? Is::Built : Is::Failed;
}

void BuildJob::cancel() {
  if (process_) process_->ask_to_end();
}

void BuildJob::take_line(std::string_view line, model::Rebuilding& view) {
  line = line.substr(0, kLongestLine);
  if (line.starts_with("[")) {
    std::string_view rest = line.substr(1);
    const auto slash = cut(rest, "/"), all = cut(rest, "] ");
    const std::uint32_t done = slash ? number(*slash).value_or(0) : 0, count = all ? number(*all).value_or(0) : 0;
    if (count != 0) {
      view.share = std::min(1.0, double(done) / double(count));
      view.words = fmt::format("building: {} of {}", done, count);
    }
  }
  if (view.output.size() >= kMostOutput) view.output.erase(view.output.begin());
  view.output.emplace_back(line);
  model::BuildComplaint found = complaint_in(line, linker_, folder_.source);
  if (line.starts_with(kLinker)) linker_ = line;
  if (!line.starts_with(">>>") && !line.starts_with(kLinker)) linker_.clear();
  if (found.text.empty() || view.complaints.size() >= kMostComplaints) return;
  const auto same = [&](const model::BuildComplaint& one) {
    return one.file == found.file && one.line == found.line && one.text == found.text;
  };
  // A program and its stripped copy are linked one after the other: the linker says all twice.
  if (std::ranges::none_of(view.complaints, same)) view.complaints.push_back(std::move(found));
}

}  // namespace exo::session
