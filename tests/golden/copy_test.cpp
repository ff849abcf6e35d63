// A session with injections by hand, copied as a scenario, replays bit for bit on the real machine.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "explorer/session/copy_scenario.hpp"
#include "explorer/session/session.hpp"

namespace exo {
namespace {

using session::Connection;
using session::Session;

void run_through(Session& session) {
  while (session.connection() == Connection::Starting || session.connection() == Connection::Running)
    session.pump(std::chrono::milliseconds(20));
}

std::unique_ptr<Session> live(const std::string& path) {
  session::LiveOptions options;
  options.scenario_path = path;
  options.start_paused = true;
  return Session::live(options);
}

void expect_replays(const std::string& lesson, const std::vector<std::pair<int, model::Command>>& clicks) {
  SCOPED_TRACE(lesson);
  const auto folder = std::filesystem::path(testing::TempDir());
  const auto copied = folder / ("copy-of-" + std::filesystem::path(lesson).filename().string());
  const auto first = live(lesson);
  run_through(*first);
  for (const auto& [steps, command] : clicks) {
    first->apply(model::StepEvent{steps});
    run_through(*first);
    first->apply(command);
  }
  first->apply(model::Run{});
  run_through(*first);
  ASSERT_EQ(first->connection(), Connection::Finished) << first->status_text();
  first->apply(model::SaveScenario{copied.string()});
  ASSERT_NE(first->status_text().find("saved"), std::string::npos) << first->status_text();

  std::ifstream file(copied);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  std::size_t injections = 0;
  for (auto at = text.find("[[inject]]"); at != std::string::npos; at = text.find("[[inject]]", at + 1)) ++injections;
  EXPECT_EQ(injections, clicks.size()) << text;

  const auto second = live(copied.string());
  second->apply(model::Run{});
  run_through(*second);
  ASSERT_EQ(second->connection(), Connection::Finished) << second->status_text();
  ASSERT_EQ(second->history().size(), first->history().size());
  for (model::EventNumber n = 1; n <= first->history().size(); ++n) {
    const auto a = first->history().record(n), b = second->history().record(n);
    ASSERT_EQ(std::memcmp(&a, &b, sizeof a), 0) << "event " << n;
  }
  // The copy of the copy adds nothing.
  second->apply(model::SaveScenario{copied.string() + ".2"});
  std::ifstream one(copied), two(copied.string() + ".2");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(one), {}), std::string(std::istreambuf_iterator<char>(two), {}));
  std::filesystem::remove(copied);
  std::filesystem::remove(copied.string() + ".2");
}

model::Inject command(abi::ControlOp op, std::uint16_t env, std::uint32_t a = 0, std::uint32_t b = 0) {
  return {{0, std::uint16_t(op), env, a, b}};
}

TEST(CopyScenario, InjectionsByHandReplayBitForBit) {
  expect_replays("scenarios/abort-deadline.toml",
                 {{300, command(abi::ControlOp::Revoke, 3, abi::kAnyFrame, 60 << 16 | 50)},
                  {40, command(abi::ControlOp::Audit, 0)},
                  {0, command(abi::ControlOp::Pressure, 1, 2, 60 << 16 | 50)},
                  {100, command(abi::ControlOp::Kill, 2)}});
}

TEST(CopyScenario, PacketsAndFiltersReplayBitForBit) {
  std::vector<std::uint8_t> packet(64, 0x20);
  packet[12] = 8, packet[13] = 0;
  expect_replays("scenarios/packet-demultiplexing.toml", {{200, model::SendPacket{packet}},
                                                          {30, model::DownloadFilter{2, "udp port 4711", 3}},
                                                          {30, model::SendPacket{packet}}});
}

}  // namespace
}  // namespace exo
