// `exoscope gdb` and a real gdb-multiarch, on real lessons: what crosses the kernel, what is gone over, and what is
// lost.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "tests/host/remote/gdb_process.hpp"

namespace exo::test {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

/// Puts small helpers into gdb: where it stands, and steps until an instruction is passed.
constexpr const char* kHelpers = R"(python
def quietly(command):
    return gdb.execute(command, to_string=True)
def instant():
    return int(gdb.parse_and_eval("$instant"))
def registers():
    return " ".join(str(gdb.selected_frame().read_register(name)) for name in
                    ["pc", "sp", "ra", "v0", "v1", "a0", "a1", "a2", "a3", "t0", "t1", "s0", "s1", "lo", "hi", "cause"])
def steps_until(command, end):
    names, environments = [], set()
    for _ in range(400):
        if instant() >= end:
            break
        quietly(command)
        names.append(gdb.selected_frame().name().split("::")[-1])
        environments.add(gdb.selected_inferior().pid)
    print("stops:", " ".join(names), "in", sorted(environments))
end
)";

class RealGdb : public ::testing::Test {
 protected:
  explicit RealGdb(const std::string& lesson = "abort-deadline")
      : server({explorer_path(), "gdb", lesson, "--socket", folder.socket()}) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    std::error_code error;
    while (!std::filesystem::exists(folder.socket(), error) && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  GdbRun run(const std::string& commands) {
    return {folder.socket(), kHelpers + commands, {.most = std::chrono::seconds(120)}};
  }

  SocketFolder folder;
  Process server;
};

class RealGdbOnTwo : public RealGdb {
 protected:
  RealGdbOnTwo() : RealGdb("polite-and-stubborn") {}
};

TEST_F(RealGdb, TheStackGoesThroughAnUpcall) {
  const auto gdb = run(R"(== stack
break on_revoke
continue
backtrace
== registers
info registers epc entryhi
== printer
print $_inferior
frame 6
print exo::libos::heap.pages_[0]
== kernel
delete
break exo::kernel::syscalls::dispatch
continue
backtrace
)");
  EXPECT_THAT(gdb["stack"], HasSubstr("Thread 2.1 \"stubborn\" hit Breakpoint")) << gdb.all();
  EXPECT_THAT(gdb["stack"], ContainsRegex("#0 +exo::libos::on_revoke \\(frame=5\\)"));
  EXPECT_THAT(gdb["stack"], HasSubstr("in <upcall from the kernel>"));
  EXPECT_THAT(gdb["stack"], HasSubstr(" main () at ./libos/apps/ledger.cpp"));
  EXPECT_THAT(gdb["registers"], ContainsRegex("entryhi: 0x[0-9a-f]*2"));
  EXPECT_THAT(gdb["printer"], HasSubstr("Resident in frame 5"));
  EXPECT_THAT(gdb["kernel"], HasSubstr("dispatch (caller=environment "));
  EXPECT_THAT(gdb["kernel"], HasSubstr("<the environment that entered the kernel: exo env>"));
}

TEST_F(RealGdb, StepsGoOverAnUpcallASliceEndAndAnAbort) {
  const auto gdb = run(R"(python
quietly("tbreak on_revoke")
quietly("continue")
told = instant()
quietly("exo goto %d" % (told - 3000))
quietly("exo env stubborn")
before = registers()
print("== upcall")
steps_until("next", told + 1000)
print("== abort")
steps_until("next", told + 12000)
print("== slices")
steps_until("next", told + 20000)
print("== passed")
print(quietly("exo story"))
end
)");
  for (const char* mark : {"upcall", "abort", "slices"}) {
    // gdb prints the lines, too, and they name what they call.
    const std::string& text = gdb[mark];
    const std::string stops = text.substr(std::min(text.find("stops:"), text.size()));
    EXPECT_THAT(stops, HasSubstr("main")) << gdb.all();
    EXPECT_THAT(stops, Not(HasSubstr("on_revoke"))) << gdb.all();
    EXPECT_THAT(stops, Not(HasSubstr("exo_"))) << gdb.all();
    EXPECT_THAT(stops, HasSubstr("in [2]")) << "no step ends in another environment";
  }
  EXPECT_THAT(gdb["passed"], HasSubstr("stubborn has not answered"));
}

TEST_F(RealGdb, BackwardsIsTheSameWay) {
  const auto gdb = run(R"(python
quietly("tbreak on_revoke")
quietly("continue")
way = [(instant(), registers())]
for _ in range(30):
    quietly("stepi")
    way.append((instant(), registers()))
print("== back")
back = [way[-1]]
for _ in range(30):
    quietly("reverse-stepi")
    back.append((instant(), registers()))
print("the same" if back == way[::-1] else "%s\n%s" % (way[::-1], back))
print("== watch")
quietly("watch *(unsigned *)0x1040")
quietly("reverse-continue")
print(instant() < way[0][0], quietly("info line *$pc"))
there = instant(), registers()
quietly("exo goto 100")
quietly("exo goto %d" % there[0])
quietly("exo env stubborn")
print("and again" if there == (instant(), registers()) else "elsewhere")
end
)");
  EXPECT_THAT(gdb["back"], HasSubstr("the same")) << gdb.all();
  EXPECT_THAT(gdb["watch"], HasSubstr("True"));
  EXPECT_THAT(gdb["watch"], HasSubstr("and again"));
}

TEST_F(RealGdb, ExoscopeAnswersAndTheLiveRunGoesOn) {
  const auto gdb = run(R"(tbreak on_revoke
continue
== words
exo envs
exo why frame 5
exo story
exo now
exo events 2
exo frames stubborn
exo help
exo why nonsense
== live
exo goto end
python end = instant()
exo revoke stubborn 7
exo audit live
break on_revoke
continue
python print("later" if instant() > end else "earlier")
exo why frame 7
)");
  EXPECT_THAT(gdb["words"], HasSubstr("stubborn runs; it has 18 frames")) << gdb.all();
  EXPECT_THAT(gdb["words"], HasSubstr("stubborn hears it: please return frame 5"));
  EXPECT_THAT(gdb["words"], HasSubstr("steps are to come"));
  EXPECT_THAT(gdb["words"], HasSubstr("Frame 5 belongs to stubborn"));
  EXPECT_THAT(gdb["words"], HasSubstr("revoke ENV [FRAME]"));
  EXPECT_THAT(gdb["words"], HasSubstr("names nothing here"));
  EXPECT_THAT(gdb["words"], Not(HasSubstr("by force"))) << "which comes later";
  EXPECT_THAT(gdb["live"], HasSubstr("done at the end of the live run")) << gdb.all();
  EXPECT_THAT(gdb["live"], HasSubstr("Thread 2.1 \"stubborn\" hit Breakpoint 2"));
  EXPECT_THAT(gdb["live"], HasSubstr("later"));
  EXPECT_THAT(gdb["live"], HasSubstr("frame 7"));
}

TEST_F(RealGdbOnTwo, OneFunctionInTwoEnvironmentsIsTwoPlaces) {
  const auto gdb = run(R"(== both
break on_revoke
python
seen = set()
for _ in range(12):
    quietly("continue")
    if gdb.selected_frame().name() != "exo::libos::on_revoke":
        break
    seen.add((gdb.selected_inferior().pid, gdb.selected_frame().find_sal().symtab.filename))
print(sorted(seen))
print("== one")
quietly("delete")
quietly("exo goto begin")
pid = max(seen)[0]
number = [one.num for one in gdb.inferiors() if one.pid == pid][0]
quietly("break on_revoke thread %d.1" % number)
seen = set()
for _ in range(12):
    quietly("continue")
    if gdb.selected_frame().name() != "exo::libos::on_revoke":
        break
    seen.add(gdb.selected_inferior().pid)
print("only it" if seen == {pid} else seen)
end
)");
  EXPECT_THAT(gdb["both"], HasSubstr("libos/polite/policy.cpp")) << gdb.all();
  EXPECT_THAT(gdb["both"], HasSubstr("libos/stubborn/policy.cpp"));
  EXPECT_THAT(gdb["one"], HasSubstr("only it"));
}

TEST_F(RealGdb, WithItsMachineKilledItGoesOn) {
  const auto gdb = run(fmt::format(R"(python
import os, signal
quietly("tbreak on_revoke")
quietly("continue")
before = instant(), registers()
killed = 0
for child in open("/proc/{0}/task/{0}/children").read().split():
    os.kill(int(child), signal.SIGKILL)
    killed += 1
print("== killed", killed)
quietly("maintenance flush register-cache")
gdb.execute("stepi")
after = instant(), registers()
quietly("reverse-stepi")
print("back" if before == (instant(), registers()) else "elsewhere %s %s" % (before, (instant(), registers())))
end
)",
                                   server.pid()));
  EXPECT_THAT(gdb.all(), ContainsRegex("== killed [1-9]")) << gdb.all();
  EXPECT_THAT(gdb.all(), HasSubstr("\nback")) << gdb.all();
}

