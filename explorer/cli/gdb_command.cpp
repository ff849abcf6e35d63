// `exoscope gdb`: a lesson is run, or a recording opened, and gdb goes through it, forwards and backwards.
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "explorer/cli/commands.hpp"
#include "explorer/cli/debugged_run.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/cli/scenario_files.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/remote/server.hpp"
#include "explorer/session/session.hpp"

extern "C" char** environ;

namespace exo::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kTurn{50};

remote::Listener listener_of(const GdbOptions& options) {
  if (options.port) return remote::Listener::at_port(*options.port);
  if (!options.socket.empty()) return remote::Listener::at_path(fs::absolute(options.socket).string());
  return remote::Listener::in_private_folder();
}

/// The script of our commands for gdb, beside the lessons; empty when it is not there.
std::string script() {
  try {
    std::error_code error;
    const fs::path path = scenario_directory() / ".." / "assets" / "gdb" / "exoscope.py";
    return fs::exists(path, error) ? fs::weakly_canonical(path, error).string() : "";
  } catch (const InputError&) {
    return "";  // a scenario or a recording was given by its path, from elsewhere
  }
}

std::vector<std::string> gdb_arguments(const std::string& address) {
  const std::string path = script();
  if (path.empty())
    return {"gdb-multiarch", "-ex", "target extended-remote " + address, "-ex", "set schedule-multiple on"};
  return {"gdb-multiarch", "-x", path, "-ex", "exo connect " + address};
}

std::string quoted(const std::string& word) {
  const bool plain = word.find_first_of(" \"'$`\\") == std::string::npos;
  return plain ? word : "'" + word + "'";
}

/// gdb in this terminal. Its interrupts are its own affair.
class Gdb {
 public:
  explicit Gdb(const std::vector<std::string>& arguments) {
    std::vector<char*> words;
    for (const auto& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    if (::posix_spawnp(&pid_, words[0], nullptr, nullptr, words.data(), environ) != 0)
      throw InputError("gdb-multiarch can't be started: install the package gdb-multiarch");
  }
  ~Gdb() {
    if (!over()) {
      ::kill(pid_, SIGTERM);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  Gdb(const Gdb&) = delete;
  Gdb& operator=(const Gdb&) = delete;

  [[nodiscard]] bool over() {
    if (!over_ && ::waitpid(pid_, nullptr, WNOHANG) == pid_) over_ = true;
    return over_;
  }

 private:
  pid_t pid_ = -1;
  bool over_ = false;
};

}  // namespace

int gdb(const GdbOptions& options) {
  const auto session = debugged_run(options.what, options.seed);
  if (const int signal = signal_caught(); signal != 0) return 128 + signal;
  if (!session->warning().empty()) complain(session->warning());
  remote::Server server(session->debug(), listener_of(options));
  const auto arguments = gdb_arguments(server.address());
  if (options.start_gdb) {
    Gdb gdb(arguments);
    while (!gdb.over() && signal_caught() != SIGTERM) server.serve(kTurn);
    session->close();
    return int(ExitCode::Good);
  }
  const Narrator narrator(false);
  std::string line;
  for (const auto& word : arguments) line += (line.empty() ? "" : " ") + quoted(word);
  narrator.line(
      fmt::format("{}: {} events; gdb connects at {}", session->source(), session->history().size(), server.address()));
  narrator.line("  " + line);
  narrator.line("Ctrl-C ends it.");
  while (signal_caught() == 0) server.serve(kTurn);
  session->close();
  return signal_caught() == SIGINT ? int(ExitCode::Good) : 128 + signal_caught();
}

}  // namespace exo::cli
