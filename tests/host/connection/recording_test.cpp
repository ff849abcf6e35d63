// Recordings: the same records give the same bytes, and every complete block survives whatever happens to the rest.
#include "explorer/connection/recording.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "explorer/common/error.hpp"

namespace exo::connection {
namespace {

namespace fs = std::filesystem;

std::vector<abi::TraceRecord> make_records(std::uint32_t count) {
  std::mt19937 random(5);
  std::vector<abi::TraceRecord> records(count);
  for (std::uint32_t i = 0; i < count; ++i)
    records[i] = {i * 33,
                  i,
                  std::uint16_t(random() % 90),
                  std::uint16_t(random() % 6),
                  0x400000 + std::uint32_t(random() % 4096),
                  {std::uint32_t(random() % 4096), 1, 2, std::uint32_t(random())}};
  return records;
}

bool same(const std::vector<abi::TraceRecord>& whole, const std::vector<abi::TraceRecord>& part) {
  return part.empty() ||
         (part.size() <= whole.size() && std::memcmp(whole.data(), part.data(), part.size() * sizeof part[0]) == 0);
}

class Recordings : public testing::Test {
 protected:
  Recordings() {
    std::string name = (fs::temp_directory_path() / "exoscope-test-XXXXXX").string();
    folder = ::mkdtemp(name.data());
  }
  ~Recordings() override { fs::remove_all(folder); }
  [[nodiscard]] std::string file(const char* name) const { return (folder / name).string(); }
  void write(const std::string& path, const std::vector<abi::TraceRecord>& records, std::size_t portion = 1000) {
    RecordingWriter writer(path, header);
    for (std::size_t at = 0; at < records.size(); at += portion)
      writer.append(std::span(records).subspan(at, std::min(portion, records.size() - at)));
    writer.finish();
  }
  static std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  template <typename Action>
  static std::string refusal(Action action) {
    try {
      action();
    } catch (const InputError& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      return error.what();
    }
    ADD_FAILURE() << "was not refused";
    return {};
  }

