// What was printed, as lines; and what ended badly.
#include <gmock/gmock.h>

#include <string>

#include "explorer/model/console_lines.hpp"
#include "explorer/model/incidents.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

using abi::Event;
using abi::Note;
using model::ConsoleLines;
using model::Incident;
using ::testing::ElementsAre;

class Printed : public ::testing::Test {
 protected:
  void add(Event id, std::uint32_t env, std::initializer_list<std::uint32_t> arguments, std::uint32_t pc = 0) {
    abi::TraceRecord record{};
    record.time = 100 * (sequence_ + 1);
    record.sequence = sequence_++;
    record.event = std::uint16_t(id);
    record.environment = std::uint16_t(env);
    record.pc = pc;
    std::copy(arguments.begin(), arguments.end(), record.arguments);
    history.append(std::span(&record, 1));
  }
  /// As the kernel does it: sixteen bytes an event.
  void print(std::uint32_t env, const std::string& text) {
    for (std::size_t at = 0; at < text.size(); at += 16) {
      std::uint32_t words[4] = {};
      std::memcpy(words, text.data() + at, std::min<std::size_t>(16, text.size() - at));
      add(Event::Console, env, {words[0], words[1], words[2], words[3]});
    }
  }
  std::vector<std::string> texts() {
    lines.update(history, ~std::size_t{0});
    std::vector<std::string> out;
    for (std::size_t i = 0; i < lines.size(); ++i)
      out.push_back(std::to_string(lines[i].env) + (lines[i].mark ? "!" : " ") + std::string(lines.bytes(i)) +
                    (lines[i].open ? "..." : ""));
    return out;
  }

  model::History history;
  ConsoleLines lines;

 private:
  std::uint32_t sequence_ = 0;
};

TEST_F(Printed, PiecesOfSeveralEnvironmentsAreLinesOfEach) {
  print(2, "be");
  print(3, "three says this in more than sixteen bytes\nand");
  print(2, "gin\n\nnext");
  EXPECT_THAT(texts(),
              ElementsAre("2 begin", "3 three says this in more than sixteen bytes", "3 and...", "2 ", "2 next..."));
  print(3, " more\n");
  EXPECT_EQ(texts()[2], "3 and more");
  EXPECT_EQ(lines[0].event, 1u);
  EXPECT_EQ(lines.who(), 0b1100u);
}

TEST_F(Printed, ALineIsCutWhereTheCursorIs) {
  print(2, "one ");
  print(3, "x\n");
  print(2, "two ");
  print(2, "three\nfour");
  (void)texts();
  const auto at = [&](model::EventNumber event) { return lines.bytes_at(history, 0, event); };
  EXPECT_EQ(at(1), "one ");
  EXPECT_EQ(at(2), "one ");
  EXPECT_EQ(at(3), "one two ");
  EXPECT_EQ(at(4), "one two three");
  EXPECT_EQ(lines.line_at(1), 0u);
  EXPECT_EQ(lines.line_at(3), 1u);
  EXPECT_EQ(lines.line_at(0), lines.size());
}

TEST_F(Printed, HostileBytesAreShownSafely) {
  print(2, std::string("\x1b[31mred\x07 \xff\tt\r\n", 16));
  (void)texts();
  const std::string shown = model::console_text(lines.bytes(0));
  for (const char c : shown) EXPECT_TRUE(c >= ' ' && c <= '~') << int(c);
  EXPECT_NE(shown.find("red"), std::string::npos);
}

