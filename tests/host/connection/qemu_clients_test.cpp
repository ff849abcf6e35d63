// The clients of gdb's protocol and of QMP against a real QEMU: what they say of it is what it does.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>

#include "explorer/common/error.hpp"
#include "explorer/connection/qemu_process.hpp"
#include "explorer/connection/qmp_client.hpp"
#include "explorer/connection/rsp_client.hpp"
#include "tests/host/connection/test_machine.hpp"

namespace exo::connection {
namespace {

using namespace test;

class QemuClients : public testing::Test {
 protected:
  static std::uint32_t at(const std::vector<std::uint32_t>& registers, Register place) {
    return registers.at(std::size_t(place));
  }
  std::uint32_t pc() { return at(gdb.read_registers(), Register::Pc); }
  StopCause stop() {
    for (int i = 0; i < 1'000; ++i)
      if (const auto cause = gdb.poll_stop(std::chrono::milliseconds{20})) return *cause;
    return StopCause::Other;
  }

  GuestMemory memory;
  QemuProcess process{{memory.file(), images().kernel, options_with({}).archive, images().gates}};
  RspClient gdb{process.gdb_socket()};
  QmpClient qmp{process.qmp_socket()};
};

TEST_F(QemuClients, ABreakpointAStepAndAnInterrupt) {
  gdb.greet();
  store_shared(memory.shared().stop_at, 0x4000'0000);
  const std::uint32_t reset = pc();
  EXPECT_GE(reset, 0x8000'0000u);
  gdb.step();
  EXPECT_EQ(pc(), reset + 4);
  // The kernel's first event: its record is written by a function that ends with a gate.
  const std::uint32_t first_event = find_symbol(images().kernel, "trace_emit", "kernel.elf");
  gdb.set_breakpoint(first_event);
  gdb.go_on();
  EXPECT_TRUE(gdb.running());
  EXPECT_EQ(stop(), StopCause::Breakpoint);
  EXPECT_FALSE(gdb.running());
  EXPECT_EQ(pc(), first_event);
  EXPECT_EQ(load_shared(memory.shared().head), 0u);
  gdb.step();  // over the breakpoint
  gdb.clear_breakpoint(first_event);
  gdb.go_on();
  ::usleep(20'000);
  gdb.interrupt();
  EXPECT_EQ(stop(), StopCause::Interrupt);
  EXPECT_EQ(gdb.read_registers().at(0), 0u) << "register zero";
}

TEST_F(QemuClients, QmpTellsWhatTheMachineDoes) {
  EXPECT_EQ(qmp.status(), "prelaunch");
  EXPECT_EQ(qmp.read_serial(), qmp.read_serial());
  EXPECT_THROW(qmp.execute("no-such-command", nullptr, std::chrono::seconds{20}), MachineError);
  qmp.quit(std::chrono::seconds{20});
  EXPECT_TRUE(process.wait_for_death(std::chrono::seconds{20}));
  EXPECT_THROW(static_cast<void>(qmp.status()), MachineError);
  EXPECT_THROW(gdb.greet(), MachineError);
}

TEST_F(QemuClients, AHungQemuIsStillEnded) {
  gdb.greet();
  ::kill(process.pid(), SIGSTOP);  // answers nothing, and takes no SIGTERM
  process.end();
  EXPECT_FALSE(process.alive());
  EXPECT_NE(process.ending().find("signal 9"), std::string::npos) << process.ending();
}

}  // namespace
}  // namespace exo::connection
