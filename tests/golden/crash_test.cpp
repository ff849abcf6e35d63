// What `run` says when something ends badly: the place, the stack with source lines, and the recording to go back in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/golden/process.hpp"

namespace exo::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class CrashOutput : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "exoscope-crash-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(folder_); }

  Ended run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "run");
    return explorer(std::move(arguments), {{"XDG_STATE_HOME", folder_.string()}});
  }
  /// A scenario with the program that ends as `how` says.
  std::string ends(int how) const {
    const std::string path = (folder_ / ("ends" + std::to_string(how) + ".toml")).string();
    std::ofstream(path) << "title = \"Ends badly\"\ngoal = \"g\"\nminutes = 1\nend_us = 9000\n"
                        << "[[env]]\nprogram = \"ends_badly\"\nname = \"bad\"\nslices = 1\nparameters = [" << how
                        << "]\n"
                        << "[[step]]\non = { event = \"EnvStarted\", started = \"bad\" }\nsay = \"{started} starts.\"\n"
                        << "[[expect]]\ntext = \"It begins\"\nholds = \"count(event Noted env = bad) >= 1\"\n";
    return path;
  }
  [[nodiscard]] fs::path kept() const { return folder_ / "exoscope" / "crashes"; }
  [[nodiscard]] std::vector<fs::path> recordings() const {
    std::vector<fs::path> out;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(kept(), error)) out.push_back(entry.path());
    return out;
  }

  fs::path folder_;
};

