// Downloaded code in the machine: every instruction with the values at which arithmetic goes wrong, whole programs,
// and random ones beside the interpreter. All of it goes through verifier, compiler and processor of the guest.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "explorer/bpf/text.hpp"
#include "explorer/packets/text.hpp"
#include "explorer/session/bpf_fuzz.hpp"

namespace exo::session {
namespace {

std::shared_ptr<const connection::GuestImages> images() {
  static const auto all = std::make_shared<const connection::GuestImages>(connection::load_guest_images());
  return all;
}

struct Wanted {
  std::string what;  ///< for messages
  std::uint64_t result = 0;
  TriedProgram tried;
};

/// Lines of cells between bars; comments begin with #.
std::vector<std::vector<std::string>> rows_of(const std::string& name, std::size_t cells) {
  const char* source = std::getenv("EXOSCOPE_SOURCE_DIR");
  std::ifstream file(std::string(source == nullptr ? "." : source) + "/tests/guest/bpf/" + name);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> row;
    for (std::size_t from = 0; row.size() < cells;) {
      // "|" is an operation too, so a bar has a space on both sides.
      const std::size_t bar = row.size() + 1 == cells ? line.size() : std::min(line.find(" | ", from), line.size());
      std::string cell = line.substr(from, bar - from);
      while (cell.starts_with(' ')) cell.erase(0, 1);
      while (cell.ends_with(' ')) cell.pop_back();
      row.push_back(cell);
      from = std::min(bar + 2, line.size());
    }
    rows.push_back(row);
  }
  EXPECT_GT(rows.size(), 20u) << name;
  return rows;
}

std::uint64_t number(const std::string& text) { return std::strtoull(text.c_str(), nullptr, 0); }

void put(packets::Bytes& memory, std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) memory.push_back(std::uint8_t(value >> shift));
}

/// The operation on constants, of which the verifier knows everything, and on numbers of which it knows nothing.
void add_both_ways(std::vector<Wanted>& all, const std::vector<std::string>& row, const std::string& rest,
                   std::uint64_t result) {
  const std::string constants = fmt::format("r2 = {} ll; r3 = {} ll; ", row[1], row[2]);
  all.push_back({row[0] + ", constants", result, {{}, bpf::assemble(constants + rest)}});
  Wanted memory{row[0] + ", memory", result, {}};
  put(memory.tried.memory, number(row[1]));
  put(memory.tried.memory, number(row[2]));
  memory.tried.program = bpf::assemble("r2 = *(u64 *)(r1 + 0); r3 = *(u64 *)(r1 + 8); " + rest);
  all.push_back(std::move(memory));
}

void expect_all(const std::vector<Wanted>& all) {
  std::vector<TriedProgram> programs;
  for (const auto& wanted : all) programs.push_back(wanted.tried);
  ASSERT_EQ(programs_for_a_machine(programs), programs.size());
  const auto batch = run_batch(images(), programs, [](std::size_t) { return false; });
  ASSERT_EQ(batch.failure, "") << "after " << batch.outcomes.size();
  ASSERT_EQ(batch.outcomes.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& outcome = batch.outcomes[i];
    if (outcome.kind == Outcome::Kind::Refused) {
      ADD_FAILURE() << all[i].what << ": " << refusal_text(all[i].tried, outcome);
      continue;
    }
    EXPECT_EQ(disagreement(all[i].tried, outcome).value_or("nothing"), "nothing") << all[i].what;
    EXPECT_EQ(outcome.result, all[i].result)
        << all[i].what << fmt::format(": {:#x}, wanted {:#x}", outcome.result, all[i].result);
  }
}

TEST(Bpf, Arithmetic) {
  std::vector<Wanted> all;
  for (const auto& row : rows_of("arithmetic.txt", 4))
    add_both_ways(all, row, row[0] + "; r0 = r2; exit", number(row[3]));
  expect_all(all);
}

TEST(Bpf, Conditions) {
  std::vector<Wanted> all;
  for (const auto& row : rows_of("conditions.txt", 4))
    add_both_ways(all, row, "r0 = 1; " + row[0] + " goto yes; r0 = 0; yes: exit", row[3] == "yes");
  expect_all(all);
}

TEST(Bpf, Programs) {
  std::vector<Wanted> all;
  for (const auto& row : rows_of("programs.txt", 3))
    all.push_back({row[2], number(row[0]), {packets::parse_hex(row[1]).value(), bpf::assemble(row[2])}});
  expect_all(all);
}

void expect_nothing(const BpfFuzzPlan& plan) {
  const auto result = run_bpf_fuzz(images(), plan, [](const auto&) { return true; });
  for (const auto& finding : result.findings) {
    ADD_FAILURE() << "seed " << finding.seed << ": " << finding.text;
    for (const auto& line : finding.program) GTEST_LOG_(INFO) << line;
  }
  EXPECT_EQ(result.tried, plan.count);
  EXPECT_LE(result.closest, 1.0);
  EXPECT_TRUE(plan.bytes || result.ran > result.tried / 2) << result.ran;
}

TEST(Bpf, RandomProgramsDoWhatTheInterpreterDoes) { expect_nothing({.seed = 1'000'000, .count = 600, .bytes = false}); }
TEST(Bpf, RandomBytesShakeNothing) { expect_nothing({.seed = 1, .count = 1'500, .bytes = true}); }

}  // namespace
}  // namespace exo::session
