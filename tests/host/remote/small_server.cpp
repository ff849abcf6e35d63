// Serves the small machine to gdb at a path, until it is ended: what the tests with a real gdb connect to.
#include <csignal>
#include <cstdio>
#include <exception>

#include "explorer/remote/server.hpp"
#include "tests/host/remote/small_machine.hpp"

namespace {
volatile std::sig_atomic_t ended = 0;
extern "C" void end(int) { ended = 1; }
}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  struct sigaction action {};
  action.sa_handler = end;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  try {
    exo::test::SmallMachine machine(argv[1]);
    exo::remote::Server server(machine, exo::remote::Listener::at_path(argv[2]));
    while (ended == 0) server.serve(std::chrono::milliseconds(100));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
