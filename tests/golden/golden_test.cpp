// What happens in each lesson, as a list that can be read and compared: every event of revocation, control and life of
// environments, and what the library OSes said, without times and counters. A change here is a change of behaviour, and
// is meant to be looked at: EXOSCOPE_UPDATE_GOLDEN=1 writes the lists anew.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "explorer/cli/scenario_files.hpp"
#include "explorer/model/event_table.hpp"
#include "explorer/model/words.hpp"
#include "explorer/session/session.hpp"
#include "tests/golden/process.hpp"

namespace exo {
namespace {

using model::ArgumentKind;
using model::Category;

bool is_told(const model::Event& event) {
  const Category category = model::row_of(event.id).category;
  if (event.id == abi::Event::Noted) return event.args[0] != std::uint32_t(abi::Note::Round);
  return category == Category::revocation || category == Category::control || category == Category::environment ||
         event.id == abi::Event::SaveLocationSet;
}

bool is_stable(ArgumentKind kind) {
  return kind == ArgumentKind::Env || kind == ArgumentKind::Frame || kind == ArgumentKind::Reason ||
         kind == ArgumentKind::Request || kind == ArgumentKind::Note || kind == ArgumentKind::Op ||
         kind == ArgumentKind::Status;
}

/// "RevokeAborted request=1 owner=stubborn frame=frame 5"
std::string line_of(const model::Event& event, const model::State& state) {
  const auto& row = model::row_of(event.id);
  std::string line(row.name);
  for (std::size_t i = 0; i < 4; ++i) {
    if (!is_stable(row.kinds[i])) continue;
    const bool note = row.kinds[i] == ArgumentKind::Note, op = row.kinds[i] == ArgumentKind::Op;
    const std::string value =
        note || op ? std::to_string(event.args[i] & 0xffff) : model::field_text(event, row.names[i], state);
    line += fmt::format(" {}={}", row.names[i], value);
  }
  if (event.id == abi::Event::Noted) line += " by=" + model::env_name(state, event.env);
  return line + "\n";
}

std::string happenings(const std::string& lesson) {
  session::LiveOptions options;
  options.scenario_path = cli::find_scenario(lesson);
  const auto live = session::Session::live(options);
  using session::Connection;
  while (live->connection() == Connection::Starting || live->connection() == Connection::Running)
    live->pump(std::chrono::milliseconds(20));
  std::string text;
  const auto& history = live->history();
  for (model::EventNumber number = 1; number <= history.size(); ++number)
    if (const auto event = history.event(number); is_told(event)) text += line_of(event, history.state_at(number));
  return text;
}

TEST(Golden, EachLessonGoesAsItAlwaysWent) {
  for (const auto& file : cli::scenario_files()) {
    const std::string lesson = file.stem().string();
    const std::string golden = "tests/golden/" + lesson + ".txt";
    const std::string now = happenings(lesson);
    if (std::getenv("EXOSCOPE_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << now;
    EXPECT_EQ(now, test::read_all(golden)) << golden;
  }
}

}  // namespace
}  // namespace exo
