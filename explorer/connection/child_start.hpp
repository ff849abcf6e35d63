// What every child that we start does first, between fork and exec: only async-signal-safe calls.
#pragma once
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <initializer_list>

namespace exo::connection {

/// Its own group (a terminal's Ctrl-C goes to the explorer, which then ends its children in order), an end with the
/// thread that made it, by `end`, signals as they are by default, nothing to read, and `output` for all that it prints.
inline void start_child(pid_t parent, int end, int output) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, end);
  if (::getppid() != parent) ::_exit(127);
  for (const int signal : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(null, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
}

}  // namespace exo::connection
