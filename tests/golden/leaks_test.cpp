// After any scenario, killing everything gives everything back: frames, slices, bindings, requests, identifiers,
// downloads.
// Lessons and trials alike: what they do is very different, and they end in the middle of it.
#include "explorer/session/leaks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace exo {
namespace {

namespace fs = std::filesystem;
using session::Connection;
using session::Session;

std::vector<std::string> all_scenarios() {
  std::vector<std::string> files;
  for (const char* folder : {"scenarios", "tests/guest", "tests/hostile"})
    for (const auto& entry : fs::directory_iterator(folder))
      // A run without an end has no end to look at.
      if (entry.path().extension() == ".toml" && entry.path().stem() != "endless")
        files.push_back(entry.path().string());
  std::ranges::sort(files);
  return files;
}

class Leaks : public testing::TestWithParam<std::string> {};

TEST_P(Leaks, KillingEverythingReturnsEverything) {
  session::LiveOptions options;
  options.scenario_path = GetParam();
  const auto live = Session::live(options);
  while (live->connection() == Connection::Starting || live->connection() == Connection::Running)
    live->pump(std::chrono::milliseconds(20));
  ASSERT_EQ(live->connection(), Connection::Finished) << live->status_text();
  if (live->history().audits().empty()) GTEST_SKIP() << "the kernel was quiet: there is nothing to compare with";
  EXPECT_FALSE(session::leaks_in(live->history().newest()).empty()) << "somebody lives still, or there is no test";
  for (const auto& leak : session::kill_everything(*live)) ADD_FAILURE() << leak;
}

std::string test_name(const testing::TestParamInfo<std::string>& file) {
  std::string name = fs::path(file.param).replace_extension().string();
  std::ranges::replace_if(
      name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Scenarios, Leaks, testing::ValuesIn(all_scenarios()), test_name);

}  // namespace
}  // namespace exo
