// Names, lines and inlined functions of a program whose source the test knows.
#include "explorer/debugger/symbols.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "explorer/common/error.hpp"
#include "tests/host/debugger/programs.hpp"

namespace exo::test {
namespace {

using debugger::Call;
using debugger::Symbols;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kSource = "tests/host/debugger/fixture.cpp";

Symbols& fixture() { return symbols_of("debugger_fixture"); }

std::vector<std::string> names(const std::vector<Call>& calls) {
  std::vector<std::string> found;
  for (const Call& call : calls) found.push_back(call.name);
  return found;
}

TEST(Symbols, FindAFunctionByTheEndOfItsName) {
  for (const char* name : {"leaf", "fixture::leaf", "exo::fixture::leaf"}) {
    const auto places = fixture().functions(name);
    ASSERT_EQ(places.size(), 1U) << name;
    EXPECT_EQ(places[0].name, "exo::fixture::leaf");
    EXPECT_FALSE(places[0].inlined);
  }
  EXPECT_TRUE(fixture().functions("eaf").empty());
  EXPECT_TRUE(fixture().functions("other::leaf").empty());
  EXPECT_TRUE(fixture().functions("").empty());
  EXPECT_TRUE(fixture().functions("::").empty());
}

TEST(Symbols, FindEveryCopyOfAnInlinedFunction) {
  const auto places = fixture().functions("inner");
  ASSERT_EQ(places.size(), 2U);
  for (const auto& place : places) {
    EXPECT_TRUE(place.inlined);
    EXPECT_THAT(names(fixture().calls_at(place.body)),
                ElementsAre("exo::fixture::inner", "exo::fixture::middle", "exo::fixture::outer"));
  }
}

TEST(Symbols, FindAssemblyByItsLabel) {
  const auto places = fixture().functions("exo_exception_entry");
  ASSERT_EQ(places.size(), 1U);
  const auto function = fixture().function_at(places[0].entry + 8);
  ASSERT_TRUE(function);
  EXPECT_EQ(function->name, "exo_exception_entry");
  EXPECT_EQ(function->entry, places[0].entry);
  const auto line = fixture().line_at(places[0].entry);
  ASSERT_TRUE(line);
  EXPECT_EQ(fixture().files()[line->file].name, "libos/base/upcall_entry.S");
  EXPECT_EQ(line->line, line_with("libos/base/upcall_entry.S", "sw      $a0, PAGE_SCRATCH"));
}

TEST(Symbols, KnowTheFunctionAtEachOfItsAddressesAndNowhereElse) {
  const auto leaf = fixture().function_at(entry_of("debugger_fixture", "leaf"));
  ASSERT_TRUE(leaf);
  ASSERT_EQ(leaf->ranges.size(), 1U);
  EXPECT_EQ(leaf->ranges[0].first, leaf->entry);
  EXPECT_GE(leaf->body, leaf->entry);
  EXPECT_LT(leaf->body, leaf->ranges[0].last);
  EXPECT_EQ(fixture().function_at(leaf->ranges[0].last - 4)->name, leaf->name);
  EXPECT_FALSE(fixture().function_at(0));
  EXPECT_FALSE(fixture().function_at(0x8010'0000));
  EXPECT_FALSE(fixture().function_at(0xffff'fffc));
}

TEST(Symbols, TellWhereAnInlinedFunctionWasCalledFrom) {
  const auto calls = fixture().calls_at(fixture().functions("inner").front().entry);
  ASSERT_EQ(calls.size(), 3U);
  ASSERT_TRUE(calls[0].from && calls[1].from);
  EXPECT_FALSE(calls[2].from);
  EXPECT_EQ(calls[1].from->line, line_with(kSource, "// outer calls middle"));
  EXPECT_EQ(calls[0].from->line, line_with(kSource, "// middle calls inner"));
  EXPECT_EQ(fixture().files()[calls[0].from->file].name, kSource);
  EXPECT_TRUE(calls[0].inlined && calls[1].inlined && !calls[2].inlined);
}

TEST(Symbols, GoFromALineToItsCodeAndBack) {
  const auto line = line_with(kSource, "// leaf's answer");
  const auto places = fixture().places_of("fixture.cpp", line);
  ASSERT_EQ(places.size(), 1U);
  EXPECT_TRUE(places[0].exact);
  ASSERT_EQ(places[0].addresses.size(), 1U);
  EXPECT_EQ(fixture().function_at(places[0].addresses[0])->name, "exo::fixture::leaf");
  EXPECT_EQ(fixture().line_at(places[0].addresses[0])->line, line);
  EXPECT_TRUE(fixture().line_at(places[0].addresses[0])->is_statement);
}

TEST(Symbols, StopInEveryInlinedCopyOfALine) {
  const auto places = fixture().places_of(kSource, line_with(kSource, "// inner's work"));
  ASSERT_EQ(places.size(), 1U);
  EXPECT_EQ(places[0].addresses.size(), 2U);
}

TEST(Symbols, SayThatALineHasNoCodeAndNameTheNextThatHas) {
  const auto asked = line_with(kSource, "// a line without code");
  const auto places = fixture().places_of("debugger/fixture.cpp", asked);
  ASSERT_EQ(places.size(), 1U);
  EXPECT_FALSE(places[0].exact);
  EXPECT_EQ(places[0].line, line_with(kSource, "// outer calls leaf"));
  EXPECT_TRUE(fixture().places_of(kSource, 100'000).empty());
  EXPECT_TRUE(fixture().places_of("nowhere.cpp", 1).empty());
  EXPECT_TRUE(fixture().places_of("xture.cpp", 1).empty());
}

TEST(Symbols, TheLineOfAFunctionIsBehindItsPrologue) {
  const auto line = line_with(kSource, "uint32_t outer(");
  const auto places = fixture().places_of(kSource, line);
  ASSERT_EQ(places.size(), 1U);
  const auto function = fixture().function_at(entry_of("debugger_fixture", "outer"));
  ASSERT_EQ(places[0].addresses.size(), 1U);
  EXPECT_EQ(places[0].addresses[0], function->body);
  EXPECT_GT(function->body, function->entry);
}

TEST(Symbols, AStatementIsAllCodeOfItsLineInThisFunction) {
  const auto places = fixture().places_of(kSource, line_with(kSource, "// leaf's work"));
  const auto ranges = fixture().statement_at(places.at(0).addresses.at(0));
  ASSERT_FALSE(ranges.empty());
  bool inside = false;
  for (const auto& range : ranges) {
    EXPECT_LT(range.first, range.last);
    inside = inside || range.holds(places[0].addresses[0]);
    for (std::uint32_t pc = range.first; pc < range.last; pc += 4) {
      EXPECT_EQ(fixture().line_at(pc)->line, places[0].line);
      EXPECT_EQ(fixture().function_at(pc)->name, "exo::fixture::leaf");
    }
  }
  EXPECT_TRUE(inside);
  EXPECT_TRUE(fixture().statement_at(0).empty());
}

TEST(Symbols, EveryStatementOfEveryProgramHoldsItsOwnAddress) {
  for (const char* program : {"kernel", "polite", "arbiter"}) {
    Symbols& symbols = symbols_of(program);
    for (const auto& code : symbols.image().code())
      for (std::uint32_t pc = code.first; pc < code.last; pc += 4) {
        if (!symbols.line_at(pc)) continue;
        const auto ranges = symbols.statement_at(pc);
        EXPECT_TRUE(std::any_of(ranges.begin(), ranges.end(), [&](const auto& one) { return one.holds(pc); }))
            << program << std::hex << " 0x" << pc;
      }
  }
}

TEST(Symbols, ListSourcesAndTheirLines) {
  const auto files = fixture().files_named("host/debugger/fixture.cpp");
  ASSERT_EQ(files.size(), 1U);
  EXPECT_TRUE(fixture().files()[files[0]].md5);
  EXPECT_THAT(fixture().lines_of(files[0]), testing::Contains(line_with(kSource, "// leaf's answer")));
  EXPECT_THAT(fixture().lines_of(files[0]), testing::Not(testing::Contains(line_with(kSource, "// a line without"))));
}

TEST(Symbols, SayWhatAProgramLacks) {
  EXPECT_EQ(fixture().problem(), "");
  const std::string stripped = path_of("polite");
  const auto at = stripped.rfind("programs/polite.elf");
  const auto loaded = Symbols::load(stripped.substr(0, at) + "boot/polite");
  Symbols& none = *loaded;
  EXPECT_THAT(none.problem(), HasSubstr("no symbols"));
  EXPECT_FALSE(none.function_at(0x0040'0020));
  EXPECT_TRUE(none.calls_at(0x0040'0020).empty());
  EXPECT_FALSE(none.line_at(0x0040'0020));
  EXPECT_TRUE(none.is_code(0x0040'0020));
}

TEST(Symbols, RefuseWhatIsNoProgram) {
  const auto refusal = [](std::string bytes) {
    try {
      Symbols symbols(std::move(bytes), "it");
      return std::string("accepted");
    } catch (const InputError& error) {
      return std::string(error.what());
    }
  };
  EXPECT_THAT(refusal(""), HasSubstr("it: not an ELF file"));
  EXPECT_THAT(refusal("\177ELF"), HasSubstr("not an ELF file"));
  EXPECT_THAT(refusal(std::string("\177ELF\2\1", 6) + std::string(100, '\0')),
              HasSubstr("not a program for this machine"));
  EXPECT_THROW((void)Symbols::load("/nowhere"), InputError);
  EXPECT_THROW((void)Symbols::load("/dev/null"), InputError);
}

}  // namespace
}  // namespace exo::test
