// What variables hold, in a program that runs on the host: the text is compared with what the source says.
#include "explorer/debugger/values.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/debugger/little_machine.hpp"
#include "tests/host/debugger/programs.hpp"

namespace exo::test {
namespace {

using debugger::Environment;
using debugger::Scope;
using debugger::Stack;
using debugger::StackSource;
using debugger::Value;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr Environment kUs = 7;
constexpr const char* kFixture = "debugger_fixture";
constexpr const char* kSource = "tests/host/debugger/fixture.cpp";

debugger::Symbols& fixture() { return symbols_of(kFixture); }

class Values : public testing::Test {
 protected:
  void run_to(const std::string& function, std::vector<std::uint32_t> arguments, const std::string& line = "") {
    machine_.call(entry_of(kFixture, function), std::move(arguments));
    if (!line.empty()) {
      const auto places = fixture().places_of(kSource, line_with(kSource, line));
      ASSERT_FALSE(places.empty() || places[0].addresses.empty());
      while (std::find(places[0].addresses.begin(), places[0].addresses.end(), machine_.registers.pc) ==
             places[0].addresses.end())
        ASSERT_TRUE(machine_.step());
    }
    stack_ = unwind({machine_.registers}, kUs, source_);
  }
  Scope scope(std::size_t frame = 0) { return {fixture(), stack_, frame, source_}; }
  std::string text(const std::string& name, std::size_t frame = 0) {
    Scope here = scope(frame);
    const auto found = here.find(name);
    return found ? here.text(*found) : "(none)";
  }
  std::vector<std::string> rows(const Value& value) {
    Scope here = scope();
    std::vector<std::string> found;
    for (const Value& child : here.children(value)) {
      const debugger::ValueRow row = here.row(child);
      found.push_back(fmt::format("{}: {} = {}", row.name, row.type, row.text));
    }
    return found;
  }

