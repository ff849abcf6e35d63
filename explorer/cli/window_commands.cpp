// `exoscope`, `open` and `shot`: what needs the window's code. Without a display a scenario is run instead.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <tuple>

#include "explorer/cli/commands.hpp"
#include "explorer/cli/compare_command.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/cli/run_through.hpp"
#include "explorer/cli/scenario_files.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/connection/guest_images.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/session/guest.hpp"
#include "explorer/session/session.hpp"
#ifdef EXOSCOPE_WINDOW
#include "explorer/views/theme.hpp"
#include "explorer/window/window.hpp"
#endif

namespace exo::cli {
namespace {

constexpr const char* kFirstLesson = "abort-deadline";

bool has_display() {
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"})
    if (const char* value = std::getenv(name); value != nullptr && *value != 0) return true;
  return false;
}

/// Where the build keeps the objects of downloaded code, with the lines of their sources; empty when there is no build.
[[maybe_unused]] std::string download_objects() {
  try {
    return (connection::find_guest_directory() / "bpf").string();
  } catch (const InputError&) {
    return "";
  }
}

/// "1600x1000".
[[maybe_unused]] std::pair<int, int> size_of(const std::string& text) {
  int width = 0, height = 0;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, width);
  const bool cross = first.ec == std::errc() && first.ptr != end && *first.ptr == 'x';
  const auto second = cross ? std::from_chars(first.ptr + 1, end, height) : first;
  if (!cross || second.ec != std::errc() || second.ptr != end || width < 320 || height < 240 || width > 7680 ||
      height > 4320)
    throw InputError(fmt::format(
        "--size {}: this is no size; write WIDTHxHEIGHT from 320x240 to 7680x4320, for instance 1600x1000", text));
  return {width, height};
}

}  // namespace

#ifdef EXOSCOPE_WINDOW

namespace {

std::unique_ptr<session::Session> live_session(const std::string& what, std::uint32_t seed, bool paused = true) {
  session::LiveOptions live;
  live.scenario_path = find_scenario(what);
  live.seed = seed;
  live.start_paused = paused;
  live.keep = session::LiveOptions::kKeep;
  return session::Session::live(live);
}

/// The lessons as the window offers them. One that can't be read is left out: `exoscope list` says why.
std::vector<views::LessonCard> lesson_cards() {
  std::vector<views::LessonCard> out;
  try {
    for (const auto& file : scenario_files()) {
      try {
        const auto lesson = scenario::parse(session::read_scenario_file(file.string()), file.string(), {},
                                            session::files_beside(file.string()));
        out.push_back({lesson.name, lesson.title, lesson.goal, lesson.minutes});
      } catch (const Error&) {
      }
    }
  } catch (const Error&) {
  }
  return out;
}

views::Palette palette_of(const std::string& name) {
  views::Palette out{};
  if (!views::palette_named(name, out))
    throw InputError(fmt::format(
        "--theme {}: there is no such theme; take one of dark, light, contrast, contrast-light, safe, safe-light",
        name));
  return out;
}

/// As soon as there is something to be debugged. The command is printed, for whoever starts both by a script.
void let_gdb_connect(session::Session& session, const std::string& socket) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (session.history().size() == 0 && session.failure() == nullptr && signal_caught() == 0 &&
         std::chrono::steady_clock::now() < until)
    session.pump(std::chrono::milliseconds(20));
  session.apply(model::DebugGdb{true, socket.empty() ? socket : std::filesystem::absolute(socket).string()});
  const debugger::View* view = session.debug_view();
  if (view == nullptr || !view->gdb.open) throw InputError("--gdb: " + session.status_text());
  const Narrator narrator(false);
  narrator.line("gdb connects with");
  narrator.line("  " + view->gdb.command);
}

}  // namespace

bool can_open_window() { return has_display(); }

int window(const WindowOptions& options) {
  const std::string what = options.what.empty() ? kFirstLesson : options.what;
  const bool recording = options.is_recording || is_recording(what);
  if (recording && options.seed != 0)
    throw InputError(fmt::format("--seed {}: a recording is of one variation; leave it out", options.seed));
  if (!has_display()) {
    if (recording)
      throw InputError(
          fmt::format("there is no display to open {} on; `exoscope state {}` shows it as text", what, what));
    if (options.gdb) throw InputError(fmt::format("there is no display for --gdb; `exoscope gdb {}` needs none", what));
    complain("there is no display: running the scenario without the window");
    return run({.scenario = what, .seed = options.seed});
  }
  std::unique_ptr<session::Session> session;
  if (recording) {
    session = session::Session::recording(what);
  } else {
    session = live_session(what, options.seed, !options.compare.has_value());
  }
  if (options.compare) session->apply(*options.compare);
  if (options.gdb) let_gdb_connect(*session, *options.gdb);
  window::WindowOptions look;
  if (options.scale > 0) look.scale = options.scale;
  if (options.light) look.palette = views::Palette::Light;
  if (!options.theme.empty()) look.palette = palette_of(options.theme);
  look.sources = download_objects();
  look.choose_lesson = options.what.empty();
  look.lessons = lesson_cards;
  look.open = [](const std::string& name) { return live_session(name, 0); };
  try {
    return window::run_window(std::move(session), look);
  } catch (const InputError& error) {
    // A display is named, but can't be reached.
    if (recording || !std::string_view(error.what()).starts_with("no display")) throw;
    complain(fmt::format("{}: running the scenario without the window", error.what()));
    return run({.scenario = what, .seed = options.seed});
  }
}

