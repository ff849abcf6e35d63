// A recording as data, from the command line: queries, exports, and the same scenario again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/golden/process.hpp"

namespace exo::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

class DataCommands : public testing::Test {
 protected:
  fs::path folder_;
  std::string trace_;

  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "exoscope-data-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    trace_ = (folder_ / "a.exotrace").string();
    ASSERT_EQ(explorer({"run", "abort-deadline", "--trace", trace_}).code, 0);
  }
  void TearDown() override { fs::remove_all(folder_); }
};

TEST_F(DataCommands, QueriesFindCountAndRefuse) {
  const auto aborts =
      json::parse(explorer({"query", trace_, "event = RevokeAborted and env = stubborn", "--json"}).out);
  ASSERT_EQ(aborts.size(), 1u);
  EXPECT_EQ(aborts[0].at("fields").at("owner"), "stubborn");
  const auto counts = json::parse(explorer({"query", trace_, "event = Revoke*", "--count-by", "env", "--json"}).out);
  std::uint64_t most = 0;
  for (const auto& row : counts) most = std::max(most, row.at("count").get<std::uint64_t>());
  EXPECT_GE(most, 4u);
  EXPECT_THAT(explorer({"query", trace_, "number in 1..3 count by event"}).out, HasSubstr("3 events"));
  EXPECT_THAT(explorer({"query", trace_, "number in 1..3", "--csv"}).out, HasSubstr("1,0."));
  const auto bad = explorer({"query", trace_, "event = RevokeAbort"});
  EXPECT_EQ(bad.code, 2);
  EXPECT_EQ(bad.error_lines(), 1u) << bad.err;
  EXPECT_THAT(bad.err, HasSubstr("character 9"));
}

TEST_F(DataCommands, ExportsAreWrittenOrRefusedInOneLine) {
  const auto perfetto = json::parse(explorer({"export", trace_, "--perfetto", "-"}).out);
  EXPECT_GT(perfetto.at("traceEvents").size(), 100u);
  EXPECT_THAT(explorer({"export", trace_, "--csv", "-"}).out, HasSubstr("RevokeAborted,revocation,"));
  for (const char* kind : {"--csv", "--perfetto"}) {
    for (const char* path : {"/dev/full", "/no/such/folder/file"}) {
      const auto ended = explorer({"export", trace_, kind, path});
      EXPECT_EQ(ended.code, 2) << kind << " " << path;
      EXPECT_EQ(ended.error_lines(), 1u) << ended.err;
    }
  }
  EXPECT_EQ(explorer({"export", trace_}).code, 2);
}

TEST_F(DataCommands, ARunWithoutInjectionsByHandIsItsOwnScenario) {
  const std::string copy = (folder_ / "again.toml").string();
  EXPECT_EQ(explorer({"scenario", trace_, "--out", copy}).code, 0);
  EXPECT_EQ(read_all(copy), read_all("scenarios/abort-deadline.toml"));
}

}  // namespace
}  // namespace exo::test