  LittleMachine machine_{fixture()};
  StackSource source_{[this](Environment env, std::uint32_t address, std::span<std::byte> out) {
                        return env == kUs && machine_.read(address, out);
                      },
                      [](Environment) { return &fixture(); }, kUs};
  Stack stack_;
};

TEST_F(Values, OfEveryKindOfType) {
  run_to("leaf", {1});
  Scope here = scope();
  const auto everything = here.find("everything");
  ASSERT_TRUE(everything);
  EXPECT_EQ(here.types().name(everything->type), "exo::fixture::Everything");
  const auto names = rows(*everything);
  EXPECT_THAT(
      names,
      ElementsAre(
          "point: exo::fixture::Point = {{number = 11}, x = -2, y = 300, colour = Colour::Blue, low = 9, middle = 291, "
          "high = -5}",
          StartsWith(
              "points: exo::fixture::Table<exo::fixture::Point, 3U> = {rows = {{{number = 1}, x = 1, y = 1, colour = "
              "Colour::Red"),
          "text: char[12] = \"hello\"", testing::MatchesRegex("words: const char\\* = 0x[0-9a-f]+ \"world\""),
          "grid: uint32_t[2][3] = {{1, 2, 3}, {4, 5, 6}}", "yes: bool = true", "no: bool = false",
          "wide: uint64_t = 1234605616436508552 (0x1122334455667788)",
          testing::MatchesRegex("list: exo::fixture::Node\\* = 0x[0-9a-f]+"), "plain: exo::fixture::Plain = kSecond",
          testing::MatchesRegex("hook: void\\(\\*\\)\\(uint32_t\\) = 0x[0-9a-f]+ exo::fixture::nothing"),
          "reference: uint32_t& = 42", "small: volatile int8_t = -7", "fraction: float = 1.5"));
}

TEST_F(Values, AreATree) {
  run_to("leaf", {1});
  Scope here = scope();
  const auto everything = here.find("fixture::everything");
  ASSERT_TRUE(everything);
  const auto points = here.member(*everything, "points");
  ASSERT_TRUE(points);
  const auto table = here.member(*points, "rows");
  ASSERT_TRUE(table);
  EXPECT_EQ(here.children(*table).size(), 3U);
  EXPECT_EQ(here.children(*table, 1, 1).size(), 1U);
  const Value last = here.element(*table, 2);
  EXPECT_EQ(here.text(*here.member(last, "colour")), "Colour(9)");
  EXPECT_EQ(here.text(*here.member(last, "number")), "3");  // of the base
  const auto list = here.member(*everything, "list");
  ASSERT_TRUE(list && here.has_children(*list));
  const Value node = here.children(*list).at(0);
  EXPECT_THAT(here.text(*here.member(node, "name")), HasSubstr("\"first\""));
  const Value next = here.target(*here.member(node, "next"));
  EXPECT_THAT(here.text(*here.member(next, "name")), HasSubstr("\"second\""));
  EXPECT_EQ(here.text(*here.member(*here.member(next, "word"), "bytes")), "{1, 2, 3, 4}");
  EXPECT_EQ(here.text(*here.member(next, "next")), "nullptr");
  EXPECT_FALSE(here.has_children(*here.member(next, "next")));
  EXPECT_FALSE(here.member(next, "nothing"));
}

TEST_F(Values, OfArgumentsWhileTheyAreThere) {
  run_to("leaf", {1234});
  EXPECT_EQ(text("value"), "1234");
  Scope here = scope();
  const auto locals = here.locals();
  ASSERT_EQ(locals.size(), 1U);
  EXPECT_TRUE(locals[0].argument);
  EXPECT_EQ(locals[0].in_register, std::optional<std::uint32_t>(4));
}

TEST_F(Values, OfInlinedFunctionsAndThoseAroundThem) {
  run_to("outer", {5, 0x0040'8000}, "// inner's work");
  ASSERT_GE(stack_.frames.size(), 3U);
  EXPECT_EQ(stack_.frames[0].function, "exo::fixture::inner");
  EXPECT_EQ(text("amount", 0), "optimised out");  // the sum was never made
  EXPECT_EQ(text("amount", 1), "5");
  EXPECT_EQ(text("first_argument", 2), "5");
  EXPECT_EQ(text("amount", 2), "(none)");
  const auto again = fixture().functions("inner").back().entry;
  while (machine_.registers.pc != again) ASSERT_TRUE(machine_.step());
  stack_ = unwind({machine_.registers}, kUs, source_);
  EXPECT_EQ(text("amount", 0), "2");
}

TEST_F(Values, AtTheEntryOfAFunctionAsItsCallerKnowsThem) {
  run_to("main", {}, "// large calls leaf");
  const auto leaf = entry_of(kFixture, "leaf");
  while (machine_.registers.pc != leaf) ASSERT_TRUE(machine_.step());
  machine_.step();
  stack_ = unwind({machine_.registers}, kUs, source_);
  ASSERT_EQ(stack_.frames[1].function, "exo::fixture::large");
  machine_.registers.general[4] = 99;  // leaf may
  EXPECT_EQ(text("size", 1), "3");
}

TEST_F(Values, OfCallersAreThoseBehindTheCall) {
  // At the end of the recursion, each level has its own depth, or says that it is gone: never another's.
  run_to("recursive", {4}, "// leaf's work");
  std::size_t levels = 0, known = 0;
  for (std::size_t i = 0; i < stack_.frames.size(); ++i) {
    if (stack_.frames[i].function != "exo::fixture::recursive") continue;
    const std::string depth = text("depth", i);
    if (depth == std::to_string(levels))
      ++known;
    else
      EXPECT_TRUE(depth.find("not kept") != std::string::npos || depth == "optimised out") << depth;
    ++levels;
  }
  EXPECT_EQ(levels, 5U);
  EXPECT_GE(known, 1U);
}

TEST_F(Values, OnTheStack) {
  run_to("large", {3}, "// large calls leaf");
  Scope here = scope();
  const auto buffer = here.find("buffer");
  ASSERT_TRUE(buffer && buffer->address);
  EXPECT_THAT(here.text(*buffer), StartsWith("{3, 4, 5, 6, 7, 8, 9, 10, ..."));
  EXPECT_EQ(here.children(*buffer).size(), 64U);
  EXPECT_EQ(here.types().name(buffer->type), "volatile uint32_t[64]");
}

TEST_F(Values, OfGlobalsByTheEndOfTheirNames) {
  run_to("leaf", {1});
  EXPECT_EQ(text("target"), "42");
  EXPECT_EQ(text("fixture::target"), "42");
  EXPECT_EQ(text("::exo::fixture::target"), "42");
  EXPECT_EQ(text("hidden"), "3");
  EXPECT_EQ(text("nowhere::target"), "(none)");
  EXPECT_EQ(text(""), "(none)");
  Scope here = scope();
  std::vector<std::string> names;
  for (const Value& value : here.globals()) names.push_back(value.name);
  EXPECT_THAT(names, testing::IsSupersetOf({"exo::fixture::target", "exo::fixture::everything",
                                            "exo::fixture::(anonymous namespace)::hidden"}));
  EXPECT_EQ(here.globals(2).size(), 2U);
}

TEST_F(Values, ThatCannotBeReadSaySo) {
  run_to("leaf", {1});
  const auto at = scope().find("everything");
  StackSource blind{[](Environment, std::uint32_t, std::span<std::byte>) { return false; },
                    [](Environment) { return &fixture(); }, kUs};
  Scope here(fixture(), stack_, 0, blind);
  EXPECT_THAT(here.text(*here.find("everything")), HasSubstr("can't be read"));
  EXPECT_THAT(here.text(*here.member(*here.find("everything"), "list")), HasSubstr("can't be read"));
  EXPECT_FALSE(here.number(*here.find("target")));
}

// Every variable of every program can be asked for at every line, and says something.
TEST_F(Values, OfEveryFunctionOfTheKernelAtEachOfItsLines) {
  debugger::Symbols& kernel = symbols_of("kernel");
  StackSource zeros{[](Environment, std::uint32_t, std::span<std::byte> out) {
                      std::fill(out.begin(), out.end(), std::byte{0});
                      return true;
                    },
                    [&](Environment) { return &kernel; }, kUs};
  std::size_t shown = 0, there = 0;
  for (const auto& code : kernel.image().code()) {
    for (std::uint32_t pc = code.first; pc < code.last; pc += 64) {
      debugger::Registers registers;
      registers.pc = pc;
      registers.general[29] = 0x8012'0000;
      const Stack stack = unwind({registers}, debugger::kKernel, zeros, 4);
      for (std::size_t i = 0; i < stack.frames.size(); ++i) {
        Scope here(kernel, stack, i, zeros);
        for (const Value& value : here.locals()) {
          EXPECT_FALSE(value.name.empty());
          EXPECT_FALSE(here.text(value).empty()) << value.name << std::hex << pc;
          EXPECT_EQ(here.text(value).find("not understood"), std::string::npos) << here.text(value);
          EXPECT_EQ(here.text(value).find("a type that"), std::string::npos) << value.name << " " << here.text(value);
          ++shown;
          there += value.available() ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(shown, 5000U);
  EXPECT_GT(there, shown / 2);
}

}  // namespace
}  // namespace exo::test
