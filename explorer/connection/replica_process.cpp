#include "explorer/connection/replica_process.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <nlohmann/json.hpp>

#include "explorer/common/error.hpp"
#include "explorer/connection/qmp_client.hpp"

namespace exo::connection {
namespace {

constexpr std::chrono::seconds kAnswerTime{5};
constexpr int kKillPatience = 5000;  // ms

class Booted final : public ReplicaProcess {
 public:
  explicit Booted(const QemuFiles& files) : process_(files), qmp_(process_.qmp_socket()) {
    // "Continue", in gdb's words. It waits in the socket until QEMU is up, so nobody waits here. (Without it, begun by
    // QEMU itself, the guest's clock does not always begin at the same time.)
    constexpr std::string_view kContinue = "$c#63";
    if (::send(process_.gdb_socket(), kContinue.data(), kContinue.size(), MSG_NOSIGNAL) != ssize_t(kContinue.size()))
      throw MachineError(error_text("QEMU's gdb connection is closed"));
  }
  ~Booted() override {
    process_.close_gate();
    process_.end_now();
  }
  [[nodiscard]] int socket() const override { return process_.gate_socket(); }
  [[nodiscard]] int death_handle() const override { return process_.death_handle(); }
  [[nodiscard]] bool alive() override { return process_.alive(); }
  [[nodiscard]] std::string ending() const override { return process_.ending(); }
  [[nodiscard]] pid_t pid() const override { return process_.pid(); }
  std::string monitor(const std::string& line) override {
    const nlohmann::json answer = qmp_.execute("human-monitor-command", {{"command-line", line}}, kAnswerTime);
    return answer.is_string() ? answer.get<std::string>() : std::string();
  }

 private:
  QemuProcess process_;
  QmpClient qmp_;
};

// QEMU's child, and not ours to wait for, unless QEMU is gone and nobody but us takes in orphans. Its handle says when
// it is gone.
class Split final : public ReplicaProcess {
 public:
  Split(FileDescriptor socket, pid_t pid)
      : socket_(std::move(socket)), watch_(int(::syscall(SYS_pidfd_open, pid, 0))), pid_(pid) {
    if (!watch_.valid()) throw MachineError(error_text("the copy of the debugger's machine is gone"));
  }
  ~Split() override {
    if (!alive()) return;
    ::syscall(SYS_pidfd_send_signal, watch_.get(), SIGKILL, nullptr, 0);
    pollfd watched{watch_.get(), POLLIN, 0};
    ::poll(&watched, 1, kKillPatience);
    ::waitpid(pid_, nullptr, WNOHANG);
  }
  [[nodiscard]] int socket() const override { return socket_.get(); }
  [[nodiscard]] int death_handle() const override { return watch_.get(); }
  [[nodiscard]] bool alive() override {
    pollfd watched{watch_.get(), POLLIN, 0};
    return ::poll(&watched, 1, 0) == 0;
  }
  [[nodiscard]] std::string ending() const override { return "a copy of QEMU ended"; }
  [[nodiscard]] pid_t pid() const override { return pid_; }
  std::string monitor(const std::string&) override { throw MachineError("a copy of QEMU has no monitor"); }

 private:
  FileDescriptor socket_, watch_;
  pid_t pid_;
};

}  // namespace

std::unique_ptr<ReplicaProcess> boot_process(const QemuFiles& files) { return std::make_unique<Booted>(files); }

std::unique_ptr<ReplicaProcess> split_process(FileDescriptor socket, pid_t pid) {
  return std::make_unique<Split>(std::move(socket), pid);
}

}  // namespace exo::connection
