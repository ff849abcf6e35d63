// A real gdb-multiarch on the small machine: what a user types, and what is shown.
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "explorer/remote/server.hpp"
#include "tests/host/remote/gdb_process.hpp"
#include "tests/host/remote/small_machine.hpp"

namespace exo::test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class Gdb : public ::testing::Test {
 protected:
  Gdb() : server_(machine, remote::Listener::at_path(folder.socket())) {
    thread_ = std::thread([this] {
      while (!over_) server_.serve(std::chrono::milliseconds(20));
    });
  }
  ~Gdb() override {
    over_ = true;
    thread_.join();
  }
  GdbRun run(const std::string& commands, const GdbRun::Options& options = {}) {
    return {folder.socket(), commands, options};
  }

  SocketFolder folder;
  SmallMachine machine{EXO_TEST_PROGRAMS};

 private:
  remote::Server server_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

TEST_F(Gdb, UnchangedItKnowsEveryEnvironmentWithItsSymbols) {
  const auto gdb = run(R"(set schedule-multiple on
== inferiors
info inferiors
== threads
info threads
== breakpoints
break twice
break second.cpp:6
info breakpoints
== first
continue
backtrace
== other
delete 1
continue
== registers
info registers
info registers f0
)",
                       {.script = false});
  EXPECT_THAT(gdb["inferiors"], HasSubstr("/second.elf"));
  EXPECT_THAT(gdb["inferiors"], HasSubstr("process 64"));
  EXPECT_THAT(gdb["threads"], HasSubstr("1.1  Thread 1.1 \"first\" (ready)"));
  EXPECT_THAT(gdb["threads"], HasSubstr("\"late\" (not there yet)"));
  EXPECT_THAT(gdb["breakpoints"], HasSubstr("second.cpp:6 inf 3")) << "in one that is not there yet, too";
  EXPECT_THAT(gdb["first"], HasSubstr("#1  0x00400048 in work (round=1)")) << gdb.all();
  EXPECT_THAT(gdb["other"], HasSubstr("Thread 2.1 \"second\" hit Breakpoint 2.1, note (what=100)")) << gdb.all();
  EXPECT_THAT(gdb["registers"], HasSubstr("00400014"));
}

TEST_F(Gdb, OneAddressInTwoEnvironmentsIsTwoPlaces) {
  const auto gdb = run(R"(== break
thread 1.1
break *0x400014
info symbol 0x400014
thread 2.1
tbreak *0x400014
info symbol 0x400014
== hit
continue
print $_inferior
thread 1.1
backtrace 1
)");
  EXPECT_THAT(gdb["break"], HasSubstr("work"));
  EXPECT_THAT(gdb["break"], HasSubstr("note"));
  EXPECT_THAT(gdb["hit"], HasSubstr("Thread 1.1 \"first\" hit Breakpoint 1")) << gdb.all();
}

TEST_F(Gdb, StepsStayInTheirEnvironment) {
  const auto gdb = run(R"(== begin
break second.cpp:6
thread 1.1
break work
continue
delete 2
== step
next
next
step
step
print value
finish
== there
info threads
thread 2.1
print $pc
thread 1.1
next 60
thread 2.1
print $pc
backtrace
)");
  EXPECT_THAT(gdb["begin"], HasSubstr("hit Breakpoint 2, work (round=1)")) << gdb.all();
  EXPECT_THAT(gdb["step"], HasSubstr("twice (value=0)"));
  EXPECT_THAT(gdb["step"], HasSubstr("Value returned is $2 = 0"));
  EXPECT_THAT(gdb["step"], Not(HasSubstr("second"))) << "whose breakpoint was passed meanwhile";
  EXPECT_THAT(gdb["there"], HasSubstr("* 1.1"));
  const std::string there = gdb["there"];
  const auto first = there.find("$3 = "), second = there.find("$4 = ");
  ASSERT_NE(second, std::string::npos) << gdb.all();
  EXPECT_NE(there.substr(first + 5, 60), there.substr(second + 5, 60)) << "the others ran meanwhile, and gdb knows it";
}