TEST_F(Printed, MemoryIsBounded) {
  for (int i = 0; i < 30'000; ++i) print(2, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
  for (int i = 0; i < 600; ++i) print(3, "a line that has no end, not for a long time yet.");
  (void)texts();
  EXPECT_LE(lines.size(), ConsoleLines::kMostLines);
  EXPECT_GT(lines.gone(), 0u);
  EXPECT_LE(lines.bytes(lines.size() - 1).size(), ConsoleLines::kLongest);
  EXPECT_LT(lines.memory_bytes(), std::size_t(64) * 1024 * 1024);
  EXPECT_EQ(lines.gone() + lines.size(), 480'000u + (600 * 48 + ConsoleLines::kLongest - 1) / ConsoleLines::kLongest);
}

TEST_F(Printed, ALittleAtATimeIsTheSame) {
  for (int i = 0; i < 200; ++i) print(std::uint32_t(2 + i % 3), "line " + std::to_string(i) + (i % 4 == 0 ? "" : "\n"));
  ConsoleLines slowly;
  while (slowly.scanned() < history.size()) slowly.update(history, 3);
  const auto all = texts();
  ASSERT_EQ(slowly.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(slowly.bytes(i), lines.bytes(i));
}

TEST_F(Printed, WhatEndedBadlyStandsBetweenTheLines) {
  print(2, "before\nopen");
  add(Event::Noted, 2, {std::uint32_t(Note::Crashed), 2, 0x500, 0x400100});
  add(Event::Noted, 2, {std::uint32_t(Note::Round), 2});
  add(Event::EnvKilled, 2, {2, std::uint32_t(abi::Reason::Exited), 1});
  add(Event::EnvGone, 2, {2});
  EXPECT_THAT(texts(), ElementsAre("2 before", "2 open", "2!"));
}

TEST_F(Printed, AnIncidentIsWhatNobodyAskedFor) {
  add(Event::Noted, 2, {std::uint32_t(Note::Crashed), 3, 0x500, 0x400100});
  add(Event::EnvKilled, 2, {2, std::uint32_t(abi::Reason::Exited), 1});
  add(Event::Noted, 3, {std::uint32_t(Note::AssertionFailed), 31, 0x400200});
  add(Event::Noted, 3, {std::uint32_t(Note::CheckFailed), 32, 5, 6});
  add(Event::ControlTaken, 0, {std::uint32_t(abi::ControlOp::Kill) | 3u << 16});
  add(Event::EnvKilled, 4, {3, std::uint32_t(abi::Reason::Killed), 0});
  add(Event::EnvKilled, 4, {5, std::uint32_t(abi::Reason::Killed), 0});
  add(Event::EnvKilled, 4, {4, std::uint32_t(abi::Reason::Faulted), 13}, 0x400300);
  add(Event::Panic, 0, {0x80101000, 7});
  model::Incidents found;
  found.update(history);
  ASSERT_EQ(found.all().size(), 6u);
  const auto& all = found.all();
  EXPECT_EQ(all[0].kind, Incident::Kind::Crashed);
  EXPECT_EQ(all[0].pc, 0x400100u);
  EXPECT_EQ(all[0].address, 0x500u);
  EXPECT_EQ(all[1].kind, Incident::Kind::Failed);
  EXPECT_EQ(all[1].line, 31u);
  EXPECT_EQ(all[1].pc, 0x400200u);
  EXPECT_TRUE(all[2].compares);
  EXPECT_EQ(all[2].got, 5u);
  EXPECT_EQ(all[3].env, 5u) << "killed by another environment, not by a command";
  EXPECT_EQ(all[3].actor, 4u);
  EXPECT_EQ(all[4].pc, 0x400300u);
  EXPECT_EQ(all[5].kind, Incident::Kind::Panicked);
  EXPECT_EQ(all[5].event, 9u);
}

TEST_F(Printed, MillionsOfIncidentsAreCountedAndTheFirstAreKept) {
  for (int i = 0; i < 1'000; ++i) add(Event::Noted, 2, {std::uint32_t(Note::Crashed), 2, 0, 0});
  model::Incidents found;
  found.update(history);
  EXPECT_EQ(found.count(), 1'000u);
  EXPECT_EQ(found.all().size(), model::Incidents::kMost);
  EXPECT_EQ(found.all().front().event, 1u);
}

TEST_F(Printed, AnythingAtAllIsRead) {
  for (const auto& record : hostile_records(7, 20'000)) history.append(std::span(&record, 1));
  (void)texts();
  for (std::size_t i = 0; i < lines.size(); ++i) (void)model::console_text(lines.bytes_at(history, i, lines[i].event));
  model::Incidents found;
  found.update(history);
  EXPECT_LE(found.all().size(), model::Incidents::kMost);
}

}  // namespace
}  // namespace exo::test
