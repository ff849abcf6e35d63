// The command line as its users meet it: what it prints, its exit codes, and one clear line for everything that goes
// wrong, with no process and no file left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "explorer/connection/recording.hpp"
#include "tests/golden/process.hpp"

namespace exo::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class CommandLine : public testing::Test {
 protected:
  fs::path folder_;

  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "exoscope-cli-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string in(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(in(name), std::ios::binary) << bytes;
    return in(name);
  }
  std::string recorded() const {
    const std::string path = in("recorded.exotrace");
    EXPECT_EQ(explorer({"run", "abort-deadline", "--trace", path}).code, 0);
    return path;
  }
  /// A scenario that runs for ten guest seconds: long enough to be disturbed.
  std::string long_scenario() const {
    std::string text = read_all("scenarios/visible-revocation.toml");
    const auto at = text.find("end_us = ");
    text.replace(at, text.find('\n', at) - at, "end_us = 10000000");
    return write("long.toml", text);
  }
};

/// Until a recording has its first blocks: then the machine is well under way.
void wait_for_bytes(const std::string& path) {
  std::error_code error;
  for (int i = 0; i < 4000 && (!fs::exists(path, error) || fs::file_size(path, error) < 30'000); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

void expect_refused(const Ended& ended, const std::string& says, int code = 2) {
  EXPECT_EQ(ended.code, code) << ended.err;
  EXPECT_EQ(ended.error_lines(), 1u) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr(says));
  EXPECT_THAT(ended.err, testing::StartsWith("exoscope: "));
}

TEST_F(CommandLine, ComparesTheSameVariationOfALesson) {
  EXPECT_THAT(explorer({"compare", "--help"}).out, HasSubstr("--seed"));
  const std::string path = in("seven.exotrace");
  ASSERT_EQ(explorer({"run", "abort-deadline", "--seed", "7", "--trace", path}).code, 0);
  // The lesson as variation 7 is what was recorded of it; as it is written, it is another run.
  const auto same = explorer({"compare", path, "abort-deadline", "--seed", "7", "--text"});
  EXPECT_EQ(same.code, 0) << same.out << same.err;
  EXPECT_THAT(same.out, HasSubstr("abort-deadline, variation 7"));
  EXPECT_EQ(explorer({"compare", path, "abort-deadline", "--text"}).code, 1);
  const auto both = explorer({"compare", "abort-deadline", "--seed", "7", "--json", "-"});
  EXPECT_EQ(both.code, 0) << both.err;
  EXPECT_EQ(json::parse(both.out)["runs"][1], "abort-deadline, variation 7");
  expect_refused(explorer({"compare", path, path, "--seed", "7", "--text"}), "--seed 7");
}

TEST_F(CommandLine, TeachesItself) {
  for (const char* command : {"run", "open", "state", "verify", "shot", "list"}) {
    EXPECT_THAT(explorer({"--help"}).out, HasSubstr(command));
    const auto help = explorer({command, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_FALSE(help.out.empty());
  }
  EXPECT_THAT(explorer({"--help"}).out, HasSubstr("Examples"));
}

TEST_F(CommandLine, ListsTheCourse) {
  const auto list = explorer({"list"});
  EXPECT_EQ(list.code, 0) << list.err;
  for (const char* lesson : {"secure-binding", "tlb-and-stlb", "visible-revocation", "save-only-what-you-need",
                             "abort-deadline", "repossession", "polite-and-stubborn", "kill-and-clean-up"})
    EXPECT_THAT(list.out, HasSubstr(lesson));
}

TEST_F(CommandLine, ReportsTheAbortAsData) {
  const auto run = explorer({"run", "scenarios/abort-deadline.toml", "--json", "-"});
  ASSERT_EQ(run.code, 0) << run.err;
  const json report = json::parse(run.out);
  EXPECT_EQ(report["scenario"], "abort-deadline");
  EXPECT_EQ(report["ok"], true);
  EXPECT_EQ(report["dropped"], 0);
  EXPECT_GT(report["events"], 100);
  EXPECT_GT(report["instructions"], 10'000);
  EXPECT_GT(report["authorizations"], 0);
  EXPECT_GT(report["uses"], 0);
  EXPECT_EQ(report["audit"]["differences"], 0);
  EXPECT_GT(report["audit"]["checked"], 1000);
  for (const auto& expectation : report["expectations"]) EXPECT_EQ(expectation["ok"], true) << expectation["text"];
  ASSERT_EQ(report["revocations"].size(), 1u);
  const auto& request = report["revocations"][0];
  EXPECT_EQ(request["env"], "stubborn");
  EXPECT_EQ(request["frame"], 5);
  EXPECT_EQ(request["outcome"], "aborted");
  EXPECT_LT(request["requested_us"], request["delivered_us"]);
  EXPECT_LT(request["delivered_us"], request["deadline_us"]);
  EXPECT_GE(request["done_us"], request["deadline_us"]) << "never early";
  EXPECT_LE(request["done_us"].get<double>(), request["deadline_us"].get<double>() + 20);
  EXPECT_GT(request["notified_us"], request["done_us"]);
  EXPECT_THAT(run.err, HasSubstr("Page 5")) << "the narration goes to standard error";
}

TEST_F(CommandLine, ReportsTheReturnAsData) {
  const auto run = explorer({"run", "visible-revocation", "--json", in("report.json")});
  ASSERT_EQ(run.code, 0) << run.err;
  const json request = json::parse(read_all(in("report.json")))["revocations"][0];
  EXPECT_EQ(request["outcome"], "returned");
  EXPECT_LT(request["done_us"], request["deadline_us"]);
  EXPECT_TRUE(request["armed_us"].is_null());
  EXPECT_TRUE(request["notified_us"].is_null());
  EXPECT_THAT(run.out, HasSubstr("ok "));
}

TEST_F(CommandLine, GradesAClassEachInItsVariation) {
  const auto answers =
      write("class.jsonl", R"({"student": "Ada", "seed": 7, "answers": {"4": "all its pages but frame 16"}}
{"student": "Bo", "answers": {"q1": "a"}}
{"student": "Cy", "seed": 7, "answers": {}})");
  const auto run = explorer({"run", "abort-deadline", "--answers", answers, "--json", "-"});
  ASSERT_EQ(run.code, 0) << run.err;
  const json report = json::parse(run.out);
  EXPECT_EQ(report["students"][0]["right"], 1);
  EXPECT_EQ(report["students"][1]["right"], 0);
  EXPECT_EQ(report["students"][1]["seed"], 0);
  EXPECT_EQ(report["students"][2]["answered"], 0);
  EXPECT_EQ(report["variations"].size(), 2u) << "one run for each";
  EXPECT_THAT(run.err, HasSubstr("1 of 3 right")) << "the table goes to standard error";
  expect_refused(explorer({"run", "abort-deadline", "--answers", write("a", "{\"answers\": {\"3\": \"x\"}}")}),
                 "a:1: step 3 asks nothing");
  expect_refused(explorer({"run", "abort-deadline", "--answers", write("b", "\n{\"answers\": ")}),
                 "b:2: this is not JSON");
  expect_refused(explorer({"run", "abort-deadline", "--answers", in("missing")}), "can't be read");
}

TEST_F(CommandLine, AVariationIsRecordedWithItsSeed) {
  expect_refused(explorer({"run", "abort-deadline", "--seed", "10000000"}), "--seed");
  const auto run = explorer({"run", "abort-deadline", "--seed", "7", "--trace", in("seven.exotrace")});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("variation 7"));
  EXPECT_EQ(explorer({"verify", in("seven.exotrace")}).code, 0);
}

TEST_F(CommandLine, TwoRunsGiveTheSameFile) {
  const std::string first = recorded();
  EXPECT_EQ(explorer({"run", "scenarios/abort-deadline.toml", "--trace", in("second.exotrace")}).code, 0);
  EXPECT_EQ(read_all(first), read_all(in("second.exotrace")));
  EXPECT_FALSE(read_all(first).empty());
}

TEST_F(CommandLine, StateAtIsTheStateOfARunStoppedThere) {
  const std::string whole = recorded();
  for (const char* number : {"1", "100", "417"}) {
    const auto run = explorer({"run", "abort-deadline", "--until", number, "--trace", in("part.exotrace")});
    EXPECT_EQ(run.code, 0) << run.err;
    const auto part = explorer({"state", in("part.exotrace")});
    const auto at = explorer({"state", whole, "--at", number});
    EXPECT_EQ(part.code, 0) << part.err;
    EXPECT_EQ(part.out, at.out);
    EXPECT_GT(at.out.size(), 100u);
  }
}

TEST_F(CommandLine, VerifyAgreesAndNoticesAChange) { EXPECT_EQ(explorer({"verify", recorded()}).code, 0); }

TEST_F(CommandLine, WhyAndTheStateInWords) {
  const std::string trace = recorded();
  const auto why = explorer({"why", trace, "request 1"});
  EXPECT_EQ(why.code, 0);
  EXPECT_THAT(why.out, HasSubstr("Request 1 ended in an abort: stubborn had not returned"));
  EXPECT_THAT(why.out, HasSubstr("the host asked for"));
  const auto words = explorer({"state", trace, "--words"});
  EXPECT_EQ(words.code, 0);
  EXPECT_THAT(words.out, HasSubstr("stubborn"));
  EXPECT_THAT(words.out, HasSubstr("Last event:"));
  expect_refused(explorer({"why", trace, "the moon"}), "names nothing here");
}

TEST_F(CommandLine, AFailedExpectationIsExitCodeOne) {
  const std::string text = read_all("scenarios/abort-deadline.toml") +
                           "\n[[expect]]\ntext = \"the moon is cheese\"\nholds = \"events == 0\"\n";
  const auto run = explorer({"run", write("wrong.toml", text)});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.out, HasSubstr("FAILED  the moon is cheese"));
}

TEST_F(CommandLine, WrongUseIsExitCodeTwo) {
  expect_refused(explorer({"run"}), "scenario is required");
  expect_refused(explorer({"run", "abort-deadlin"}), "did you mean 'abort-deadline'");
  expect_refused(explorer({"run", "no/such/file.toml"}), "no such file");
  expect_refused(explorer({"run", "scenarios"}), "folder");
  expect_refused(explorer({"run", "abort-deadline", "--until", "0"}), "until");
  expect_refused(explorer({"run", "abort-deadline", "--frobnicate"}), "frobnicate");
  expect_refused(explorer({"run", "abort-deadline", "--json", in("no/such/folder/x.json")}), "can't be written");
  expect_refused(explorer({"state", in("none.exotrace")}), "none.exotrace");
  expect_refused(explorer({"state", recorded(), "--at", "99999999"}), "holds");
}

TEST_F(CommandLine, MalformedScenariosAreRefusedInOneLine) {
  const std::string good = read_all("scenarios/abort-deadline.toml");
  const auto with = [&](const std::string& old, const std::string& fresh) {
    std::string text = good;
    return write("bad.toml", text.replace(text.find(old), old.size(), fresh));
  };
  expect_refused(explorer({"run", with("title =", "titel =")}), "bad.toml:2: ");
  expect_refused(explorer({"run", with("slices = 2", "slices = \"two\"")}), "'slices' is a text");
  expect_refused(explorer({"run", with("program = \"stubborn\"", "program = \"stuborn\"")}), "no library OS 'stuborn'");
  expect_refused(explorer({"run", with("event = \"RevokeAborted\"", "event = \"RevokeAbort\"")}),
                 "no event 'RevokeAbort'");
  expect_refused(explorer({"run", write("empty.toml", "")}), "no 'title'");
}

TEST_F(CommandLine, MissingQemuIsSaidClearly) {
  expect_refused(explorer({"run", "abort-deadline", "--trace", in("x.exotrace")}, {{"PATH", in("")}}),
                 "qemu-system-mips");
  EXPECT_FALSE(fs::exists(in("x.exotrace"))) << "a file is left behind";
}

TEST_F(CommandLine, MissingImagesAreSaidClearly) {
  expect_refused(explorer({"run", "abort-deadline"}, {{"EXOSCOPE_GUEST_DIR", in("")}}), in(""));
}

TEST_F(CommandLine, AKilledQemuIsExitCodeThree) {
  Process process({explorer_path(), "run", long_scenario(), "--trace", in("cut.exotrace"), "--json", in("cut.json")});
  const pid_t qemu = process.wait_for_child(std::chrono::seconds(20));
  ASSERT_GT(qemu, 0);
  wait_for_bytes(in("cut.exotrace"));
  kill(qemu, SIGKILL);
  const Ended ended = process.wait();
  EXPECT_EQ(ended.code, 3) << ended.err;
  EXPECT_EQ(ended.error_lines(), 1u) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("machine is gone"));
  EXPECT_FALSE(is_alive(qemu));
  EXPECT_EQ(explorer({"state", in("cut.exotrace")}).code, 0) << "what was recorded can be read";
  EXPECT_EQ(json::parse(read_all(in("cut.json")))["ok"], false);
}

TEST_F(CommandLine, SignalsEndARunInOrder) {
  for (const int signal : {SIGINT, SIGTERM}) {
    fs::remove(in("cut.exotrace"));
    Process process({explorer_path(), "run", long_scenario(), "--trace", in("cut.exotrace")});
    const pid_t qemu = process.wait_for_child(std::chrono::seconds(20));
    ASSERT_GT(qemu, 0);
    wait_for_bytes(in("cut.exotrace"));
    process.send(signal);
    const Ended ended = process.wait();
    EXPECT_EQ(ended.code, 128 + signal) << ended.err;
    EXPECT_EQ(ended.error_lines(), 1u) << ended.err;
    EXPECT_FALSE(is_alive(qemu));
    const auto state = explorer({"state", in("cut.exotrace")});
    EXPECT_EQ(state.code, 0);
    EXPECT_EQ(state.err, "") << "the recording was closed in order";
  }
}

TEST_F(CommandLine, AKilledExplorerLeavesNoMachine) {
  Process process({explorer_path(), "run", long_scenario()});
  const pid_t qemu = process.wait_for_child(std::chrono::seconds(20));
  ASSERT_GT(qemu, 0);
  process.send(SIGKILL);
  (void)process.wait();
  for (int i = 0; i < 400 && is_alive(qemu); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_FALSE(is_alive(qemu));
}

TEST_F(CommandLine, ADamagedTraceIsReadAsFarAsItGoesOrRefused) {
  const std::string bytes = read_all(recorded());
  expect_refused(explorer({"state", write("empty.exotrace", "")}), "empty.exotrace");
  std::string other = bytes;
  other[8] = char(99);
  expect_refused(explorer({"state", write("other.exotrace", other)}), "version");
  for (std::size_t length = 1000; length < bytes.size(); length += 1000) {
    const auto cut = explorer({"state", write("cut.exotrace", bytes.substr(0, length))});
    EXPECT_TRUE(cut.code == 0 || cut.code == 2) << length << ": " << cut.code;
    EXPECT_EQ(cut.error_lines(), 1u) << length << ": says nothing of what is missing";
  }
  std::mt19937 random(5);
  for (int i = 0; i < 12; ++i) {
    std::string flipped = bytes;
    for (int n = 0; n < 3; ++n) flipped[random() % flipped.size()] ^= char(1u << random() % 8);
    const auto state = explorer({"state", write("flipped.exotrace", flipped)});
    EXPECT_TRUE(state.code == 0 || state.code == 2) << i << ": " << state.code << state.err;
  }
}

TEST_F(CommandLine, AFullDiskIsSaid) {
  const auto full = explorer({"run", "abort-deadline", "--json", "/dev/full"});
  EXPECT_EQ(full.code, 2);
  EXPECT_THAT(full.err, HasSubstr("/dev/full: writing failed"));
  expect_refused(explorer({"run", "abort-deadline", "--trace", "/dev/full"}), "/dev/full");
}

TEST_F(CommandLine, TwoExplorersAtOnceDoNotDisturbEachOther) {
  Process one({explorer_path(), "run", "abort-deadline", "--trace", in("one.exotrace")});
  Process two({explorer_path(), "run", "abort-deadline", "--trace", in("two.exotrace")});
  EXPECT_EQ(one.wait().code, 0);
  EXPECT_EQ(two.wait().code, 0);
  EXPECT_EQ(read_all(in("one.exotrace")), read_all(in("two.exotrace")));
}

TEST_F(CommandLine, WithoutADisplayTheLessonIsRun) {
  const auto run = explorer({"abort-deadline"}, {{"DISPLAY", ""}, {"WAYLAND_DISPLAY", ""}, {"SDL_VIDEODRIVER", ""}});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("no display"));
  EXPECT_THAT(run.out, HasSubstr("Page 5"));
}

}  // namespace
}  // namespace exo::test
