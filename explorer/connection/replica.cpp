#include "explorer/connection/replica.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <nlohmann/json.hpp>

#include "explorer/common/error.hpp"

namespace exo::connection {
namespace {

constexpr std::chrono::seconds kAnswerTime{5};

QemuFiles files_of(const GuestMemory& memory, const ProbeMemory& probe, const GuestImages& images,
                   const MachineOptions& options) {
  return {memory.file(), images.kernel, options.archive, images.gates, images.debug_vector, probe.file()};
}

// It begins to execute as soon as QEMU is up, so all of it must be in place before.
ControlWriter loaded(GuestMemory& memory, ProbeMemory& probe, const MachineOptions& options,
                     const Replica::Wanted& wanted) {
  ControlWriter controls(prepare_memory(memory, options).shared());
  controls.prepare(options.commands);
  wanted(probe.shared());
  return controls;
}

}  // namespace

Replica::Replica(const GuestImages& images, const MachineOptions& options, const Wanted& wanted)
    : controls_(loaded(memory_, probe_, options, wanted)),
      process_(files_of(memory_, probe_, images, options)),
      gate_(process_.gate_socket()),
      qmp_(process_.qmp_socket()) {
  // "Continue", in gdb's words. It waits in the socket until QEMU is up, so nobody waits here. (Without it, begun by
  // QEMU itself, the guest's clock does not always begin at the same time.)
  constexpr std::string_view kContinue = "$c#63";
  if (::send(process_.gdb_socket(), kContinue.data(), kContinue.size(), MSG_NOSIGNAL) != ssize_t(kContinue.size()))
    throw MachineError(error_text("QEMU's gdb connection is closed"));
}

Replica::~Replica() {
  process_.close_gate();
  process_.end_now();
}

void Replica::release() {
  held_ = false;
  gate_.release();
}

bool Replica::held(std::chrono::microseconds timeout) {
  if (held_) return true;
  if (gate_.reached()) return held_ = true;
  if (timeout.count() > 0) {
    std::array<pollfd, 2> watched{{{process_.gate_socket(), POLLIN, 0}, {process_.death_handle(), POLLIN, 0}}};
    const timespec time{timeout.count() / 1'000'000, timeout.count() % 1'000'000 * 1000};
    ::ppoll(watched.data(), watched.size(), &time, nullptr);
    if (gate_.reached()) return held_ = true;
  }
  if (!process_.alive()) throw MachineError("the debugger's machine is gone: " + process_.ending());
  return false;
}

std::string Replica::monitor(const std::string& line) {
  const nlohmann::json answer = qmp_.execute("human-monitor-command", {{"command-line", line}}, kAnswerTime);
  return answer.is_string() ? answer.get<std::string>() : std::string();
}

void Replica::one_by_one(bool on) {
  if (on == one_by_one_) return;
  const char* word = on ? "on" : "off";
  // QEMU 8.1 gave the command another name.
  if (!monitor(fmt::format("singlestep {}", word)).empty()) {
    if (const std::string answer = monitor(fmt::format("one-insn-per-tb {}", word)); !answer.empty())
      throw MachineError("this QEMU can't execute instructions one by one: " + answer);
  }
  one_by_one_ = on;
}

std::string Replica::register_text() { return monitor("info registers"); }

}  // namespace exo::connection