  fs::path folder;
  const RecordingHeader header{"abort-deadline", "title = \"Page 5\"\n", "0123456789abcdef", true, {}, 7};
};

TEST_F(Recordings, WhatWasWrittenIsRead) {
  for (const std::uint32_t count : {0u, 1u, kRecordsPerBlock - 1, kRecordsPerBlock, kRecordsPerBlock + 1, 20'000u}) {
    const auto records = make_records(count);
    write(file("a"), records);
    const Recording read = read_recording(file("a"));
    EXPECT_EQ(read.records.size(), count);
    EXPECT_TRUE(same(records, read.records));
    EXPECT_TRUE(read.ended);
    EXPECT_EQ(read.warning, "");
    EXPECT_EQ(read.header.scenario_name, header.scenario_name);
    EXPECT_EQ(read.header.scenario_text, header.scenario_text);
    EXPECT_EQ(read.header.build_identity, header.build_identity);
    EXPECT_TRUE(read.header.flight_recorder);
    EXPECT_EQ(read.header.seed, 7u);
  }
}

TEST_F(Recordings, TheSameRecordsGiveTheSameBytesInPortionsOfAnySize) {
  const auto records = make_records(10'000);
  write(file("a"), records, 1);
  write(file("b"), records, 9'999);
  EXPECT_EQ(bytes_of(file("a")), bytes_of(file("b")));
  EXPECT_LT(bytes_of(file("a")).size(), records.size() * sizeof records[0] * 3 / 4);
}

TEST_F(Recordings, CutAtEveryThousandthByteItIsReadUpToTheLastCompleteBlock) {
  const auto records = make_records(20'000);
  write(file("a"), records);
  const std::string whole = bytes_of(file("a"));
  ASSERT_GT(whole.size(), 50'000u);
  std::size_t readable = 0;
  for (std::size_t size = 0; size < whole.size(); size += 1000) {
    try {
      const Recording read = parse_recording(std::string_view(whole).substr(0, size), "cut");
      EXPECT_TRUE(same(records, read.records));
      EXPECT_EQ(read.records.size() % kRecordsPerBlock, 0u);
      EXPECT_FALSE(read.ended);
      EXPECT_NE(read.warning.find("cut off"), std::string::npos);
      EXPECT_GE(read.records.size() + kRecordsPerBlock, records.size() * (size - 500) / whole.size());
      ++readable;
    } catch (const InputError&) {
      EXPECT_LT(size, 1000u);
    }
  }
  EXPECT_GT(readable, 50u);
}

TEST_F(Recordings, FlippedBytesNeverGiveFalseRecords) {
  const auto records = make_records(5'000);
  write(file("a"), records);
  const std::string whole = bytes_of(file("a"));
  std::mt19937 random(3);
  std::size_t noticed = 0, rounds = 2'000;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::string damaged = whole;
    // Half of them where the structure is: the first block headers.
    const std::size_t at = random() % (round % 2 == 0 ? 300 : damaged.size());
    damaged[at] = char(damaged[at] ^ (1 << (random() % 8)));
    try {
      const Recording read = parse_recording(damaged, "flipped");
      EXPECT_TRUE(same(records, read.records)) << "byte " << at;
      noticed += read.ended && read.warning.empty() ? 0 : 1;
    } catch (const InputError&) {
      ++noticed;
    }
  }
  // What is not noticed must be without effect: a flag of zstd's frame header that only adds what is there anyway.
  EXPECT_GT(noticed, rounds * 95 / 100);
}

TEST_F(Recordings, EveryRefusalNamesTheFileAndAMend) {
  write(file("a"), make_records(10));
  const std::string whole = bytes_of(file("a"));
  EXPECT_EQ(refusal([&] { static_cast<void>(parse_recording("", "f")); }), "f: is empty; record the run again");
  EXPECT_EQ(refusal([&] { static_cast<void>(parse_recording("hello, world", "f")); }),
            "f: is not a recording; exoscope run SCENARIO --trace FILE makes one");
  std::string other = whole;
  other[8] = 9;
  EXPECT_EQ(refusal([&] { static_cast<void>(parse_recording(other, "f")); }),
            "f: is a recording of version 9, this explorer reads version 2; record the run again");
  EXPECT_NE(refusal([&] { static_cast<void>(parse_recording(whole.substr(0, 30), "f")); }).find("cut off"),
            std::string::npos);
  EXPECT_NE(refusal([&] { static_cast<void>(read_recording(file("none"))); }).find("No such file"), std::string::npos);
  EXPECT_NE(refusal([&] { static_cast<void>(read_recording(folder.string())); }).find("Is a directory"),
            std::string::npos);
  EXPECT_NE(refusal([&] { static_cast<void>(read_recording("/dev/zero")); }).find("not a recording"),
            std::string::npos);
  EXPECT_NE(refusal([&] { static_cast<void>(read_recording("/dev/null")); }).find("is empty"), std::string::npos);
}

TEST_F(Recordings, AHostileSizeDoesNotMakeTheReaderAllocate) {
  write(file("a"), make_records(10));
  std::string bytes = bytes_of(file("a")).substr(0, 12);
  bytes += std::string("HEAD") + std::string(16, '\xff') + std::string(100, 'x');
  EXPECT_NE(refusal([&] { static_cast<void>(parse_recording(bytes, "f")); }).find("damaged"), std::string::npos);
}

TEST_F(Recordings, ABrokenOffRunKeepsItsRecordsAndSaysSo) {
  const auto records = make_records(5'000);
  { RecordingWriter(file("a"), header).append(records); }
  const Recording read = read_recording(file("a"));
  EXPECT_EQ(read.records.size(), 5'000u);
  EXPECT_FALSE(read.ended);
  EXPECT_NE(read.warning, "");
}

TEST_F(Recordings, WhatIsNotARecordingIsNotOverwritten) {
  std::ofstream(file("notes.txt")) << "my notes";
  EXPECT_NE(refusal([&] { RecordingWriter(file("notes.txt"), header); }).find("left alone"), std::string::npos);
  EXPECT_EQ(bytes_of(file("notes.txt")), "my notes");
  write(file("a"), make_records(5'000));
  write(file("a"), make_records(10));
  EXPECT_EQ(read_recording(file("a")).records.size(), 10u);
}

TEST_F(Recordings, TwoWritersOfOneFileAreRefused) {
  const RecordingWriter first(file("a"), header);
  EXPECT_NE(refusal([&] { RecordingWriter(file("a"), header); }).find("another explorer"), std::string::npos);
}

TEST_F(Recordings, AFolderThatIsNotThereIsRefused) {
  EXPECT_NE(refusal([&] { RecordingWriter(file("no/such/folder"), header); }).find("No such file"), std::string::npos);
}

TEST_F(Recordings, AFullDeviceIsOneClearLine) {
  EXPECT_NE(refusal([&] { RecordingWriter("/dev/full", header); }).find("No space left on device"), std::string::npos);
}

// In a child process, because the limit is the process's.
TEST_F(Recordings, AFullDiskKeepsEveryCompleteBlock) {
  const std::string path = file("limited");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const rlimit limit{100'000, 100'000};
    int refusals = 0;
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(90);
    RecordingWriter writer(path, header);
    for (int i = 0; i < 30; ++i) {
      try {
        writer.append(make_records(1'000));
      } catch (const InputError& error) {
        if (std::string(error.what()).find("the first ") == std::string::npos) ::_exit(91);
        ++refusals;
      }
    }
    writer.finish();
    ::_exit(writer.failed() ? refusals : 92);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << status;
  EXPECT_EQ(WEXITSTATUS(status), 1) << "one refusal, then silence";
  const Recording read = read_recording(path);
  EXPECT_GE(read.records.size(), kRecordsPerBlock);
  EXPECT_EQ(read.records.size() % kRecordsPerBlock, 0u);
  EXPECT_FALSE(read.ended);
  EXPECT_LE(fs::file_size(path), 100'000u);
}

}  // namespace
}  // namespace exo::connection
