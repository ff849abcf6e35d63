// Packet by packet: what gdb asks, and what it is told, on a machine of three environments.
#include "explorer/remote/conversation.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "explorer/remote/description.hpp"
#include "explorer/remote/text.hpp"
#include "tests/host/remote/gdb_client.hpp"
#include "tests/host/remote/small_machine.hpp"

namespace exo::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Remote : public ::testing::Test {
 protected:
  std::string word(std::uint32_t value) { return remote::register_hex(value, 4); }
  /// Address of a symbol's instruction is of no concern here: where an environment stands after some of its steps.
  std::uint32_t pc_after(int steps, debugger::Environment env) {
    SmallMachine other(EXO_TEST_PROGRAMS);
    for (int i = 0; i < steps; ++i) {
      other.move({debugger::Motion::Kind::Instruction, debugger::Direction::Forward, env});
      static_cast<void>(other.poll({}));
    }
    return other.registers(env)->pc;
  }
  SmallMachine machine{EXO_TEST_PROGRAMS};
  GdbClient gdb{machine};
};

TEST_F(Remote, SaysWhatItSupports) {
  const std::string answer = gdb.send("qSupported:multiprocess+;swbreak+;hwbreak+");
  for (const char* feature : {"PacketSize=", "multiprocess+", "ReverseStep+", "ReverseContinue+", "vContSupported+",
                              "qXfer:features:read+", "qXfer:threads:read+", "qXfer:exec-file:read+", "swbreak+"})
    EXPECT_THAT(answer, HasSubstr(feature));
  EXPECT_THAT(gdb.send("qSupported:xmlRegisters=i386"), Not(HasSubstr("multiprocess")));
  EXPECT_EQ(gdb.send("vMustReplyEmpty"), "");
  EXPECT_EQ(gdb.send("qCRC:0,4"), "");
}

TEST_F(Remote, AcknowledgesUntilItIsToldNotTo) {
  remote::Conversation conversation(machine);
  conversation.feed("$qC#b4");
  EXPECT_EQ(conversation.take_output(), "+$QC40#f8") << "a client that said nothing has no processes";
}

TEST_F(Remote, EveryEnvironmentIsAProcessFromTheBeginning) {
  EXPECT_EQ(gdb.send("qfThreadInfo"), "mp1.1,p2.2,p3.3,p40.40");
  EXPECT_EQ(gdb.send("qsThreadInfo"), "l");
  const std::string list = gdb.send("qXfer:threads:read::0,1000");
  EXPECT_THAT(list, HasSubstr(R"(<thread id="p3.3" core="0" name="late">not there yet</thread>)"));
  EXPECT_THAT(gdb.send("qXfer:exec-file:read:2:0,ff0"), testing::EndsWith("/second.elf"));
  EXPECT_EQ(gdb.send("qXfer:exec-file:read:9:0,ff0"), "E02");
  EXPECT_EQ(gdb.send("Tp2.2"), "OK");
  EXPECT_EQ(gdb.send("Tp9.9"), "E16");
  EXPECT_EQ(gdb.send("?"), "T05thread:p40.40;");
}

TEST_F(Remote, DocumentsComeInParts) {
  std::string whole, part;
  do {
    part = gdb.send(fmt::format("qXfer:features:read:target.xml:{:x},100", whole.size()));
    ASSERT_FALSE(part.empty());
    whole += part.substr(1);
  } while (part[0] == 'm');
  EXPECT_EQ(part[0], 'l');
  EXPECT_EQ(whole, remote::target_description());
  EXPECT_THAT(whole, HasSubstr("<reg name=\"entryhi\""));
  EXPECT_EQ(gdb.send("qXfer:features:read:target.xml:ffffff,100"), "l");
  EXPECT_EQ(gdb.send("qXfer:features:read:other.xml:0,100"), "E00");
  EXPECT_EQ(gdb.send("qXfer:features:read:target.xml:0"), "E16");
  EXPECT_EQ(gdb.send("qXfer:auxv:read::0,100"), "");
}