namespace {

void wait_for_debugger(session::Session& session) {
  while (session.debug_view() != nullptr && session.debug_view()->moving && signal_caught() == 0)
    session.pump(std::chrono::milliseconds(20));
}

/// Does what was asked of a debugger, one after the other.
void debug(session::Session& session, const std::vector<std::string>& moves) {
  using Kind = model::DebugMove::Kind;
  constexpr std::array<std::pair<std::string_view, Kind>, 6> kMoves{{{"into", Kind::LineInto},
                                                                     {"over", Kind::LineOver},
                                                                     {"out", Kind::Out},
                                                                     {"instruction", Kind::Instruction},
                                                                     {"continue", Kind::Continue},
                                                                     {"run", Kind::NextRun}}};
  session.apply(model::DebugLook{});
  wait_for_debugger(session);
  for (const std::string& one : moves) {
    if (one == "here") continue;
    std::string_view word = one;
    const bool back = word.starts_with("back ");
    if (back) word.remove_prefix(5);
    const auto* const move = std::ranges::find(kMoves, word, &std::pair<std::string_view, Kind>::first);
    if (word.starts_with("stop "))
      session.apply(model::DebugBreak{std::string(word.substr(5))});
    else if (word.starts_with("watch "))
      session.apply(model::DebugWatch{std::string(word.substr(6))});
    else if (word.starts_with("memory "))
      session.apply(model::DebugMemory{std::string(word.substr(7))});
    else if (move != kMoves.end())
      session.apply(model::DebugMove{move->second, back});
    else
      session.apply(model::DebugMove{Kind::To, back, std::string(word)});
    wait_for_debugger(session);
  }
}

/// The Profile panel shows something only when it was asked for.
void count(session::Session& session, model::EventNumber to) {
  if (to == 0) return;
  session.apply(model::ProfileStretch{0, to});
  while (session.profile_view() != nullptr && session.profile_view()->counting && signal_caught() == 0)
    session.pump(std::chrono::milliseconds(20));
}

}  // namespace

int shot(const ShotOptions& options) {
  if (options.only && options.view.empty())
    throw InputError("--only: it does not say which view; add --view NAME, for instance --view machine");
  std::unique_ptr<session::Session> session;
  if (is_recording(options.what)) {
    if (options.seed != 0)
      throw InputError(fmt::format("--seed {}: a recording is of one variation; leave it out", options.seed));
    session = session::Session::recording(options.what);
  } else {
    session::LiveOptions live;
    live.scenario_path = find_scenario(options.what);
    live.seed = options.seed;
    live.until = options.at.value_or(0);
    session = session::Session::live(live);
    run_through(*session, [] {});
    if (const int signal = signal_caught(); signal != 0) return 128 + signal;
  }
  const auto events = session->history().size();
  if (options.at && *options.at > events)
    throw InputError(fmt::format("--at {}: there are {} events; give a number up to that", *options.at, events));
  if (!options.with.empty() || !options.programs.empty()) {
    session->apply(compare_with(options.with.empty() ? options.what : options.with, options.programs));
    while (session->partner() != nullptr && !session->partner()->over && signal_caught() == 0)
      session->pump(std::chrono::milliseconds(20));
    if (session->partner() != nullptr && !session->partner()->problem.empty())
      throw InputError(session->partner()->problem);
  }
  session->apply(model::Seek{options.at.value_or(events)});
  if (!options.debug.empty()) debug(*session, options.debug);
  if (options.view == "profile") count(*session, options.at.value_or(events));
  window::ShotOptions look;
  look.out = options.out;
  std::tie(look.width, look.height) = size_of(options.size);
  look.at = options.at.value_or(events);
  look.at_given = options.debug.empty();  // a debugger has moved the cursor
  look.view = options.view;
  look.only = options.only;
  look.light = options.light;
  look.theme = options.theme;
  look.layout = options.layout.empty() && !options.debug.empty() ? "Debug" : options.layout;
  look.projector = options.projector;
  look.scale = options.scale;
  look.sources = download_objects();
  window::shoot(*session, look);
  return int(ExitCode::Good);
}

#else

bool can_open_window() { return false; }

int window(const WindowOptions& options) {
  const std::string what = options.what.empty() ? kFirstLesson : options.what;
  if (options.is_recording || is_recording(what))
    throw InputError("this build has no window; `exoscope state` shows a recording as text");
  complain(has_display() ? "this build has no window: running the scenario without it"
                         : "there is no display: running the scenario without the window");
  return run({.scenario = what, .seed = options.seed});
}

int shot(const ShotOptions&) {
  throw InputError("this build has no window; build it with Dear ImGui and SDL2 to take pictures");
}

#endif

}  // namespace exo::cli
