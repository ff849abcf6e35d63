#include "explorer/connection/file_descriptor.hpp"

#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <mutex>
#include <system_error>

#include "explorer/common/error.hpp"

namespace exo::connection {

std::string error_text(const std::string& what) {
  const int number = errno;
  return what + ": " + std::generic_category().message(number);
}

void ignore_write_signals() {
  static std::once_flag once;
  std::call_once(once, [] {
    for (const int number : {SIGXFSZ, SIGPIPE}) {
      struct sigaction now {};
      if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) std::signal(number, SIG_IGN);
    }
  });
}

LiftedFileLimit::LiftedFileLimit() {
  ignore_write_signals();
  if (::getrlimit(RLIMIT_FSIZE, &before_) != 0 || before_.rlim_cur == RLIM_INFINITY) return;
  // Only the softer of the two limits: what was set on purpose for good stays.
  const rlimit lifted{before_.rlim_max, before_.rlim_max};
  lifted_ = ::setrlimit(RLIMIT_FSIZE, &lifted) == 0;
}

LiftedFileLimit::~LiftedFileLimit() {
  if (lifted_) ::setrlimit(RLIMIT_FSIZE, &before_);
}

FileDescriptor anonymous_file(const char* name, const std::string& bytes) {
  const LiftedFileLimit lifted;
  FileDescriptor file(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file.valid()) throw MachineError(error_text("cannot make an anonymous file for the machine"));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::pwrite(file.get(), bytes.data() + done, bytes.size() - done, off_t(done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw MachineError(error_text("cannot fill an anonymous file for the machine (free some memory)"));
    done += std::size_t(count);
  }
  return file;
}

std::pair<FileDescriptor, FileDescriptor> socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw MachineError(error_text("cannot make a socket for the machine"));
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

}  // namespace exo::connection
