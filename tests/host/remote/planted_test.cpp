// A planted bug, found with gdb by going back from the crash: a library OS was told that a frame of its was taken, and
// did not clear the entry of its page table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "tests/host/remote/gdb_process.hpp"

namespace exo::test {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

TEST(PlantedBug, IsFoundByGoingBackFromTheCrashToTheLastWrite) {
  const SocketFolder folder;
  const Process server({explorer_path(), "gdb", "tests/guest/stale_entry.toml", "--socket", folder.socket()});
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  std::error_code error;
  while (!std::filesystem::exists(folder.socket(), error) && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const GdbRun gdb(folder.socket(), R"(python
def instant():
    return int(gdb.parse_and_eval("$instant"))
def quietly(command):
    return gdb.execute(command, to_string=True)
def readable(page):
    try:
        gdb.selected_inferior().read_memory(0x2002c000 + 4096 * page, 4)
        return True
    except gdb.MemoryError:
        return False
quietly("tbreak exo::libos::leave")
quietly("continue")
crash = instant()
print("== crash")
gdb.execute("backtrace")
frame = gdb.newest_frame()
while frame is not None and not (frame.name() or "").endswith("use_page"):
    frame = frame.older()
frame.select()
print("== entry")
lost = [page for page in range(4) if not readable(page)]
print("lost:", len(lost), gdb.parse_and_eval("page_table[%d].present" % lost[0]))
entry = int(gdb.parse_and_eval("(unsigned)&page_table[%d].present" % lost[0]))
print("== written")
quietly("watch *(unsigned char *)0x%x" % entry)
quietly("reverse-continue")
written = instant()
gdb.execute("frame")
print(written < crash)
print("== never again")
quietly("delete")
quietly("break exo::libos::on_repossessed")
quietly("continue")
told = instant()
gdb.execute("frame")
print(written < told < crash)
quietly("delete")
quietly("watch *(unsigned char *)0x%x" % entry)
quietly("exo goto %d" % crash)
quietly("reverse-continue")
print("the same write" if instant() == written else "at %d, not %d" % (instant(), written))
end
)",
                   {.most = std::chrono::seconds(120)});
  EXPECT_THAT(gdb["crash"], HasSubstr("exo_synchronous")) << gdb.all();
  EXPECT_THAT(gdb["crash"], HasSubstr("<upcall from the kernel>"));
  EXPECT_THAT(gdb["crash"], ContainsRegex("use_page \\(.*\\) at \\./tests/guest/stale_entry\\.cpp:[0-9]+"));
  EXPECT_THAT(gdb["entry"], HasSubstr("lost: 1 true")) << gdb.all();
  // The store lies in the delay slot of a branch, at which it stands: a line above it in the same function.
  EXPECT_THAT(gdb["written"], ContainsRegex("map_page \\(page=[0-3]\\) at \\./tests/guest/stale_entry\\.cpp"))
      << gdb.all();
  EXPECT_THAT(gdb["written"], HasSubstr("True"));
  EXPECT_THAT(gdb["never again"], HasSubstr("on_repossessed")) << gdb.all();
  EXPECT_THAT(gdb["never again"], HasSubstr("True"));
  EXPECT_THAT(gdb["never again"], HasSubstr("the same write"));
}

}  // namespace
}  // namespace exo::test
