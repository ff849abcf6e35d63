#include "explorer/connection/rsp_client.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "explorer/common/error.hpp"
#include "explorer/connection/file_descriptor.hpp"

namespace exo::connection {

namespace {

constexpr std::chrono::seconds kAnswerTime{20};  // generous: the computer may be busy with other things
constexpr std::size_t kFewestRegisters = 38;     // up to the program counter
constexpr std::size_t kDigits = 8;               // of a 32-bit register, little-endian
constexpr int kSignalTrap = 5;
constexpr int kSignalInterrupt = 2;

StopCause cause_of(std::string_view payload) {
  if (payload.empty()) return StopCause::Other;
  if (payload[0] == 'W' || payload[0] == 'X') return StopCause::Exited;
  if ((payload[0] == 'T' || payload[0] == 'S') && payload.size() >= 3) {
    const int signal = std::stoi("0" + std::string(payload.substr(1, 2)), nullptr, 16);
    if (signal == kSignalTrap) return StopCause::Breakpoint;
    if (signal == kSignalInterrupt || signal == 0) return StopCause::Interrupt;
  }
  return StopCause::Other;
}

bool is_stop(std::string_view payload) {
  return payload.size() >= 3 && std::string_view("TSWX").find(payload[0]) != std::string_view::npos;
}

}  // namespace

void RspClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw MachineError(error_text("QEMU's debug connection is closed"));
    bytes.remove_prefix(std::size_t(count));
  }
}

void RspClient::send_packet(std::string_view payload) {
  std::string bytes = frame_packet(payload);
  if (owes_acknowledgement_) bytes.insert(0, 1, '+');
  owes_acknowledgement_ = false;
  send(bytes);
}

bool RspClient::receive(Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - Clock::now());
    const auto wait = std::max(left, std::chrono::nanoseconds{0});
    const timespec time{wait.count() / 1'000'000'000, wait.count() % 1'000'000'000};
    pollfd watched{socket_, POLLIN, 0};
    const int ready = ::ppoll(&watched, 1, &time, nullptr);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    std::array<char, 4096> bytes;
    const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) throw MachineError("QEMU closed its debug connection");
    parser_.feed({bytes.data(), std::size_t(count)});
    return true;
  }
}

void RspClient::await_acknowledgement(std::string_view after) {
  const auto until = Clock::now() + kAnswerTime;
  for (;;) {
    while (auto item = parser_.next()) {
      if (item->kind == PacketParser::Kind::Acknowledged) return;
      if (item->kind == PacketParser::Kind::Refused || item->kind == PacketParser::Kind::Damaged)
        throw MachineError(fmt::format("QEMU's debug connection is garbled (after '{}')", after));
    }
    if (!receive(until)) throw MachineError(fmt::format("QEMU does not answer its debug connection (to '{}')", after));
  }
}

std::string RspClient::await_packet(std::string_view after) {
  const auto until = Clock::now() + kAnswerTime;
  for (;;) {
    while (auto item = parser_.next()) {
      if (item->kind == PacketParser::Kind::Packet) {
        owes_acknowledgement_ = true;
        return std::move(item->payload);
      }
      if (item->kind != PacketParser::Kind::Acknowledged)
        throw MachineError(fmt::format("QEMU's debug connection is garbled (after '{}')", after));
    }
    if (!receive(until)) throw MachineError(fmt::format("QEMU does not answer its debug connection (to '{}')", after));
  }
}

std::string RspClient::request(std::string_view payload) {
  send_packet(payload);
  await_acknowledgement(payload);
  return await_packet(payload);
}

void RspClient::greet() {
  if (const std::string answer = request("?"); !is_stop(answer))
    throw MachineError(fmt::format("QEMU's debug connection is garbled (it greets with '{}')", answer.substr(0, 40)));
}

void RspClient::set_breakpoint(std::uint32_t address) {
  if (const std::string answer = request(fmt::format("Z0,{:x},4", address)); answer != "OK")
    throw MachineError(fmt::format("QEMU refused the breakpoint at {:#x}: {}", address, answer));
}

void RspClient::clear_breakpoint(std::uint32_t address) {
  if (const std::string answer = request(fmt::format("z0,{:x},4", address)); answer != "OK")
    throw MachineError(fmt::format("QEMU refused to take the breakpoint at {:#x} away: {}", address, answer));
}

void RspClient::step() {
  if (const std::string answer = request("s"); !is_stop(answer))
    throw MachineError(fmt::format("QEMU refused to step: {}", answer));
}

void RspClient::go_on() {
  send_packet("c");
  await_acknowledgement("c");
  running_ = true;
}

void RspClient::interrupt() {
  if (running_) send("\x03");
}

std::vector<std::uint32_t> RspClient::read_registers() {
  const std::string answer = request("g");
  if (answer.size() < kFewestRegisters * kDigits || answer.size() % kDigits != 0 ||
      answer.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    throw MachineError(fmt::format("QEMU did not show the registers: {}", answer.substr(0, 40)));
  std::vector<std::uint32_t> registers;
  for (std::size_t at = 0; at < answer.size(); at += kDigits) {
    std::uint32_t value = 0;
    for (std::size_t byte = kDigits; byte != 0; byte -= 2)
      value = (value << 8) | std::uint32_t(std::stoul(answer.substr(at + byte - 2, 2), nullptr, 16));
    registers.push_back(value);
  }
  return registers;
}

std::optional<StopCause> RspClient::poll_stop(std::chrono::microseconds timeout) {
  if (!running_) return std::nullopt;
  const auto until = Clock::now() + timeout;
  for (;;) {
    while (auto item = parser_.next()) {
      if (item->kind == PacketParser::Kind::Damaged)
        throw MachineError("QEMU's debug connection is garbled (while the guest ran)");
      if (item->kind != PacketParser::Kind::Packet || !is_stop(item->payload)) continue;
      owes_acknowledgement_ = true;
      running_ = false;
      return cause_of(item->payload);
    }
    if (!receive(until)) return std::nullopt;
  }
}

}  // namespace exo::connection
