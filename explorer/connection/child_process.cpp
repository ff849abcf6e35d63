#include "explorer/connection/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "explorer/common/error.hpp"
#include "explorer/connection/child_start.hpp"

extern char** environ;

namespace exo::connection {
namespace {

constexpr std::chrono::milliseconds kTermPatience{1500}, kKillPatience{3000};
constexpr std::size_t kMostAtOnce = 1u << 20;

/// Runs between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(char* const* words, char* const* variables, int output, int failure, pid_t parent) {
  start_child(parent, SIGTERM, output);
  ::execvpe(words[0], words, variables);
  const int why = errno;
  [[maybe_unused]] const ssize_t told = ::write(failure, &why, sizeof why);
  ::_exit(127);
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& words,
                           const std::vector<std::pair<std::string, std::string>>& more) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : more) variables.push_back(fmt::format("{}={}", name, value));
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
    bool given = false;
    for (const auto& [name, value] : more)
      given = given || std::strncmp(*one, (name + "=").c_str(), name.size() + 1) == 0;
    if (!given) variables.emplace_back(*one);
  }
  const auto arguments = pointers(words), settings = pointers(variables);
  auto [output_here, output_there] = socket_pair();
  auto [failure_here, failure_there] = socket_pair();
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw MachineError(error_text(fmt::format("cannot start {} (too many processes?)", words.front())));
  if (pid_ == 0) become(arguments.data(), settings.data(), output_there.get(), failure_there.get(), parent);
  ::setpgid(pid_, pid_);  // whoever comes first
  failure_there.reset();
  int why = 0;
  ssize_t count = 0;
  do count = ::read(failure_here.get(), &why, sizeof why);
  while (count < 0 && errno == EINTR);
  if (count == ssize_t(sizeof why)) {
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
    throw InputError(fmt::format("{} can't be run: {}", words.front(), std::strerror(why)));
  }
  output_ = std::move(output_here);
}

ChildProcess::~ChildProcess() {
  if (ended()) return;
  ask_to_end();
  const auto began = std::chrono::steady_clock::now();
  bool killed = false;
  while (!ended()) {
    (void)read(std::chrono::milliseconds(10));
    const auto passed = std::chrono::steady_clock::now() - began;
    if (!killed && passed > kTermPatience) {
      ::kill(-pid_, SIGKILL);
      killed = true;
    }
    if (passed > kTermPatience + kKillPatience) return;
  }
}

void ChildProcess::ask_to_end() {
  if (pid_ > 0 && !status_) ::kill(-pid_, SIGTERM);
}

std::string ChildProcess::read(std::chrono::milliseconds wait) {
  std::string out;
  std::array<char, 16384> bytes{};
  while (output_.valid() && out.size() < kMostAtOnce) {
    pollfd watched{output_.get(), POLLIN, 0};
    const int ready = ::poll(&watched, 1, out.empty() ? int(wait.count()) : 0);
    if (ready <= 0) break;
    const ssize_t count = ::read(output_.get(), bytes.data(), bytes.size());
    if (count > 0)
      out.append(bytes.data(), std::size_t(count));
    else if (count == 0 || errno != EINTR)
      output_.reset();
  }
  return out;
}

std::optional<int> ChildProcess::ended() {
  if (pid_ < 0 || status_) return status_;
  int status = 0;
  const pid_t reaped = ::waitpid(pid_, &status, WNOHANG);
  if (reaped == 0) return std::nullopt;
  // Somebody else reaping our child (ECHILD) also means it is gone.
  status_ = reaped != pid_ ? 127 : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return status_;
}

bool BuildLock::take() {
  if (held_) return true;
  if (!file_.valid()) {
    const std::string path = folder_ + "/.lock";
    file_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0666));
    if (!file_.valid()) throw InputError(error_text(fmt::format("{}: nothing can be built there", folder_)));
  }
  held_ = ::flock(file_.get(), LOCK_EX | LOCK_NB) == 0;
  return held_;
}

}  // namespace exo::connection
