#include "explorer/cli/signals.hpp"

#include <csignal>

namespace exo::cli {
namespace {

volatile std::sig_atomic_t caught = 0;
extern "C" void exo_cli_remember(int signal) { caught = signal; }

}  // namespace

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = exo_cli_remember;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

int signal_caught() { return caught; }

const char* signal_text(int signal) { return signal == SIGTERM ? "terminated" : "interrupted"; }

}  // namespace exo::cli
