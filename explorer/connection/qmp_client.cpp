#include "explorer/connection/qmp_client.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "explorer/common/error.hpp"
#include "explorer/connection/file_descriptor.hpp"

namespace exo::connection {

using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds kAnswerTime{20'000};
constexpr std::size_t kLongestLine = 1u << 20;
constexpr std::size_t kSerialBytes = 65'536;

}  // namespace

std::string QmpClient::read_line(Clock::time_point until) {
  for (;;) {
    if (const std::size_t end = received_.find('\n'); end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return line;
    }
    if (received_.size() > kLongestLine) throw MachineError("QEMU's control connection is garbled: a line without end");
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd watched{socket_, POLLIN, 0};
    const int ready = ::poll(&watched, 1, int(std::max<long>(left, 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) throw MachineError("QEMU does not answer its control connection");
    std::array<char, 4096> bytes;
    const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) throw MachineError("QEMU closed its control connection");
    received_.append(bytes.data(), std::size_t(count));
  }
}

json QmpClient::answer_to(const std::string& command, const json& arguments, Clock::time_point until) {
  json request = {{"execute", command}};
  if (!arguments.is_null()) request["arguments"] = arguments;
  const std::string line = request.dump() + "\n";
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t count = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw MachineError(error_text("QEMU's control connection is closed"));
    rest.remove_prefix(std::size_t(count));
  }
  for (;;) {  // events come in between
    const json answer = json::parse(read_line(until), nullptr, false);
    if (!answer.is_object())
      throw MachineError(fmt::format("QEMU's control connection is garbled (after {})", command));
    if (answer.contains("return")) return answer["return"];
    if (answer.contains("error"))
      throw MachineError(fmt::format("QEMU refused {}: {}", command, answer["error"].value("desc", "no reason given")));
  }
}

void QmpClient::open(Clock::time_point until) {
  if (open_) return;
  const json greeting = json::parse(read_line(until), nullptr, false);
  if (!greeting.is_object() || !greeting.contains("QMP")) throw MachineError("QEMU's control connection is garbled");
  answer_to("qmp_capabilities", nullptr, until);
  open_ = true;
}

json QmpClient::execute(const std::string& command, const json& arguments, std::chrono::milliseconds timeout) {
  const auto until = Clock::now() + timeout;
  open(until);
  return answer_to(command, arguments, until);
}

void QmpClient::quit(std::chrono::milliseconds timeout) noexcept {
  try {
    execute("quit", nullptr, timeout);
  } catch (const std::exception&) {  // gone or hung: signals follow
  }
}

std::string QmpClient::status() {
  const json answer = execute("query-status", nullptr, kAnswerTime);
  return answer.is_object() ? answer.value("status", "unknown") : "unknown";
}

std::string QmpClient::read_serial() {
  const json answer = execute("ringbuf-read", {{"device", "serial"}, {"size", kSerialBytes}}, kAnswerTime);
  return answer.is_string() ? answer.get<std::string>() : std::string{};
}

}  // namespace exo::connection
