// The other run of a comparison.
#include "explorer/session/partner_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "explorer/connection/guest_images.hpp"
#include "explorer/session/boot_plan.hpp"
#include "explorer/session/player.hpp"

namespace exo::session {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

bool is_recording(const std::string& path) {
  if (path.ends_with(".exotrace")) return true;
  std::ifstream file(path, std::ios::binary);
  std::string start(8, '\0');
  file.read(start.data(), 8);
  return file.gcount() == 8 && start == "EXOTRACE";
}

/// The folder of the lessons: that of the origin's scenario, else the repository's.
fs::path lessons_of(const Origin& origin) {
  if (!origin.recording) return fs::path(origin.path).parent_path();
  const char* source = std::getenv("EXOSCOPE_SOURCE_DIR");
  return source == nullptr ? fs::path("scenarios") : fs::path(source) / "scenarios";
}

std::string found(const std::string& what, const Origin& origin) {
  if (is_file(what)) return what;
  const fs::path lesson = lessons_of(origin) / (what + ".toml");
  if (what.find('/') == std::string::npos && is_file(lesson)) return lesson.string();
  throw InputError(
      fmt::format("{}: there is no such lesson or file; give a lesson's name, a scenario or a recording", what));
}

std::string said(const std::vector<scenario::Substitution>& changes) {
  std::string text;
  for (const auto& change : changes)
    text += fmt::format("{}{} runs {}", text.empty() ? "" : ", ", change.env, change.program);
  return text;
}

std::string title_of_file(const fs::path& path) {
  try {
    return scenario::parse(read_scenario_file(path.string()), path.string(), {}, files_beside(path.string())).title;
  } catch (const Error&) {
    return path.stem().string();  // opening it says what is wrong
  }
}

}  // namespace

PartnerRun::PartnerRun(const std::string& what, const std::vector<scenario::Substitution>& changes,
                       const Origin& origin) {
  try {
    open(what, changes, origin);
    view_.history = &session_->history();
    view_.story = &session_->story();
  } catch (const std::exception& error) {
    session_.reset();
    view_.problem = error.what();
    view_.over = true;
  }
}

PartnerRun::~PartnerRun() = default;

void PartnerRun::open(const std::string& what, const std::vector<scenario::Substitution>& changes,
                      const Origin& origin) {
  view_.title = what;
  const std::string path = what.empty() ? origin.path : found(what, origin);
  if (!what.empty() && is_recording(path)) {
    if (!changes.empty()) throw InputError("a recording can't run other programs; compare with its scenario");
    session_ = Session::recording(path);
    view_.over = true;
    view_.share = 1;
    return;
  }
  LiveOptions options;
  options.scenario_path = path;
  options.keep = LiveOptions::kKeep;
  options.programs = changes;
  options.seed = origin.header.seed;  // the same variation; a lesson that has none takes no notice
  // A recording's own scenario is the one that it carries, with its files.
  const bool carried = what.empty() && origin.recording;
  BootPlan plan = carried ? boot_plan(origin.header.scenario_text, origin.header.scenario_name + ".toml",
                                      files_of(origin.header), options)
                          : boot_plan(read_scenario_file(path), path, files_beside(path), options);
  end_ = model::Ticks(plan.scenario->end_us) * 1000 / abi::kNanosecondsPerTick;
  view_.title = plan.scenario->title;
  if (what.empty()) view_.title = changes.empty() ? "the same lesson, as its file is now" : said(changes);
  if (!what.empty() && !changes.empty()) view_.title += ": " + said(changes);
  session_ = std::make_unique<Player>(options, std::move(plan), boot);
}

void PartnerRun::pump(std::chrono::microseconds budget) {
  if (view_.over || !session_) return;
  session_->pump(budget);
  const auto connection = session_->connection();
  if (end_ != 0) view_.share = std::min(1.0, double(session_->history().newest().now) / double(end_));
  if (connection == Connection::Starting || connection == Connection::Running) return;
  view_.over = true;
  view_.share = 1;
  if (session_->failure() != nullptr) view_.problem = session_->failure()->what();
  session_->close();
}

model::PartnerChoices partner_choices(const Origin& origin) {
  model::PartnerChoices out;
  std::error_code error;
  std::vector<fs::path> files, traces;
  for (const auto& entry : fs::directory_iterator(lessons_of(origin), error))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  for (const auto& entry : fs::directory_iterator(".", error))
    if (entry.path().extension() == ".exotrace") traces.push_back(entry.path().filename());
  std::ranges::sort(files);
  std::ranges::sort(traces);
  for (const fs::path& file : files) out.lessons.push_back({file.string(), title_of_file(file)});
  for (const fs::path& file : traces) out.recordings.push_back({file.string(), file.string()});
  try {
    const auto& header = origin.header;
    const auto own = scenario::parse(header.scenario_text, header.scenario_name + ".toml", {}, files_of(origin.header));
    for (const auto& env : own.envs) out.environments.emplace_back(env.name, env.program);
    for (auto& name : program_names(connection::load_guest_images()))
      if (name != "arbiter") out.programs.push_back(std::move(name));
  } catch (const Error&) {
    // Without images nothing can be run, so no program is offered.
  }
  return out;
}

}  // namespace exo::session
