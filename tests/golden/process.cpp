#include "tests/golden/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace exo::test {

namespace {
void redirect(const std::string& path, int to) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  dup2(file, to);
}
}  // namespace

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t Ended::error_lines() const { return std::size_t(std::ranges::count(err, '\n')); }

std::string explorer_path() {
  const char* path = std::getenv("EXOSCOPE_EXPLORER");
  return path != nullptr ? path : "build/bin/exoscope-explorer";
}

Process::Process(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment) {
  std::string pattern = (std::filesystem::temp_directory_path() / "exoscope-test-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  std::vector<char*> words;
  for (const auto& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_ = fork();
  if (pid_ != 0) return;
  redirect(folder_ + "/out", 1);
  redirect(folder_ + "/err", 2);
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  execvp(words[0], words.data());
  _exit(127);
}

Process::~Process() {
  if (!reaped_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  std::filesystem::remove_all(folder_);
}

std::vector<pid_t> Process::children() const {
  std::istringstream list(read_all("/proc/" + std::to_string(pid_) + "/task/" + std::to_string(pid_) + "/children"));
  return {std::istream_iterator<pid_t>(list), {}};
}

pid_t Process::wait_for_child(std::chrono::seconds most) const {
  const auto end = std::chrono::steady_clock::now() + most;
  while (std::chrono::steady_clock::now() < end) {
    if (const auto list = children(); !list.empty()) return list.front();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return -1;
}

void Process::send(int signal) const { kill(pid_, signal); }

Ended Process::wait(std::chrono::seconds most) {
  Ended ended;
  const auto end = std::chrono::steady_clock::now() + most;
  int status = 0;
  while (!reaped_ && std::chrono::steady_clock::now() < end) {
    if (waitpid(pid_, &status, WNOHANG) == pid_)
      reaped_ = true;
    else
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (reaped_) ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ended.out = read_all(folder_ + "/out");
  ended.err = read_all(folder_ + "/err");
  return ended;
}

Ended explorer(std::vector<std::string> arguments, const std::map<std::string, std::string>& environment) {
  arguments.insert(arguments.begin(), explorer_path());
  Process process(arguments, environment);
  return process.wait();
}

bool is_alive(pid_t pid) { return kill(pid, 0) == 0; }

}  // namespace exo::test
