#include "explorer/cli/crash_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/cli/crash_store.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/model/words.hpp"
#include "explorer/session/incident_words.hpp"

namespace exo::cli {
namespace {

constexpr std::size_t kMostStacks = 3, kMostLines = 12;
constexpr std::size_t kMostFrames = 24, kMostValue = 48;
constexpr std::chrono::milliseconds kTurn{20};

std::string keep_recording(session::Session& session, const CrashOptions& options) {
  if (!options.trace.empty()) return options.trace;
  if (session.history().forgotten() != 0 || !session.history().gaps().empty())
    throw InputError("events of it are missing");
  const std::string path = new_crash_recording(options.scenario);
  session.apply(model::SaveRecording{path});
  while (session.saving() != nullptr && signal_caught() == 0) session.pump(kTurn);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) throw InputError(session.status_text());
  forget_old_crashes();
  return path;
}

std::string cut(const std::string& text, std::size_t most) {
  return text.size() <= most ? text : text.substr(0, most - 3) + "...";
}

std::string frame_text(std::size_t number, const session::IncidentFrame& one, const model::State& names) {
  std::string call = fmt::format("{}{:>2}  ", one.here ? "=>" : "  ", fmt::format("#{}", number));
  call += one.frame.env == debugger::kKernel ? std::string("kernel") : model::env_name(names, one.frame.env);
  call += "  " + session::plain_name(one.frame.function) + "(";
  for (std::size_t i = 0; i < one.arguments.size(); ++i) {
    const auto& argument = one.arguments[i];
    call += fmt::format("{}{}={}", i == 0 ? "" : ", ", argument.name,
                        argument.missing ? "?" : cut(argument.text.empty() ? "{...}" : argument.text, kMostValue));
  }
  call += ")";
  if (!one.frame.file.empty()) call += fmt::format("  at {}:{}", one.frame.file, one.frame.line);
  if (one.frame.guess) call += "  (a guess)";
  return model::printable(call);
}

void tell_stack(const Crash& crash, const model::State& names, const Narrator& narrator) {
  const auto& stack = crash.stack;
  if (!stack.problem.empty()) return narrator.line(fmt::format("    no stack: {}", stack.problem));
  for (std::size_t i = 0; i < stack.frames.size(); ++i) {
    if (i == kMostFrames) return narrator.line(fmt::format("    and {} more", stack.frames.size() - i));
    if (!stack.frames[i].frame.boundary.empty())
      narrator.line(fmt::format("          -- {} --", model::printable(stack.frames[i].frame.boundary)));
    narrator.line(frame_text(i, stack.frames[i], names));
  }
  if (stack.frames.empty()) narrator.line(fmt::format("    no stack: {}", stack.end));
}

}  // namespace

CrashReport crash_report(session::Session& session, const CrashOptions& options) {
  CrashReport out;
  const model::IncidentReport* found = session.incidents();
  if (found == nullptr || found->count == 0) return out;
  out.count = found->count;
  for (std::size_t i = 0; i < found->incidents.size() && i < kMostLines; ++i)
    out.crashes.push_back({found->incidents[i], {}, 0});
  if (options.stacks) {
    session::DebugPrograms programs;
    for (std::size_t i = 0; i < out.crashes.size() && i < kMostStacks && signal_caught() == 0; ++i) {
      Crash& crash = out.crashes[i];
      try {
        auto& run = static_cast<session::Rerun&>(session.debug());
        crash.stack = session::incident_stack(run, crash.incident, programs, [] { return signal_caught() != 0; });
        crash.instant = run.instant();
      } catch (const Error& error) {
        crash.stack.problem = error.what();
      }
    }
  }
  try {
    out.recording = keep_recording(session, options);
  } catch (const Error& error) {
    out.problem = error.what();
  }
  return out;
}

void tell(const CrashReport& report, const session::Session& session, const Narrator& narrator) {
  if (report.crashes.empty()) return;
  const auto& names = session.history().newest();
  for (const Crash& crash : report.crashes) {
    narrator.line("");
    narrator.line(model::printable(crash.incident.text));
    narrator.line(fmt::format("    event {}, at {:.1f} us", crash.incident.event, model::micros(crash.incident.at)));
    if (!crash.stack.frames.empty() || !crash.stack.problem.empty() || !crash.stack.end.empty())
      tell_stack(crash, names, narrator);
  }
  if (report.count > report.crashes.size())
    narrator.line(fmt::format("and {} more like these", report.count - report.crashes.size()));
  narrator.line("");
  if (report.recording.empty()) return narrator.line(fmt::format("no recording was kept: {}", report.problem));
  narrator.line(fmt::format("recorded in {}; to go back from there:", report.recording));
  narrator.line(fmt::format("    ./exoscope open {}", report.recording));
  const debugger::Instant instant = report.crashes.front().instant;
  narrator.line(fmt::format("    ./exoscope gdb {} --run{}", report.recording,
                            instant == 0 ? "" : fmt::format("    then: exo goto {}", instant)));
}

}  // namespace exo::cli