TEST_F(Gdb, BackToTheWriteOfAVariable) {
  const auto gdb = run(R"(== symptom
thread 1.1
break work if round == 5
continue
print written
== cause
delete
watch written
reverse-continue
backtrace 1
info registers instant
== before
reverse-continue
== back
reverse-continue
)");
  EXPECT_THAT(gdb["symptom"], HasSubstr("work (round=5)")) << gdb.all();
  EXPECT_THAT(gdb["symptom"], HasSubstr("$1 = 6"));
  EXPECT_THAT(gdb["cause"], HasSubstr("Old value = 6\nNew value = 0"));
  EXPECT_THAT(gdb["cause"], HasSubstr("work (round=2)"));
  EXPECT_THAT(gdb["before"], HasSubstr("No more reverse-execution history"));
  EXPECT_THAT(gdb["back"], HasSubstr("No more reverse-execution history"));
}

TEST_F(Gdb, LinesBackwardsAreTheLinesForwards) {
  const auto gdb = run(R"(thread 1.1
break work if round == 3
continue
delete
python
def lines(command, count):
    out = []
    for _ in range(count):
        gdb.execute(command, to_string=True)
        frame = gdb.selected_frame()
        out.append("%s:%d" % (frame.name().split("(")[0], frame.find_sal().line))
    print(" ".join(out))
end
== forwards
python lines("next", 8)
== backwards
python lines("reverse-next", 8)
== in
python lines("step", 5)
== out
python lines("reverse-step", 5)
== finish
python lines("reverse-finish", 1)
python lines("reverse-finish", 1)
)");
  EXPECT_THAT(gdb["forwards"], HasSubstr("work:11 work:12 work:13 work:11 work:12 work:13 work:11 work:12"))
      << gdb.all();
  EXPECT_THAT(gdb["backwards"], MatchesRegex(".*work:13 work:12 work:11.*"));
  EXPECT_THAT(gdb["backwards"], Not(HasSubstr("twice:"))) << "which was gone over, both ways";
  EXPECT_THAT(gdb["in"], HasSubstr("twice:5 twice:6 work:13 work:11 work:12"));
  EXPECT_THAT(gdb["out"], HasSubstr("twice:6 twice:5"));
  EXPECT_THAT(gdb["finish"], HasSubstr("_start"));
}

TEST_F(Gdb, RegistersOfEveryEnvironmentAreDescribed) {
  const auto gdb = run(R"(== two
thread 2.1
info registers instant entryhi epc
== kernel
thread 4.1
info registers instant
)");
  EXPECT_THAT(gdb["two"], HasSubstr("entryhi: 0x2"));
  EXPECT_THAT(gdb["two"], HasSubstr("instant: 0x0"));
  EXPECT_THAT(gdb["kernel"], HasSubstr("instant: 0x0"));
}

TEST_F(Gdb, NothingCanBeWritten) {
  const auto gdb = run(R"(thread 1.1
== memory
python
try:
    gdb.execute("set var written = 3")
except gdb.error as error:
    print(error)
try:
    gdb.execute("set var $v0 = 3")
except gdb.error as error:
    print(error)
end
== after
print written
)");
  const auto unchanged = run("== refused\nset var $v0 = 3\n", {.script = false});
  EXPECT_THAT(gdb["memory"], HasSubstr("Writing to memory is not allowed")) << gdb.all();
  EXPECT_THAT(gdb["memory"], HasSubstr("Writing to registers is not allowed"));
  EXPECT_THAT(unchanged["refused"], HasSubstr("what is written would not be what happened"));
  EXPECT_THAT(gdb["after"], HasSubstr("= 0"));
}

TEST_F(Gdb, GoesWhereItIsToldAndSaysWhatExoscopeSays) {
  const auto gdb = run(R"(== goto
exo goto 12345
print $instant
== end
exo goto end
print $instant
== begin
exo goto begin
print $instant
== exo
exo envs
exo env second
exo nonsense
)");
  EXPECT_THAT(gdb["goto"], HasSubstr("stopped.")) << gdb.all();
  EXPECT_THAT(gdb["goto"], HasSubstr("= 12345"));
  EXPECT_THAT(gdb["end"], HasSubstr("= 50000"));
  EXPECT_THAT(gdb["begin"], HasSubstr("= 0"));
  EXPECT_THAT(gdb["exo"], HasSubstr("1 first\n2 second\n3 late\n"));
  EXPECT_THAT(gdb["exo"], HasSubstr("[Switching to inferior 2"));
  EXPECT_THAT(gdb["exo"], HasSubstr("'nonsense' is not a command"));
}

