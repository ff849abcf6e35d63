// However a machine ends, it ends with one clear line, no process, no file and no descriptor left.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "explorer/common/error.hpp"
#include "tests/host/connection/test_machine.hpp"

namespace exo::connection {
namespace {

using namespace test;
namespace fs = std::filesystem;

bool exists(pid_t pid) { return ::kill(pid, 0) == 0; }

// A process that is not our child can only be watched.
bool gone_in_time(pid_t pid) {
  for (int i = 0; i < 500 && exists(pid); ++i) ::usleep(10'000);
  return !exists(pid);
}

std::size_t open_files() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

MachineState wait_while_running(Machine& machine) {
  std::vector<abi::TraceRecord> records;
  MachineState state = MachineState::Running;
  for (int i = 0; i < 1'000 && state == MachineState::Running; ++i) {
    state = machine.poll(std::chrono::milliseconds{20});
    records.clear();
    machine.drain(records);
  }
  return state;
}

class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() {
    if (old_)
      ::setenv(name_, old_->c_str(), 1);
    else
      ::unsetenv(name_);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

std::string refusal() {
  try {
    Machine machine(images(), options_with({}));
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return std::to_string(int(error.code())) + " " + error.what();
  }
  return "was not refused";
}

TEST(MachineEnding, NothingIsLeftInWhateverStateItWas) {
  const std::size_t files = open_files();
  for (const char* when : {"fresh", "running", "at the gate", "paused late"}) {
    pid_t pid = 0;
    {
      MachineOptions options = options_with({"polite"});
      if (when == std::string("at the gate")) options.stop.at = 50;
      Machine machine(images(), options);
      pid = machine.pid();
      if (when != std::string("fresh")) machine.resume();
      if (when == std::string("at the gate")) {
        EXPECT_EQ(wait_while_running(machine), MachineState::Stopped);
      }
      if (when == std::string("paused late")) machine.pause();  // ends before it has answered
      EXPECT_TRUE(exists(pid));
    }
    EXPECT_FALSE(exists(pid)) << when;
    EXPECT_EQ(open_files(), files) << when;
  }
}

TEST(MachineEnding, AKilledQemuIsSeenAndNamed) {
  for (const bool at_gate : {false, true}) {
    MachineOptions options = options_with({"polite"});
    if (at_gate) options.stop.at = 50;
    Machine machine(images(), options);
    machine.resume();
    if (at_gate) {
      EXPECT_EQ(wait_while_running(machine), MachineState::Stopped);
    }
    ::kill(machine.pid(), SIGKILL);
    if (at_gate) machine.resume();
    EXPECT_EQ(wait_while_running(machine), MachineState::Dead);
    EXPECT_NE(machine.ending().find("signal 9"), std::string::npos) << machine.ending();
    EXPECT_EQ(::waitpid(machine.pid(), nullptr, WNOHANG), -1) << "was not reaped";
    // A dead machine is asked for anything, and nothing happens.
    machine.resume();
    machine.pause();
    machine.inject({});
    machine.set_stop({});
    EXPECT_EQ(machine.serial_text(), "");
    EXPECT_EQ(machine.poll(), MachineState::Dead);
  }
}

TEST(MachineEnding, QemuDiesWithAnExplorerThatIsKilled) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const pid_t explorer = ::fork();
  ASSERT_GE(explorer, 0);
  if (explorer == 0) {
    Machine machine(images(), options_with({"polite"}));
    machine.resume();
    const pid_t pid = machine.pid();
    if (::write(pipe_ends[1], &pid, sizeof pid) != ssize_t(sizeof pid)) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  pid_t qemu = 0;
  ASSERT_EQ(::read(pipe_ends[0], &qemu, sizeof qemu), ssize_t(sizeof qemu));
  int status = 0;
  ::waitpid(explorer, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(gone_in_time(qemu));
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}

// A limit on files that fills no disk: the machine's memory is not meant by it.
TEST(MachineEnding, ALimitOnFilesDoesNotStopTheMachine) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 50'000;
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(90);
    std::size_t count = 0;
    try {
      Machine machine(images(), options_with({"polite"}));
      count = run(machine, 100).size();
    } catch (const Error&) {
      ::_exit(91);
    }
    ::getrlimit(RLIMIT_FSIZE, &limit);
    ::_exit(count == 100 && limit.rlim_cur == 50'000 ? 0 : 92);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << status;
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(MachineEnding, AMissingQemuNamesThePackage) {
  const Variable path("PATH", "/nonexistent");
  const std::string line = refusal();
  EXPECT_EQ(line.substr(0, 2), "2 ");
  EXPECT_NE(line.find("apt-get install qemu-system-mips"), std::string::npos) << line;
}

TEST(MachineEnding, AQemuThatCannotWorkIsQuoted) {
  std::string name = (fs::temp_directory_path() / "exoscope-test-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  const fs::path fake = folder / "qemu";
  std::ofstream(fake) << "#!/bin/sh\necho 'no such machine' >&2\necho more >&2\nexit 1\n";
  fs::permissions(fake, fs::perms::owner_all);
  const Variable chosen("EXOSCOPE_QEMU", fake.string());
  EXPECT_EQ(refusal(), "3 the machine did not start: QEMU ended with status 1: no such machine");
  fs::remove_all(folder);
}

TEST(MachineEnding, ImagesThatAreNotThereAreNamed) {
  const Variable folder("EXOSCOPE_GUEST_DIR", "/nonexistent");
  try {
    static_cast<void>(load_guest_images());
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "EXOSCOPE_GUEST_DIR=/nonexistent: there is no kernel.elf in it; build the guest or unset it");
  }
  EXPECT_THROW(static_cast<void>(find_symbol("not an ELF file", "trace_emit", "x")), InputError);
  EXPECT_THROW(static_cast<void>(find_symbol(images().kernel, "no_such_symbol", "x")), InputError);
  EXPECT_THROW(static_cast<void>(find_symbol(images().kernel.substr(0, 100), "trace_emit", "x")), InputError);
}

TEST(MachineEnding, AKernelWhoseGatesCannotBeRightIsRefused) {
  const std::vector<std::uint32_t>& gates = images().gates;
  ASSERT_GE(gates.size(), 2u);
  const std::string list(reinterpret_cast<const char*>(gates.data()), 4 * gates.size());
  const std::size_t place = images().kernel.find(list);
  ASSERT_NE(place, std::string::npos);
  EXPECT_EQ(find_gates(images().kernel, "x"), gates);
  for (const std::uint32_t wrong : {0u, 0x0040'0000u, gates[0] + 2}) {
    std::string kernel = images().kernel;
    std::memcpy(kernel.data() + place, &wrong, sizeof wrong);
    EXPECT_THROW(static_cast<void>(find_gates(kernel, "x")), InputError) << std::hex << wrong;
  }
  std::string without = images().kernel;
  const std::size_t name = without.find(std::string("trace_gates_end\0", 16));
  ASSERT_NE(name, std::string::npos);
  without[name] = 'T';
  EXPECT_THROW(static_cast<void>(find_gates(without, "x")), InputError);
}

}  // namespace
}  // namespace exo::connection
