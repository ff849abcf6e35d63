#include "explorer/remote/listener.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "explorer/common/error.hpp"

namespace exo::remote {

namespace {

using connection::error_text;
using connection::FileDescriptor;

constexpr int kBacklog = 4;

FileDescriptor new_socket(int family) {
  FileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.valid()) throw InputError(error_text("cannot make a socket for gdb"));
  return socket;
}

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    throw InputError(fmt::format("{}: a socket's path has 1 to {} characters; give a shorter one with --socket", path,
                                 sizeof address.sun_path - 1));
  path.copy(address.sun_path, path.size());
  return address;
}

template <typename Address>
const sockaddr* as_socket(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

/// Removes a socket that nobody listens at.
void remove_stale(const std::string& path, const sockaddr_un& address) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) return;
  if (!S_ISSOCK(about.st_mode))
    throw InputError(fmt::format("{} exists, and is not a socket; give another path", path));
  const FileDescriptor trial = new_socket(AF_UNIX);
  if (::connect(trial.get(), as_socket(address), sizeof address) == 0 || errno != ECONNREFUSED)
    throw InputError(fmt::format("{}: somebody listens there already; give another path", path));
  ::unlink(path.c_str());
}

}  // namespace

Listener Listener::in_private_folder() {
  const char* of_session = std::getenv("XDG_RUNTIME_DIR");
  std::error_code error;
  std::string base = of_session != nullptr && std::filesystem::is_directory(of_session, error)
                         ? std::string(of_session)
                         : std::filesystem::temp_directory_path(error).string();
  std::string folder = base + "/exoscope-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) throw InputError(error_text("cannot make a folder in " + base));
  try {
    Listener listener = at_path(folder + "/gdb");
    listener.made_folder_ = folder;
    return listener;
  } catch (const Error&) {
    ::rmdir(folder.c_str());
    throw;
  }
}

Listener Listener::at_path(const std::string& path) {
  Listener listener;
  const sockaddr_un address = unix_address(path);
  remove_stale(path, address);
  listener.socket_ = new_socket(AF_UNIX);
  // What bind makes has the rights that the socket has.
  ::fchmod(listener.socket(), S_IRUSR | S_IWUSR);
  if (::bind(listener.socket(), as_socket(address), sizeof address) != 0)
    throw InputError(error_text("cannot make the socket " + path));
  listener.made_file_ = path;
  if (::listen(listener.socket(), kBacklog) != 0) throw InputError(error_text("cannot listen at " + path));
  listener.address_ = path;
  return listener;
}

Listener Listener::at_port(std::uint16_t port) {
  Listener listener;
  listener.socket_ = new_socket(AF_INET);
  const int yes = 1;
  ::setsockopt(listener.socket(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener.socket(), as_socket(address), sizeof address) != 0 || ::listen(listener.socket(), kBacklog) != 0)
    throw InputError(error_text(fmt::format("cannot listen at port {} (give another one with --port)", port)));
  socklen_t size = sizeof address;
  ::getsockname(listener.socket(), reinterpret_cast<sockaddr*>(&address), &size);
  listener.address_ = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
  return listener;
}

Listener::~Listener() {
  if (!socket_.valid()) return;  // moved away
  if (!made_file_.empty()) ::unlink(made_file_.c_str());
  if (!made_folder_.empty()) ::rmdir(made_folder_.c_str());
}

}  // namespace exo::remote
