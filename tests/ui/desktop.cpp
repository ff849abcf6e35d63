#include "tests/ui/desktop.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

extern char** environ;

namespace exo::test {
namespace {

pid_t start(const std::vector<std::string>& words) {
  std::vector<char*> raw;
  for (const auto& word : words) raw.push_back(const_cast<char*>(word.c_str()));
  raw.push_back(nullptr);
  pid_t pid = 0;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  const int failed = posix_spawnp(&pid, raw[0], &actions, nullptr, raw.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error(words[0] + " does not start: install the packages of cmake/packages.txt");
  return pid;
}

}  // namespace

Desktop::Desktop(int width, int height) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  // The server ends with the test, whatever happens to it.
  server_ = start({"timeout", "300", "Xvfb", "-displayfd", std::to_string(ends[1]), "-screen", "0",
                   std::to_string(width) + "x" + std::to_string(height) + "x24", "-nolisten", "tcp", "-noreset"});
  ::close(ends[1]);
  std::string number;
  char byte = 0;
  while (::read(ends[0], &byte, 1) == 1 && byte != '\n') number += byte;
  ::close(ends[0]);
  if (number.empty()) throw std::runtime_error("Xvfb does not start");
  setenv("DISPLAY", (":" + number).c_str(), 1);
  unsetenv("WAYLAND_DISPLAY");
  unsetenv("SDL_VIDEODRIVER");
}

Desktop::~Desktop() {
  kill(server_, SIGTERM);
  waitpid(server_, nullptr, 0);
}

void Desktop::run(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"timeout", "20", "xdotool"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  int status = 0;
  waitpid(start(words), &status, 0);
  if (status != 0) throw std::runtime_error("xdotool " + arguments[0] + " failed");
}

std::vector<std::string> Desktop::at(int x, int y) {
  return {"search", "--name", "Exoscope", "mousemove", "--window", "%1", std::to_string(x), std::to_string(y)};
}

void Desktop::click(int x, int y) const {
  auto words = at(x, y);
  // Long enough for a frame without a graphics card.
  for (const char* word : {"sleep", "0.3", "mousedown", "1", "sleep", "0.3", "mouseup", "1"}) words.emplace_back(word);
  run(words);
}

void Desktop::resize(int width, int height) const {
  run({"search", "--name", "Exoscope", "windowsize", "%@", std::to_string(width), std::to_string(height)});
}

}  // namespace exo::test
