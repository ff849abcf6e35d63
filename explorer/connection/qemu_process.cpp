#include "explorer/connection/qemu_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <vector>

#include "explorer/common/error.hpp"
#include "explorer/connection/child_start.hpp"
#include "explorer/connection/gate.hpp"
#include "explorer/connection/probe.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::connection {

namespace {

constexpr std::chrono::milliseconds kTermPatience{300};
constexpr std::chrono::milliseconds kKillPatience{5000};

constexpr std::uint32_t kDebugVector = 0x1fc0'0480;  // MIPS32, volume III: where debug exceptions go, no probe attached

std::string inherited(int number) { return fmt::format("/proc/self/fd/{}", number); }

// The child's own numbers of what it inherits: always the same. QEMU tells the guest the name of its kernel's file, and
// a longer one costs the guest instructions: with the numbers that happened to be free, a run would depend on what else
// the explorer has open.
struct Inherited {
  int kernel = 3;
  int ram = 20, archive = 21, plugin = 22, gdb = 23, qmp = 24, gate = 25, vector = 26, probe = -1;
};
constexpr int kOutOfTheWay = 64;  // above all of these

// clang-format off: one option a line
std::vector<std::string> command_line(const std::string& qemu, const Inherited& files,
                                      const std::vector<std::uint32_t>& gates) {
  const std::string size = fmt::format("{}M", abi::kRamBytes >> 20);
  std::string plugin = fmt::format("{},socket={},ram={}", inherited(files.plugin), files.gate, files.ram);
  if (files.probe >= 0) plugin += fmt::format(",probe={}", files.probe);
  for (const std::uint32_t gate : gates) plugin += fmt::format(",gate={:#x}", gate);
  return {qemu,
          "-M",
          "malta,memory-backend=ram",
          "-cpu",
          "24Kf",
          "-m",
          size,
          "-object",
          fmt::format("memory-backend-file,id=ram,size={},mem-path={},share=on", size, inherited(files.ram)),
          "-icount",
          "shift=5,sleep=off",
          "-kernel",
          inherited(files.kernel),
          "-initrd",
          inherited(files.archive),
          "-device",
          fmt::format("loader,file={},addr={:#x},force-raw=on", inherited(files.vector), kDebugVector),
          "-plugin",
          plugin,
          "-display",
          "none",
          "-vga",
          "none",
          "-nic",
          "none",
          "-parallel",
          "none",
          "-monitor",
          "none",
          "-no-reboot",
          "-S",
          "-chardev",
          "ringbuf,id=serial,size=65536",
          "-serial",
          "chardev:serial",
          "-chardev",
          fmt::format("socket,id=qmp,fd={}", files.qmp),
          "-mon",
          "chardev=qmp,mode=control",
          "-chardev",
          fmt::format("socket,id=gdb,fd={}", files.gdb),
          "-gdb",
          "chardev:gdb"};
}
// clang-format on

struct ChildFiles {
  struct Kept {
    int here, there;
  };
  int output, failure;
  std::array<Kept, 9> kept;  ///< numbers here, and what they are to be there; -1: nothing
};

// Two steps, because a number that one is to have may be another's now.
void take_places(ChildFiles& files) {
  files.failure = ::fcntl(files.failure, F_DUPFD_CLOEXEC, kOutOfTheWay);
  for (auto& [here, there] : files.kept)
    if (here >= 0) here = ::fcntl(here, F_DUPFD_CLOEXEC, kOutOfTheWay);
  for (const auto& [here, there] : files.kept)
    if (here >= 0) ::dup2(here, there);
}

// Runs between fork and exec: only async-signal-safe calls.
[[noreturn]] void become_qemu(const char* path, char* const* arguments, ChildFiles files, pid_t parent) {
  start_child(parent, SIGKILL, files.output);
  take_places(files);
  ::execv(path, arguments);
  const int why = errno;
  [[maybe_unused]] const ssize_t told = ::write(files.failure, &why, sizeof why);
  ::_exit(127);
}

}  // namespace

std::string find_qemu() {
  constexpr const char* kName = "qemu-system-mipsel";
  constexpr const char* kMend = "install it with: apt-get install qemu-system-mips";
  if (const char* given = std::getenv("EXOSCOPE_QEMU"); given != nullptr && *given != '\0') {
    if (::access(given, X_OK) == 0) return given;
    throw InputError(
        fmt::format("EXOSCOPE_QEMU={}: is not a program that can be run; unset it or name {}", given, kName));
  }
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = (folder.empty() ? "." : folder) + "/" + kName;
    struct stat about {};
    if (::stat(candidate.c_str(), &about) == 0 && S_ISREG(about.st_mode) && ::access(candidate.c_str(), X_OK) == 0)
      return candidate;
  }
  throw InputError(fmt::format("{} is not in the PATH, and the machine runs in it; {}", kName, kMend));
}

