#include "explorer/connection/replica.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "explorer/common/error.hpp"

namespace exo::connection {
namespace {

constexpr std::chrono::seconds kAnswerTime{5};

QemuFiles files_of(const GuestMemory& memory, const ProbeMemory& probe, const GuestImages& images,
                   const MachineOptions& options) {
  return {memory.file(), images.kernel, options.archive, images.gates, images.debug_vector, probe.file()};
}

void send_files(int socket, char command, const std::array<int, 3>& files) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof files)> control{};
  iovec piece{&command, 1};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof files);
  std::memcpy(CMSG_DATA(header), files.data(), sizeof files);
  ssize_t count = 0;
  do count = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  if (count != 1) throw MachineError(error_text("the debugger's machine does not listen"));
}

// For trying what happens with a QEMU that can't be split.
bool may_split() {
  const char* given = std::getenv("EXOSCOPE_SPLIT");
  return given == nullptr || std::string_view(given) != "0";
}

}  // namespace

// It begins to execute as soon as QEMU is up, so all of it must be in place before.
Replica::Replica(const GuestImages& images, const MachineOptions& options, const Wanted& wanted) {
  ControlWriter controls(prepare_memory(memory_, options).shared());
  controls.prepare(options.commands);
  probe().may_split = may_split() ? 1 : 0;
  wanted(probe());
  process_ = boot_process(files_of(memory_, probe_, images, options));
  gate_ = Gate(process_->socket());
}

Replica::Replica(const GuestMemory& memory, const ProbeMemory& probe, bool one_by_one) : one_by_one_(one_by_one) {
  memory_.copy(memory);
  probe_.copy(probe);
}

Replica::~Replica() = default;

std::unique_ptr<Replica> Replica::split() {
  if (probe().can_split == 0) return nullptr;
  std::unique_ptr<Replica> copy(new Replica(memory_, probe_, one_by_one_));
  auto [here, there] = socket_pair();
  send_files(process_->socket(), kSplit, {there.get(), copy->memory_.file(), copy->probe_.file()});
  there.reset();
  wait_until_held();
  if (probe().split_pid == 0) return nullptr;
  try {
    copy->process_ = split_process(std::move(here), pid_t(probe().split_pid));
    copy->gate_ = Gate(copy->process_->socket());
    copy->wait_until_held();
  } catch (const MachineError&) {
    return nullptr;  // it ended at once, because something was missing
  }
  return copy;
}

// Slots that were taken keep what was in them, as they do in a machine that knew everything at boot.
void Replica::foretell(std::span<const abi::ControlCommand> commands, const std::string& store) {
  abi::TraceShared& shared = memory_.shared();
  const std::uint32_t taken = load_shared(shared.controls_taken);
  const std::size_t end = std::min<std::size_t>(commands.size(), std::size_t{taken} + abi::kControlSlots - 1);
  for (std::size_t i = taken; i < end; ++i) shared.controls[i % abi::kControlSlots] = commands[i];
  put_in_store(memory_, 0, {reinterpret_cast<const std::uint8_t*>(store.data()), store.size()});
}

void Replica::release() {
  held_ = false;
  gate_.release();
}

bool Replica::held(std::chrono::microseconds timeout) {
  if (held_) return true;
  if (gate_.reached()) return held_ = true;
  if (timeout.count() > 0) {
    std::array<pollfd, 2> watched{{{process_->socket(), POLLIN, 0}, {process_->death_handle(), POLLIN, 0}}};
    const timespec time{timeout.count() / 1'000'000, timeout.count() % 1'000'000 * 1000};
    ::ppoll(watched.data(), watched.size(), &time, nullptr);
    if (gate_.reached()) return held_ = true;
  }
  if (!process_->alive()) throw MachineError("the debugger's machine is gone: " + process_->ending());
  return false;
}

// For what a held one answers at once.
void Replica::wait_until_held() {
  held_ = false;
  gate_.expect();
  const auto until = std::chrono::steady_clock::now() + kAnswerTime;
  while (!held(std::chrono::milliseconds{100}))
    if (std::chrono::steady_clock::now() > until) throw MachineError("the debugger's machine does not answer");
}

void Replica::one_by_one(bool on) {
  if (on == one_by_one_) return;
  if (probe().can_split != 0) {
    probe().one_by_one = on ? 1 : 0;
  } else {
    const char* word = on ? "on" : "off";
    // QEMU 8.1 gave the command another name.
    if (!process_->monitor(fmt::format("singlestep {}", word)).empty()) {
      if (const std::string answer = process_->monitor(fmt::format("one-insn-per-tb {}", word)); !answer.empty())
        throw MachineError("this QEMU can't execute instructions one by one: " + answer);
    }
  }
  one_by_one_ = on;
}

std::string Replica::register_text() {
  if (probe().can_split == 0) return process_->monitor("info registers");
  const char command = kRegisters;
  if (::send(process_->socket(), &command, 1, MSG_NOSIGNAL) != 1)
    throw MachineError(error_text("the debugger's machine does not listen"));
  wait_until_held();
  return {probe().text, ::strnlen(probe().text, sizeof probe().text)};
}

}  // namespace exo::connection
