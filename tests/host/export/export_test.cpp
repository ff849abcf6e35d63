// CSV by RFC 4180, and the Trace Event Format as Perfetto reads it: what begins ends, in order; flows have two ends
// within spans; times never decrease on a track.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "explorer/common/error.hpp"
#include "explorer/export/perfetto.hpp"
#include "explorer/export/rows.hpp"
#include "explorer/model/words.hpp"
#include "tests/host/model/mini_kernel.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

using nlohmann::json;

class Exports : public ::testing::Test {
 protected:
  void SetUp() override {
    MiniKernel kernel{23};
    kernel.boot();
    while (kernel.trace.size() < 20'000) kernel.random_move();
    history_.append(kernel.trace);
  }
  std::string written(std::uint64_t (*write)(const model::History&, exporting::Output&)) {
    const std::string path =
        testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name() + ".out";
    exporting::Output out(path);
    count_ = write(history_, out);
    out.finish();
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::filesystem::remove(path);
    return text;
  }
  model::History history_;
  std::uint64_t count_ = 0;
};

std::vector<std::vector<std::string>> rows_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < csv.size(); ++i) {
    std::string& cell = rows.back().back();
    if (csv[i] == '"' && quoted && csv[i + 1] == '"')
      cell += csv[i++];
    else if (csv[i] == '"')
      quoted = !quoted;
    else if (csv[i] == ',' && !quoted)
      rows.back().emplace_back();
    else if (csv[i] == '\r' && !quoted)
      rows.emplace_back(1), ++i;
    else
      cell += csv[i];
  }
  rows.pop_back();
  return rows;
}

TEST_F(Exports, EveryEventIsALineOfCsv) {
  const auto rows = rows_of(written(exporting::write_csv));
  ASSERT_EQ(rows.size(), history_.size() + 1);
  EXPECT_EQ(count_, history_.size());
  EXPECT_EQ(rows[0][0], "number");
  for (std::size_t i = 1; i < rows.size(); ++i) {
    ASSERT_EQ(rows[i].size(), 8u) << i;
    EXPECT_EQ(rows[i][0], std::to_string(i));
    EXPECT_EQ(rows[i][2], model::event_name(history_.event(i).id));
    EXPECT_NEAR(std::stod(rows[i][1]), model::micros(history_.ticks(i)), 0.001);
  }
}

TEST_F(Exports, ACellIsQuotedWhenItMustBe) {
  std::string text;
  exporting::append_csv_text(text, "a \"b\", c");
  EXPECT_EQ(text, "\"a \"\"b\"\", c\"");
  text.clear();
  exporting::append_json_text(text, "a \"b\"\\\n");
  EXPECT_EQ(json::parse(text), "a \"b\"\\\n");
}

/// Walks through a trace as a reader does, and complains about what it could not place.
struct Reader {
  using Track = std::pair<int, int>;
  std::map<Track, double> last;
  std::map<Track, int> depth;
  std::map<std::pair<std::string, int>, std::vector<std::string>> stages;
  std::map<int, int> flows;  ///< 1: began, 2: ended
  std::set<int> named;
  std::map<std::string, int> seen;

  void take(const json& event) {
    const std::string phase = event.at("ph");
    ++seen[phase];
    const Track track{event.at("pid"), event.at("tid")};
    EXPECT_GT(track.first, 0);
    if (phase == "M") {
      named.insert(track.first);
      EXPECT_TRUE(event.at("args").at("name").is_string());
      return;
    }
    EXPECT_TRUE(named.contains(track.first)) << event;
    const double at = event.at("ts");
    EXPECT_GE(at, last[track]) << event;
    last[track] = at;
    if (phase == "B") ++depth[track];
    if (phase == "E") {
      EXPECT_GE(--depth[track], 0) << event;
    }
    if (phase != "E") {
      EXPECT_FALSE(event.at("name").get<std::string>().empty());
    }
    if (phase == "b" || phase == "n" || phase == "e") stage(event, phase);
    if (phase == "s" || phase == "f") {
      EXPECT_GT(depth[track], 0) << "a flow's end lies in a span: " << event;
      EXPECT_EQ(flows[event.at("id")]++, phase == "s" ? 0 : 1) << event;
      if (phase == "f") {
        EXPECT_EQ(event.at("bp"), "e");
      }
    }
    if (phase == "C") {
      EXPECT_TRUE(event.at("args").at("frames").is_number());
    }
    if (phase == "i") {
      EXPECT_EQ(event.at("s"), "t");
    }
  }
  void stage(const json& event, const std::string& phase) {
    auto& open = stages[{event.at("cat"), event.at("id")}];
    const std::string name = event.at("name");
    if (phase == "b") open.push_back(name);
    if (phase == "n") {
      EXPECT_FALSE(open.empty()) << event;
    }
    if (phase != "e") return;
    ASSERT_FALSE(open.empty()) << event;
    EXPECT_EQ(open.back(), name) << event;
    open.pop_back();
  }
  void end() {
    for (const auto& [track, open] : depth) EXPECT_EQ(open, 0) << track.first;
    for (const auto& [id, open] : stages) EXPECT_TRUE(open.empty()) << id.second;
    for (const auto& [id, ends] : flows) EXPECT_EQ(ends, 2) << "flow " << id;
  }
};

TEST_F(Exports, PerfettoGetsWhatItsFormatAsksFor) {
  const json trace = json::parse(written(exporting::write_perfetto));
  Reader reader;
  for (const auto& event : trace.at("traceEvents")) reader.take(event);
  reader.end();
  EXPECT_EQ(count_, trace.at("traceEvents").size());
  for (const char* phase : {"B", "E", "b", "e", "n", "C", "M", "i"}) EXPECT_GT(reader.seen[phase], 0) << phase;
}

TEST_F(Exports, AHostileTraceIsWellFormedToo) {
  model::History hostile;
  for (std::uint64_t seed = 1; seed < 6; ++seed) hostile.append(hostile_records(seed, 4000));
  const std::string path = testing::TempDir() + "hostile.json";
  exporting::Output out(path);
  exporting::write_perfetto(hostile, out);
  out.finish();
  std::ifstream file(path);
  Reader reader;
  const json all = json::parse(file);
  for (const auto& event : all.at("traceEvents")) reader.take(event);
  reader.end();
  std::filesystem::remove(path);
}

TEST_F(Exports, AFullDiskAndABadPathAreSaidOnce) {
  try {
    exporting::Output out("/dev/full");
    exporting::write_csv(history_, out);
    out.finish();
    ADD_FAILURE() << "a full disk was not noticed";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("No space left"), std::string::npos) << error.what();
  }
  EXPECT_THROW(exporting::Output("/no/such/folder/a.csv"), InputError);
}

}  // namespace
}  // namespace exo::test
