// `exoscope bench` as a user runs it: every figure is there, in the promised shape, the same in every run, and no worse
// than it was (bounds.def).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/golden/process.hpp"

namespace exo::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

/// One run for all tests.
const Ended& first_run() {
  static const Ended ended = explorer({"bench", "--json", "-"});
  return ended;
}

json primitives() { return json::parse(first_run().out).at("primitives"); }

json primitive(const std::string& name) {
  for (const json& one : primitives())
    if (one.at("name") == name) return one;
  return {};
}

TEST(Bench, MeasuresEveryPrimitiveOfTheTable) {
  ASSERT_EQ(first_run().code, 0) << first_run().err;
  for (const char* name : {"exception", "stlb_hit", "pct_sync", "null_syscall", "yield_to", "lrpc", "trap", "appel1",
                           "appel2", "prot100", "unprot100", "revoke_upcall", "abort_0", "abort_16", "trace_event"}) {
    const json one = primitive(name);
    ASSERT_TRUE(one.is_object()) << name;
    EXPECT_TRUE(one.at("instructions").is_number()) << name;
    EXPECT_TRUE(one.at("goal").is_number()) << name;
  }
}

TEST(Bench, EveryRowHasTheSameShape) {
  for (const json& one : primitives()) {
    const std::string name = one.at("name");
    EXPECT_TRUE(one.at("instructions").is_number()) << name;
    EXPECT_TRUE(one.at("instructions_traced").is_number()) << name;
    EXPECT_TRUE(one.at("guest_us").is_number()) << name;
    EXPECT_TRUE(one.at("aegis").is_number() || one.at("aegis").is_null()) << name;
    EXPECT_TRUE(one.at("goal").is_number() || one.at("goal").is_null()) << name;
    EXPECT_EQ(one.at("goal").is_null(), one.at("met").is_null()) << name;
    EXPECT_FALSE(one.at("method").get<std::string>().empty()) << name;
    const double instructions = one.at("instructions");
    EXPECT_NEAR(one.at("guest_us").get<double>(), instructions * 0.032, 0.001) << name;
    if (name == "trace_event") continue;  // 0 with tracing off
    EXPECT_GT(instructions, 0) << name;
    if (name == "abort_0" || name == "abort_16") continue;  // a difference of two paths, each with events of its own
    if (name == "verify" || name == "compile") continue;    // steps that tell nothing, but may meet a tick
    EXPECT_GE(one.at("instructions_traced").get<double>(), instructions) << name;
  }
}

TEST(Bench, SaysTheSameInEveryRun) {
  const Ended again = explorer({"bench", "--json", "-"});
  EXPECT_EQ(again.out, first_run().out);
  EXPECT_EQ(again.err, first_run().err);
}

TEST(Bench, NothingGetsWorse) {
  struct Bound {
    const char* name;
    double quiet, traced;
  };
#define BOUND(name, quiet, traced) {#name, quiet, traced},
  for (const Bound& bound : std::initializer_list<Bound>{
#include "tests/bench/bounds.def"
       }) {
#undef BOUND
    const json one = primitive(bound.name);
    ASSERT_TRUE(one.is_object()) << bound.name;
    EXPECT_LE(one.at("instructions").get<double>(), bound.quiet) << bound.name;
    EXPECT_LE(one.at("instructions_traced").get<double>(), bound.traced) << bound.name;
  }
}

TEST(Bench, PrintsATableAndItsMethod) {
  const fs::path file = fs::temp_directory_path() / ("exoscope-bench-" + std::to_string(getpid()) + ".json");
  const Ended ended = explorer({"bench", "--json", file.string()});
  EXPECT_EQ(ended.code, 0);
  for (const char* words : {"null_syscall", "at most 24", "Aegis", "Linux", "median"})
    EXPECT_THAT(ended.out, HasSubstr(words));
  EXPECT_EQ(read_all(file.string()), first_run().out);
  fs::remove(file);
}

TEST(Bench, RefusesWhatItCannotDo) {
  for (const std::vector<std::string>& arguments : std::initializer_list<std::vector<std::string>>{
           {"bench", "faster"}, {"bench", "--json"}, {"bench", "--jsno", "-"}}) {
    const Ended ended = explorer(arguments);
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.error_lines(), 1u) << ended.err;
    EXPECT_THAT(ended.err, testing::StartsWith("exoscope: "));
  }
  const Ended no_place = explorer({"bench", "--json", "/no/such/folder/figures.json"});
  EXPECT_EQ(no_place.code, 2);
  EXPECT_THAT(no_place.err, HasSubstr("exoscope: /no/such/folder/figures.json: can't be written"));
  const Ended no_images = explorer({"bench"}, {{"EXOSCOPE_GUEST_DIR", "/no/such/folder"}});
  EXPECT_EQ(no_images.code, 2);
  EXPECT_THAT(no_images.err, HasSubstr("/no/such/folder"));
}

}  // namespace
}  // namespace exo::test