QemuProcess::QemuProcess(const QemuFiles& files) { spawn(files); }

QemuProcess::~QemuProcess() { end(); }

void QemuProcess::spawn(const QemuFiles& files) {
  const std::string path = find_qemu();
  const FileDescriptor kernel = anonymous_file("exoscope-kernel", files.kernel);
  const FileDescriptor archive = anonymous_file("exoscope-archive", files.archive);
  const FileDescriptor plugin =
      anonymous_file("exoscope-plugin", files.probe >= 0 ? probe_plugin_image() : gate_plugin_image());
  const FileDescriptor vector =
      anonymous_file("exoscope-vector", files.debug_vector.empty() ? std::string(4, '\0') : files.debug_vector);
  output_ = anonymous_file("exoscope-output", {});
  auto [gdb_here, gdb_there] = socket_pair();
  auto [qmp_here, qmp_there] = socket_pair();
  auto [gate_here, gate_there] = socket_pair();
  auto [failure_here, failure_there] = socket_pair();

  Inherited numbers;
  if (files.probe >= 0) numbers.probe = 27;
  const std::vector<std::string> words = command_line(path, numbers, files.gates);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const ChildFiles child{output_.get(),
                         failure_there.get(),
                         {{{files.ram, numbers.ram},
                           {kernel.get(), numbers.kernel},
                           {archive.get(), numbers.archive},
                           {plugin.get(), numbers.plugin},
                           {gdb_there.get(), numbers.gdb},
                           {qmp_there.get(), numbers.qmp},
                           {gate_there.get(), numbers.gate},
                           {vector.get(), numbers.vector},
                           {files.probe, numbers.probe}}}};

  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw MachineError(error_text("cannot start QEMU (too many processes?)"));
  if (pid_ == 0) become_qemu(path.c_str(), arguments.data(), child, parent);

  failure_there.reset();
  int why = 0;
  ssize_t count = 0;
  do count = ::read(failure_here.get(), &why, sizeof why);
  while (count < 0 && errno == EINTR);
  if (count == ssize_t(sizeof why)) {
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
    throw MachineError(
        fmt::format("cannot run {}: {}; reinstall the package qemu-system-mips", path, std::strerror(why)));
  }
  watch_ = FileDescriptor(int(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!watch_.valid()) {
    const std::string line = error_text("cannot watch QEMU (Linux 5.3 or newer is needed)");
    end();
    throw MachineError(line);
  }
  gdb_ = std::move(gdb_here);
  qmp_ = std::move(qmp_here);
  gate_ = std::move(gate_here);
}

bool QemuProcess::alive() {
  if (pid_ < 0 || status_) return false;
  int status = 0;
  const pid_t reaped = ::waitpid(pid_, &status, WNOHANG);
  if (reaped == 0) return true;
  // Somebody else reaping our child (ECHILD) also means it is gone.
  status_ = reaped == pid_ ? status : 0;
  return false;
}

std::string QemuProcess::printed() const {
  std::array<char, 4096> bytes{};
  const ssize_t count = output_.valid() ? ::pread(output_.get(), bytes.data(), bytes.size(), 0) : 0;
  std::string text(bytes.data(), count > 0 ? std::size_t(count) : 0);
  text.resize(std::min(text.find('\n'), text.size()));
  for (char& letter : text)
    if (letter >= 0 && letter < ' ') letter = ' ';
  return text;
}

std::string QemuProcess::ending() const {
  if (!status_) return {};
  std::string line;
  if (WIFSIGNALED(*status_))
    line = fmt::format("QEMU was ended by signal {} ({})", WTERMSIG(*status_), ::strsignal(WTERMSIG(*status_)));
  else if (WEXITSTATUS(*status_) == 0)
    line = "QEMU ended: the guest switched its machine off";
  else
    line = fmt::format("QEMU ended with status {}", WEXITSTATUS(*status_));
  if (const std::string text = printed(); !text.empty()) line += ": " + text;
  return line;
}

bool QemuProcess::wait_for_death(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (alive()) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    // Without a handle (a failed start) look again every few milliseconds.
    pollfd watched{watch_.get(), POLLIN, 0};
    ::poll(&watched, watch_.valid() ? 1 : 0, watch_.valid() ? int(left) : 5);
  }
  return true;
}

void QemuProcess::end() {
  if (!alive()) return;
  ::kill(pid_, SIGTERM);
  if (wait_for_death(kTermPatience)) return;
  ::kill(pid_, SIGKILL);
  wait_for_death(kKillPatience);
}

void QemuProcess::end_now() {
  if (!alive()) return;
  ::kill(pid_, SIGKILL);
  wait_for_death(kKillPatience);
}

}  // namespace exo::connection