TEST_F(Remote, RegistersAreOfTheChosenEnvironment) {
  EXPECT_EQ(gdb.send("Hgp1.1"), "OK");
  const auto registers = machine.registers(SmallMachine::kFirst);
  EXPECT_EQ(gdb.send("p25"), word(registers->pc));
  EXPECT_EQ(gdb.send("p1d"), word(registers->general[29]));
  EXPECT_EQ(gdb.send("p26"), "xxxxxxxx") << "nobody knows what the floating-point unit holds";
  EXPECT_EQ(gdb.send(fmt::format("p{:x}", remote::register_count())), "E16");
  EXPECT_EQ(gdb.send("g").size(), 8 * (remote::register_count() - 1) + 16);
  EXPECT_EQ(gdb.send("Hgp3.0"), "OK");
  EXPECT_EQ(gdb.send("p1d"), "xxxxxxxx") << "it is not there yet";
  EXPECT_EQ(gdb.send("Hgp9.9"), "E16");
}

TEST_F(Remote, MemoryIsOfTheChosenEnvironmentAndTheKernelsOfAll) {
  EXPECT_EQ(gdb.send("Hgp1.1"), "OK");
  const std::string first = gdb.send("m400000,40");
  EXPECT_EQ(first.size(), 0x80u);
  EXPECT_EQ(gdb.send("Hgp2.2"), "OK");
  EXPECT_NE(gdb.send("m400000,40"), first);
  const std::string kernel = gdb.send("m80100000,10");
  EXPECT_EQ(kernel.size(), 0x20u);
  EXPECT_EQ(gdb.send("mffffffff80100000,10"), kernel);
  EXPECT_EQ(gdb.send("m10,10"), "E0e");
  EXPECT_EQ(gdb.send("m7ffeffe0,2000").size(), 0x40u) << "as much as there is";
  EXPECT_EQ(gdb.send("m7ffeff00,ffffffff").size(), 0x200u);
  EXPECT_EQ(gdb.send("m400000"), "E16");
}

TEST_F(Remote, NothingIsWritten) {
  for (const char* packet : {"M400000,1:00", "X400000,1:a", "P25=00000000", "G00"})
    EXPECT_THAT(gdb.send(packet), StartsWith("E.what is written would not be what happened")) << packet;
  gdb.send("vCont;s:p1.1");
  EXPECT_THAT(gdb.console, StartsWith("O")) << "and the console says it";
}

TEST_F(Remote, ABreakpointIsInOneEnvironment) {
  const std::uint32_t pc = pc_after(4, SmallMachine::kFirst);
  gdb.send("Hgp1.1");
  EXPECT_EQ(gdb.send(fmt::format("Z0,{:x},4", pc)), "OK");
  EXPECT_THAT(gdb.send("vCont;c"), StartsWith("T05swbreak:;thread:p1.1;25:" + word(pc)));
  EXPECT_EQ(gdb.send(fmt::format("z0,{:x},4", pc)), "OK");
  gdb.send("Hgp2.2");
  EXPECT_EQ(gdb.send(fmt::format("Z1,{:x},4", pc_after(4, SmallMachine::kSecond))), "OK");
  EXPECT_THAT(gdb.send("vCont;c"), StartsWith("T05hwbreak:;thread:p2.2;"));
  ASSERT_EQ(machine.places().size(), 1u);
  EXPECT_EQ(machine.places()[0].env, SmallMachine::kSecond);
}

TEST_F(Remote, WhatIsNotResumedDoesNotStop) {
  gdb.send("Hgp1.1");
  gdb.send(fmt::format("Z0,{:x},4", pc_after(20, SmallMachine::kFirst)));
  gdb.send("Hgp2.2");
  gdb.send(fmt::format("Z0,{:x},4", pc_after(10, SmallMachine::kSecond)));
  EXPECT_THAT(gdb.send("vCont;c:p2.2"), StartsWith("T05swbreak:;thread:p2.2;"));
  EXPECT_EQ(gdb.send("Hcp2.2"), "OK");
  EXPECT_THAT(gdb.send("bc"), StartsWith("T05replaylog:begin;thread:p2.2;"));
  EXPECT_THAT(gdb.send("vCont;c:p2.-1;c"), StartsWith("T05swbreak:;thread:p1.1;"));
}