// What an IDE says: VS Code's debugger speaks MI.
TEST_F(Gdb, AnIdeSpeaksMi) {
  const auto gdb = run(R"(-break-insert --function twice
-exec-continue
-thread-info
-stack-list-frames --thread 1
-stack-list-variables --thread 1 --frame 0 --simple-values
-exec-next --thread 1
-exec-finish --thread 1
-exec-step --thread 1 --reverse
-data-evaluate-expression --thread 1 --frame 0 "value + 40"
-exec-continue --reverse
)",
                       {.interpreter = "mi3"});
  EXPECT_THAT(gdb.all(), HasSubstr("*stopped,reason=\"breakpoint-hit\",disp=\"keep\",bkptno=\"1\"")) << gdb.all();
  EXPECT_THAT(gdb.all(), HasSubstr("name=\"late\""));
  EXPECT_THAT(gdb.all(), HasSubstr("level=\"1\",addr=\"0x00400048\",func=\"work\""));
  EXPECT_THAT(gdb.all(), HasSubstr("reason=\"end-stepping-range\""));
  EXPECT_THAT(gdb.all(), HasSubstr("^done,value=\"40\""));
}

/// The texts of a list of commands in launch.json, with its variables replaced.
std::string commands_of(const nlohmann::json& list, const std::string& root) {
  std::string out;
  for (const auto& one : list) {
    std::string text = one.at("text");
    for (const std::string variable = "${workspaceFolder}"; text.find(variable) != std::string::npos;)
      text.replace(text.find(variable), variable.size(), root);
    out += text[0] == '-' ? text + "\n" : "-interpreter-exec console \"" + text + "\"\n";
  }
  return out;
}

TEST_F(Gdb, TheCommandsForVisualStudioCodeWorkInTheirOrder) {
  const char* root = std::getenv("EXOSCOPE_SOURCE_DIR");
  ASSERT_NE(root, nullptr);
  std::ifstream file(std::string(root) + "/assets/gdb/vscode/launch.json");
  const auto launch = nlohmann::json::parse(file, nullptr, true, true);
  const auto& one = launch.at("configurations").at(0);
  const std::string program = std::string(EXO_TEST_PROGRAMS) + "/kernel.elf";
  const auto gdb = run(commands_of(one.at("setupCommands"), root) + "-file-exec-and-symbols " + program +
                           "\n-target-select extended-remote " + folder.socket() + "\n" +
                           commands_of(one.at("postRemoteConnectCommands"), root) + R"(-list-target-features
-break-insert second.cpp:6
-break-insert --function work
-exec-continue
-thread-info
-stack-list-frames --thread 1
-exec-next --thread 1
-exec-next --thread 1 --reverse
-data-list-register-names
-data-list-register-values --thread 1 x
-interpreter-exec console "exo envs"
)",
                       {.script = false, .connects = false, .interpreter = "mi3"});
  EXPECT_THAT(gdb.all(), HasSubstr("\"reverse\"")) << gdb.all();
  EXPECT_THAT(gdb.all(), HasSubstr("inferior 1 is first"));
  EXPECT_THAT(gdb.all(), HasSubstr("reason=\"breakpoint-hit\",disp=\"keep\",bkptno=\"2\""));
  EXPECT_THAT(gdb.all(), HasSubstr("func=\"work\",args=[{name=\"round\",value=\"1\"}]"));
  EXPECT_THAT(gdb.all(), HasSubstr("1 first"));
  EXPECT_THAT(gdb.all(), Not(HasSubstr("^error"))) << gdb.all();
}

TEST_F(Gdb, KilledItMayComeAgain) {
  machine.never_ends = true;
  {
    Process killed({"sh", "-c",
                    "ulimit -c 0; exec gdb-multiarch -nx -q -batch -ex 'target extended-remote " + folder.socket() +
                        "' -ex 'continue'"});
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!machine.moving() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_TRUE(machine.moving());
    killed.send(SIGKILL);
    static_cast<void>(killed.wait());
  }
  machine.never_ends = false;
  const auto gdb = run("== again\nthread 1.1\nstepi\nprint $instant\n");
  EXPECT_THAT(gdb["again"], HasSubstr("= ")) << gdb.all();
}

TEST_F(Gdb, ASecondOneIsTurnedAway) {
  const connection::FileDescriptor first(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  folder.socket().copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::connect(first.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto gdb = run("info inferiors\n", {.script = false});
  EXPECT_THAT(gdb.all(), testing::AnyOf(HasSubstr("Remote connection closed"), HasSubstr("Target disconnected")));
}

}  // namespace
}  // namespace exo::test
