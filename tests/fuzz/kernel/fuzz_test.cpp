// `exoscope fuzz` as a user meets it: a short run finds nothing and is the same every time; kernels with planted faults
// are found out, with a seed, an event and a recording that can be opened; wrong use is refused in one line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/fuzz/kernel/patched_kernel.hpp"
#include "tests/golden/process.hpp"

namespace exo::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class KernelFuzz : public testing::Test {
 protected:
  fs::path folder_;

  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "exoscope-fuzz-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string in(const std::string& name) const { return (folder_ / name).string(); }

  /// A machine with this fault must be found out within a few thousand calls.
  void expect_found(const std::string& function) {
    plant_fault(folder_, function);
    const auto fuzz = explorer({"fuzz", "--seed", "11", "--count", "20000", "--trace", in("found.exotrace")},
                               {{"EXOSCOPE_GUEST_DIR", folder_}});
    EXPECT_EQ(fuzz.code, 1) << fuzz.out << fuzz.err;
    const auto at = fuzz.out.find("FOUND  seed 11, event ");
    ASSERT_NE(at, std::string::npos) << fuzz.out;
    EXPECT_THAT(fuzz.out, HasSubstr("again: exoscope fuzz --seed 11"));
    const std::string event = std::to_string(std::stoull(fuzz.out.substr(at + 22)));
    const auto state = explorer({"state", in("found.exotrace"), "--at", event});
    EXPECT_EQ(state.code, 0) << state.err;
    EXPECT_GT(state.out.size(), 100u);
  }
};

TEST_F(KernelFuzz, AShortRunFindsNothingAndIsTheSameEveryTime) {
  const std::vector<std::string> arguments = {"fuzz",    "--seed",           "3", "--count", "10000",
                                              "--trace", in("none.exotrace")};
  const auto first = explorer(arguments);
  EXPECT_EQ(first.code, 0) << first.out << first.err;
  EXPECT_THAT(first.out, HasSubstr("nothing was found"));
  EXPECT_THAT(first.out, HasSubstr(" calls on "));
  EXPECT_THAT(first.err, HasSubstr("machine 1 (seed 3)"));
  EXPECT_FALSE(fs::exists(in("none.exotrace")));
  EXPECT_EQ(explorer(arguments).out, first.out);
  EXPECT_NE(explorer({"fuzz", "--seed", "4", "--count", "10000"}).out, first.out);
}

TEST_F(KernelFuzz, BindingsThatOutliveTheirFrameAreFound) { expect_found("_ZN3exo6kernel8bindings9break_all"); }
TEST_F(KernelFuzz, SlicesThatStayBehindAreFound) { expect_found("_ZN3exo6kernel6slices11free_all_of"); }

TEST_F(KernelFuzz, WrongUseIsExitCodeTwo) {
  const auto refused = [](std::vector<std::string> arguments, const std::string& says) {
    arguments.insert(arguments.begin(), "fuzz");
    const auto ended = explorer(arguments);
    EXPECT_EQ(ended.code, 2) << ended.out;
    EXPECT_EQ(ended.error_lines(), 1u) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(says));
  };
  refused({"--count", "0"}, "count");
  refused({"--count", "many"}, "count");
  refused({"--seed", "-1"}, "seed");
  refused({"--seed", "4294967296"}, "seed");
  refused({"--per-machine", "0"}, "per-machine");
  refused({"abort-deadline"}, "abort-deadline");
  const auto help = explorer({"fuzz", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("Examples"));
}

}  // namespace
}  // namespace exo::test