TEST_F(Remote, AStepStopsInItsEnvironmentOnly) {
  gdb.send("Hgp2.2");
  gdb.send(fmt::format("Z0,{:x},4", pc_after(3, SmallMachine::kSecond)));
  std::string answer;
  for (int i = 0; i < 60; ++i) {
    answer = gdb.send("vCont;s:p1.1;c");
    ASSERT_THAT(answer, StartsWith("T05thread:p1.1;"));
  }
  EXPECT_THAT(answer, HasSubstr("25:" + word(pc_after(60, SmallMachine::kFirst))));
  EXPECT_GT(machine.instant(), 60u + SmallMachine::kSlice);
}

TEST_F(Remote, AStepOverARangeStopsOutsideOfIt) {
  const std::uint32_t begin = pc_after(1, SmallMachine::kFirst);
  EXPECT_THAT(gdb.send("vCont;s:p1.1"), HasSubstr("25:" + word(begin)));
  EXPECT_THAT(gdb.send(fmt::format("vCont;r{:x},{:x}:p1.1", begin, begin + 12)),
              HasSubstr("25:" + word(pc_after(4, SmallMachine::kFirst))));
  const std::uint32_t second = pc_after(6, SmallMachine::kFirst);
  gdb.send("Hgp1.1");
  EXPECT_EQ(gdb.send(fmt::format("Z0,{:x},4", second)), "OK");
  EXPECT_THAT(gdb.send("vCont;r400000,410000:p1.1"), HasSubstr("25:" + word(second))) << "or at a breakpoint within it";
}

TEST_F(Remote, BackIsTheSameWay) {
  for (int i = 0; i < 70; ++i) gdb.send("vCont;s:p1.1");
  EXPECT_EQ(gdb.send("Hcp1.1"), "OK");
  for (int i = 69; i > 65; --i)
    EXPECT_THAT(gdb.send("bs"), StartsWith("T05thread:p1.1;25:" + word(pc_after(i, SmallMachine::kFirst)))) << i;
  gdb.send("Hgp1.1");
  gdb.send(fmt::format("Z0,{:x},4", pc_after(10, SmallMachine::kFirst)));
  EXPECT_EQ(gdb.send("Hc0"), "OK");
  EXPECT_THAT(gdb.send("bc"), StartsWith("T05swbreak:;thread:p1.1;"));
  gdb.send(fmt::format("z0,{:x},4", pc_after(10, SmallMachine::kFirst)));
  EXPECT_THAT(gdb.send("bc"), StartsWith("T05replaylog:begin;thread:p40.40;"));
  EXPECT_EQ(machine.instant(), 0u);
  EXPECT_THAT(gdb.send("c"), StartsWith("T05replaylog:end;"));
}

TEST_F(Remote, WatchesDataBothWays) {
  gdb.send("Hgp1.1");
  const std::uint32_t stack = machine.registers(SmallMachine::kFirst)->general[29];
  EXPECT_EQ(gdb.send(fmt::format("Z2,{:x},4", stack - 4)), "OK");
  EXPECT_THAT(gdb.send("vCont;c"), StartsWith(fmt::format("T05watch:{:x};thread:p1.1;", stack - 4)));
  const auto after = machine.instant();
  EXPECT_THAT(gdb.send("bc"), StartsWith("T05watch:"));
  EXPECT_EQ(machine.instant(), after - 1) << "before the write";
  EXPECT_EQ(gdb.send(fmt::format("Z2,{:x},0", stack)), "E16");
  EXPECT_EQ(gdb.send("Z2,fffffffc,8"), "E16");
  EXPECT_EQ(gdb.send("Z5,0,4"), "");
  EXPECT_EQ(gdb.send("Z0,400001,4"), "E16");
}

TEST_F(Remote, AnInterruptStopsWhatRuns) {
  machine.never_ends = true;
  gdb.conversation.feed(connection::frame_packet("vCont;c"));
  gdb.conversation.work(std::chrono::milliseconds(1));
  EXPECT_TRUE(gdb.conversation.moves());
  EXPECT_EQ(gdb.conversation.take_output(), "");
  gdb.conversation.feed("\x03");
  EXPECT_THAT(gdb.receive(), StartsWith("T02thread:"));
}

