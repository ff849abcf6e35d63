// Files written a little at a time: the same bytes as at once, nothing left when it is given up or fails, and a session
// that goes on meanwhile.
#include "explorer/session/save_job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "explorer/common/error.hpp"
#include "explorer/export/perfetto.hpp"
#include "explorer/export/rows.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/plan.hpp"
#include "explorer/session/captured.hpp"
#include "explorer/session/player.hpp"
#include "tests/host/scenario/fake_guest.hpp"
#include "tests/host/scenario/records.hpp"

namespace exo::session {
namespace {

namespace fs = std::filesystem;
using abi::Event;
using testing::HasSubstr;

constexpr const char* kLesson =
    "title = \"t\"\ngoal = \"g\"\nend_us = 600000000\n[[env]]\nprogram = \"polite\"\n[[step]]\nat_us = 5\nsay = \"s\"\n"
    "[[expect]]\ntext = \"e\"\nholds = \"events > 0\"\n";

/// A machine that hands frames out and takes them back, and has a packet now and then.
std::vector<abi::TraceRecord> long_run(std::uint32_t events) {
  test::Records records;
  records.boot().environment(1, "arbiter").environment(2, "polite");
  while (records.size() < events) {
    records.add(Event::FrameAllocated, 2, 20, 1, 2).add(Event::FrameFreed, 2, 20, 2, 2);
    if (records.size() % 100 < 2) {
      records.add(Event::PacketArrived, 0, std::uint32_t(records.size()), 20);
      records.add(Event::PacketBytes, 0, 1, 2, 3, 4).add(Event::PacketBytes, 0, 5);
    }
  }
  return records.all();
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class SaveJobTest : public testing::Test {
 protected:
  SaveJobTest() {
    fs::create_directories(folder_);
    history_.append(long_run(kEvents));
  }
  ~SaveJobTest() override { fs::remove_all(folder_); }
  SaveJobTest(const SaveJobTest&) = delete;
  SaveJobTest& operator=(const SaveJobTest&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return (folder_ / name).string(); }

  /// Writes it with as many pumps as it takes; how many.
  int write(SaveKind kind, const std::string& path) const {
    SaveJob job(kind, history_, header_, path);
    int pumps = 1;
    double share = 0;
    for (; !job.pump(std::chrono::microseconds(1)); ++pumps) {
      EXPECT_GE(job.saving().share, share);
      EXPECT_LE(share = job.saving().share, 1.0);
    }
    EXPECT_EQ(job.saving().share, 1.0);
    EXPECT_THAT(job.words(), HasSubstr("saved"));
    return pumps;
  }

  static constexpr std::uint32_t kEvents = 20'000;
  fs::path folder_ = fs::temp_directory_path() / ("exoscope-save-" + std::to_string(getpid()));
  connection::RecordingHeader header_{"lesson", kLesson, "test"};
  model::History history_;
};

TEST_F(SaveJobTest, InStepsItIsTheSameFile) {
  {
    exporting::Output csv(file("whole.csv")), perfetto(file("whole.json"));
    exporting::write_csv(history_, csv);
    exporting::write_perfetto(history_, perfetto);
    csv.finish();
    perfetto.finish();
  }
  ASSERT_GT(save_pcap(history_, file("whole.pcap")), 10u);
  EXPECT_GT(write(SaveKind::Csv, file("steps.csv")), 100) << "it was not written in steps";
  EXPECT_GT(write(SaveKind::Perfetto, file("steps.json")), 100);
  EXPECT_GT(write(SaveKind::Recording, file("steps.exotrace")), 1);
  write(SaveKind::Packets, file("steps.pcap"));
  for (const char* kind : {".csv", ".json", ".pcap"})
    EXPECT_TRUE(bytes_of(file("whole") + kind) == bytes_of(file("steps") + kind)) << kind;
  const auto recording = connection::read_recording(file("steps.exotrace"));
  EXPECT_EQ(recording.records.size(), history_.size());
  EXPECT_TRUE(recording.ended);
}

TEST_F(SaveJobTest, GivenUpItLeavesNothing) {
  for (const SaveKind kind : {SaveKind::Csv, SaveKind::Perfetto, SaveKind::Packets, SaveKind::Recording}) {
    const std::string path = file("given-up");
    {
      SaveJob job(kind, history_, header_, path);
      EXPECT_TRUE(fs::exists(path));
    }
    EXPECT_FALSE(fs::exists(path)) << int(kind);
  }
}

TEST_F(SaveJobTest, AFullDiskIsOneLineAndLeavesNothing) {
  // What a process may write to a file is limited, which a disk that is full looks like.
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto signal = std::signal(SIGXFSZ, SIG_IGN);
  for (const SaveKind kind : {SaveKind::Csv, SaveKind::Perfetto, SaveKind::Packets, SaveKind::Recording}) {
    const std::string path = file("full");
    std::string line;
    const rlimit small{4'000, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    try {
      SaveJob job(kind, history_, header_, path);
      while (!job.pump(std::chrono::microseconds(1000))) continue;
    } catch (const InputError& error) {
      line = error.what();
    }
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_THAT(line, testing::AllOf(testing::StartsWith(path), HasSubstr("make room or choose another place")));
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_FALSE(fs::exists(path)) << int(kind);
  }
  std::signal(SIGXFSZ, signal);
  // What is no file of ours stays where it is.
  EXPECT_THROW(write(SaveKind::Csv, "/dev/full"), InputError);
  EXPECT_TRUE(fs::exists("/dev/full"));
}

TEST_F(SaveJobTest, WhatIsForgottenBeforeItsTurnIsSaid) {
  model::History history;
  test::Records records;
  history.append(long_run(4 * model::History::kCheckpointEvents));
  SaveJob job(SaveKind::Csv, history, header_, file("overtaken.csv"));
  ASSERT_FALSE(job.pump(std::chrono::microseconds(1)));
  history.keep_newest(model::History::kCheckpointEvents);
  ASSERT_GT(history.forgotten(), 0u);
  try {
    while (!job.pump(std::chrono::microseconds(1000))) continue;
    FAIL() << "a file with holes";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("pause it first"));
  }
}

class SavingSession : public SaveJobTest {
 protected:
  void SetUp() override {
    script_.records = long_run(100'000);
    LiveOptions options;
    BootPlan plan;
    plan.scenario = std::make_shared<const scenario::Scenario>(scenario::parse(kLesson, "lesson.toml", {}));
    plan.commands = scenario::commands_up_front(*plan.scenario);
    player_ = std::make_unique<Player>(
        options, plan, [this](const BootPlan& boot) { return std::make_unique<test::FakeGuest>(script_, boot.stop); });
    while (player_->history().size() < script_.records.size()) player_->pump(std::chrono::milliseconds(1));
  }
  test::FakeScript script_;
  std::unique_ptr<Player> player_;
};

TEST_F(SavingSession, GoesOnWhileItSaves) {
  const std::string path = file("run.csv");
  player_->apply(model::ExportTrace{model::ExportTrace::Kind::Csv, path});
  ASSERT_NE(player_->saving(), nullptr) << "all events were written at once";
  EXPECT_EQ(player_->saving()->path, path);
  EXPECT_THAT(player_->status_text(), HasSubstr("saving"));
  player_->apply(model::Seek{5});
  EXPECT_EQ(player_->cursor(), 5u) << "it answers meanwhile";
  player_->apply(model::SaveRecording{file("other.exotrace")});
  EXPECT_FALSE(fs::exists(file("other.exotrace"))) << "one at a time";
  while (player_->saving() != nullptr) player_->pump(std::chrono::milliseconds(1));
  EXPECT_THAT(player_->status_text(), HasSubstr("saved " + std::to_string(script_.records.size()) + " events"));
  EXPECT_EQ(std::ranges::count(bytes_of(path), '\n'), long(script_.records.size()) + 1);
}

TEST_F(SavingSession, CanBeStopped) {
  const std::string path = file("run.json");
  player_->apply(model::ExportTrace{model::ExportTrace::Kind::Perfetto, path});
  ASSERT_NE(player_->saving(), nullptr);
  EXPECT_TRUE(fs::exists(path));
  player_->apply(model::StopSaving{});
  EXPECT_EQ(player_->saving(), nullptr);
  EXPECT_THAT(player_->status_text(), HasSubstr("not saved"));
  EXPECT_FALSE(fs::exists(path));
  // So it is when the window closes.
  player_->apply(model::ExportTrace{model::ExportTrace::Kind::Csv, path});
  player_->close();
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace exo::session