TEST_F(RealGdb, GdbKilledMayComeAgainAndTheEndIsClean) {
  const auto first = run("break on_revoke\ncontinue\nshell kill -KILL $PPID\n");
  EXPECT_NE(first.code(), 0);
  const auto second = run("== again\ninfo breakpoints\nprint $instant\nexo envs\n");
  EXPECT_THAT(second["again"], HasSubstr("No breakpoints")) << second.all();
  EXPECT_THAT(second["again"], HasSubstr("stubborn"));
  struct stat about {};
  ASSERT_EQ(::stat(folder.socket().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0077, 0u) << "the socket is its owner's alone";
  const auto children = server.children();
  server.send(SIGINT);
  const Ended ended = server.wait();
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("exo connect " + folder.socket()));
  EXPECT_FALSE(std::filesystem::exists(folder.socket()));
  for (const pid_t child : children) EXPECT_FALSE(is_alive(child));
}

TEST(GdbCommand, WhatIsWrongIsSaid) {
  EXPECT_EQ(explorer({"gdb", "no-such-lesson"}).code, 2);
  const Ended same = explorer({"gdb", "abort-deadline", "--socket", "x", "--port", "1"});
  EXPECT_EQ(same.code, 2);
  const Ended there = explorer({"gdb", "abort-deadline", "--socket", "/proc/version"});
  EXPECT_EQ(there.code, 2);
  EXPECT_EQ(there.error_lines(), 1u) << there.err;
  const Ended longer = explorer({"gdb", "abort-deadline", "--socket", "/tmp/" + std::string(200, 'a')});
  EXPECT_EQ(longer.code, 2);
  EXPECT_EQ(longer.error_lines(), 1u) << longer.err;
}

}  // namespace
}  // namespace exo::test