TEST_F(Remote, MonitorAnswersOnTheConsole) {
  EXPECT_EQ(gdb.send("qRcmd," + remote::to_hex(std::string_view("envs"))), "OK");
  EXPECT_EQ(gdb.console, "O" + remote::to_hex(std::string_view("1 first\n2 second\n3 late\n")));
  gdb.console.clear();
  gdb.send("qRcmd," + remote::to_hex(std::string_view("programs")));
  const auto text = remote::from_hex(gdb.console.substr(1));
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("2\tsecond\t" EXO_TEST_PROGRAMS "/second.elf\n"));
  EXPECT_EQ(gdb.send("qRcmd,abc"), "E16");
}

TEST_F(Remote, GoesToAnInstant) {
  EXPECT_EQ(gdb.send("qRcmd," + remote::to_hex(std::string_view("goto 3000"))), "OK");
  EXPECT_THAT(gdb.send("vCont;c"), StartsWith("T00thread:"));
  EXPECT_EQ(machine.instant(), 3'000u);
  EXPECT_EQ(gdb.send("p4a"), remote::register_hex(3'000, 8));
  EXPECT_EQ(gdb.send("qRcmd," + remote::to_hex(std::string_view("goto nowhere"))), "OK");
  EXPECT_THAT(gdb.send("bs"), StartsWith("T05thread:")) << "which is an ordinary step";
}

TEST_F(Remote, SomebodyElseMovingIsToldWithTheNextStop) {
  const auto command = [&](std::string_view line) { return gdb.send("qRcmd," + remote::to_hex(line)); };
  const auto said = [&] { return remote::from_hex(gdb.console.substr(1)).value_or(""); };
  gdb.send("vCont;s:p1.1");
  const std::string registers = gdb.send("g");
  machine.jump(4'321);
  EXPECT_EQ(gdb.send("g"), registers) << "of the moment that gdb shows";
  EXPECT_EQ(gdb.send("m400000,4"), "E0e");
  gdb.console.clear();
  EXPECT_EQ(command("moved"), "OK");
  EXPECT_EQ(said(), "yes\n");
  gdb.console.clear();
  EXPECT_THAT(gdb.send("vCont;s:p1.1;c"), StartsWith("T00thread:"));
  EXPECT_EQ(machine.instant(), 4'321u) << "gdb sees where it stands before it moves";
  EXPECT_THAT(gdb.console, StartsWith("O"));
  EXPECT_EQ(gdb.send("m400000,4").size(), 8u);
  // It looks again without a motion.
  machine.jump(5'432);
  gdb.console.clear();
  EXPECT_EQ(command("look"), "OK");
  EXPECT_EQ(gdb.send("p4a"), remote::register_hex(5'432, 8));
  EXPECT_EQ(gdb.send("m400000,4").size(), 8u);
  EXPECT_EQ(machine.instant(), 5'432u);
  // To stay is to stay where it stands when gdb goes on.
  EXPECT_EQ(command("here"), "OK");
  machine.jump(6'543);
  EXPECT_THAT(gdb.send("vCont;c"), StartsWith("T00thread:"));
  EXPECT_EQ(machine.instant(), 6'543u);
}

TEST_F(Remote, LeavingTakesTheBreakpointsAway) {
  {
    GdbClient other(machine);
    other.send("Hgp1.1");
    other.send("Z0,400000,4");
    other.send("vCont;c");
    EXPECT_EQ(machine.places().size(), 1u);
    EXPECT_EQ(other.send("D;1"), "OK");
    EXPECT_EQ(other.send("qfThreadInfo"), "mp2.2,p3.3,p40.40");
    EXPECT_EQ(other.send("vAttach;1"), "T05thread:p1.1;");
    EXPECT_EQ(other.send("vKill;2"), "OK");
    EXPECT_EQ(other.send("qfThreadInfo"), "mp1.1,p3.3,p40.40");
  }
  EXPECT_TRUE(machine.places().empty());
  gdb.conversation.feed(connection::frame_packet("k"));
  EXPECT_TRUE(gdb.conversation.over());
}

}  // namespace
}  // namespace exo::test