TEST_F(CrashOutput, ACrashHasAStackAndARecordingToGoBackIn) {
  const Ended ended = run({"tests/guest/stale_entry.toml"});
  EXPECT_EQ(ended.code, 0) << "what it was expected to do, it did: " << ended.err;
  EXPECT_THAT(ended.out, ContainsRegex("forgetful crashed at tests/guest/stale_entry.cpp:[0-9]+ in use_page\\(\\): it "
                                       "read 0x200[23][0-9a-f]000, where it has no page"));
  EXPECT_THAT(ended.out, ContainsRegex("  #0 +forgetful +exo_synchronous\\(.*at libos/base/upcalls.cpp:[0-9]+"));
  EXPECT_THAT(ended.out, HasSubstr("-- upcall Miss --"));
  EXPECT_THAT(ended.out, ContainsRegex("=>#[0-9]+ +forgetful +exo::libos::use_page\\(page=[0-3], round=[^)]*\\)+  at "
                                       "tests/guest/stale_entry.cpp:[0-9]+"));
  EXPECT_THAT(ended.out, ContainsRegex("#[0-9]+ +forgetful +main\\(\\)  at tests/guest/stale_entry.cpp:[0-9]+"));
  ASSERT_EQ(recordings().size(), 1u);
  const std::string recording = recordings()[0].string();
  EXPECT_THAT(ended.out, HasSubstr("recorded in " + recording));
  EXPECT_THAT(ended.out, HasSubstr("./exoscope open " + recording));
  EXPECT_THAT(ended.out, ContainsRegex("exo goto [0-9]+"));
  struct stat about {};
  ASSERT_EQ(::stat(kept().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0700u);
  EXPECT_EQ(explorer({"verify", recording}).code, 0) << "it runs again, bit for bit";
}

TEST_F(CrashOutput, AFailedAssertionNamesItsLineAndItsCallers) {
  const Ended ended = run({ends(1)});
  EXPECT_THAT(ended.out, ContainsRegex("bad: a condition that must hold does not at tests/guest/ends_badly.cpp:[0-9]+ "
                                       "in check_depth\\(\\)"));
  EXPECT_THAT(ended.out, ContainsRegex("=>#0 +bad +check_depth\\(wanted=3\\)  at tests/guest/ends_badly.cpp"));
  EXPECT_THAT(ended.out, ContainsRegex("#1 +bad +fail_deeper\\(turns=3\\)"));
}

TEST_F(CrashOutput, ADestroyedEnvironmentHasTheStackOfWhatItDid) {
  const Ended fault = run({ends(3)});
  EXPECT_THAT(fault.out, ContainsRegex("bad was destroyed at tests/guest/ends_badly.cpp:[0-9]+ in "
                                       "fault_without_handler\\(\\): it faulted and has no handler"));
  EXPECT_THAT(fault.out, ContainsRegex("=>#0 +bad +fault_without_handler\\(\\)"));
  const Ended late = run({"excess-time"});
  EXPECT_THAT(late.out, ContainsRegex("=>#0 +endless +stay\\(microseconds=[^)]*\\)\\)  at libos/late/main.cpp"));
}

TEST_F(CrashOutput, OnlyTheLastFewRecordingsAreKept) {
  const std::string scenario = ends(2);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(run({scenario, "--no-stack"}).code, 0);
  EXPECT_EQ(recordings().size(), 8u);
}

TEST_F(CrashOutput, WhatWasRecordedAnywayIsNotKeptTwice) {
  const std::string trace = (folder_ / "mine.exotrace").string();
  const Ended ended = run({ends(2), "--trace", trace, "--no-stack"});
  EXPECT_THAT(ended.out, HasSubstr("./exoscope open " + trace));
  EXPECT_THAT(ended.out, HasSubstr("bad crashed at tests/guest/ends_badly.cpp"));
  EXPECT_THAT(ended.out, Not(HasSubstr("#0")));
  EXPECT_TRUE(recordings().empty());
}

TEST_F(CrashOutput, AsDataItIsTheSame) {
  const Ended ended = run({ends(1), "--json", "-"});
  const json report = json::parse(ended.out);
  ASSERT_EQ(report["crashes"].size(), 1u);
  const json& crash = report["crashes"][0];
  EXPECT_EQ(crash["what"], "assertion failed");
  EXPECT_EQ(crash["env"], 2);
  const json& here = crash["stack"][0];
  EXPECT_TRUE(here["here"]);
  EXPECT_EQ(here["file"], "tests/guest/ends_badly.cpp");
  EXPECT_EQ(here["arguments"]["wanted"], "3");
  EXPECT_EQ(report["crash_recording"], recordings().at(0).string());
}

// The first program wants more memory than the machine has: the kernel can't start it.
TEST_F(CrashOutput, APanicHasTheKernelsStack) {
  const fs::path guest = folder_ / "guest";
  fs::copy(std::getenv("EXOSCOPE_GUEST_DIR"), guest, fs::copy_options::recursive);
  std::fstream program(guest / "boot" / "arbiter", std::ios::in | std::ios::out | std::ios::binary);
  // ELF, 32 bits: the first loaded segment's p_memsz.
  constexpr int kHeaders = 28, kHeaderBytes = 32, kLoaded = 1, kMemoryBytes = 20;
  const auto word = [&](int at) {
    std::uint32_t value = 0;
    program.seekg(at).read(reinterpret_cast<char*>(&value), sizeof value);
    return value;
  };
  int at = int(word(kHeaders));
  while (word(at) != kLoaded) at += kHeaderBytes;
  const std::uint32_t much = 0x1000'0000;
  program.seekp(at + kMemoryBytes).write(reinterpret_cast<const char*>(&much), sizeof much);
  program.close();

  const Ended ended = explorer({"run", "abort-deadline"},
                               {{"XDG_STATE_HOME", folder_.string()}, {"EXOSCOPE_GUEST_DIR", guest.string()}});
  EXPECT_NE(ended.code, 0);
  EXPECT_THAT(ended.err, HasSubstr("the kernel panicked after"));
  EXPECT_THAT(ended.out, HasSubstr("the kernel panicked in step 2 of starting the first program"));
  EXPECT_THAT(
      ended.out,
      ContainsRegex("=>#0 +kernel +exo::kernel::first_program::must\\(.*at kernel/core/first_program.cpp:[0-9]+"));
  EXPECT_THAT(ended.out, ContainsRegex("#[0-9]+ +kernel +exo::kernel::first_program::start\\(\\)"));
  EXPECT_EQ(recordings().size(), 1u);
}

TEST_F(CrashOutput, NothingIsSaidOrWrittenWhenAllIsWell) {
  for (const char* lesson : {"abort-deadline", "kill-and-clean-up"}) {
    const Ended ended = run({lesson, "--json", (folder_ / "report.json").string()});
    EXPECT_EQ(ended.code, 0);
    EXPECT_THAT(ended.out, Not(HasSubstr("recorded in")));
    EXPECT_EQ(json::parse(read_all((folder_ / "report.json").string()))["crashes"].size(), 0u);
  }
  EXPECT_FALSE(fs::exists(folder_ / "exoscope"));
}

TEST_F(CrashOutput, WhatCannotBeDoneIsSaidInOneLine) {
  // A folder that can't be: the stack is there all the same.
  std::ofstream(folder_ / "exoscope") << "in the way";
  const Ended ended = run({ends(2)});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.out, HasSubstr("=>#"));
  EXPECT_THAT(ended.out, ContainsRegex("no recording was kept: [^\n]+"));
}

}  // namespace
}  // namespace exo::test
