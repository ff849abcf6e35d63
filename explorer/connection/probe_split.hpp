// How a held QEMU becomes two (fork), each with memory of its own: so a moment of a run can be kept, and gone on from
// as often as one likes, without executing what led to it.
//
// fork() copies one thread, the one that executes the guest. What else a QEMU needs is made anew in the copy: a thread
// for its timers and its waiting (QEMU's own main loop), and ends of its own for everything that it inherited and
// that the first one still listens to. QEMU's own functions are found by name, as it exports them for its modules;
// where they are missing, machines can't be split, and are begun from boot instead.
#pragma once
#include <dirent.h>
#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace exo::connection {

/// QEMU's own functions and variables that its plugins' interface does not offer (7.2: include/qemu/main-loop.h,
/// include/hw/core/cpu.h, include/qemu/rcu.h, include/exec/exec-all.h).
struct QemuSymbols {
  void* (*processor)(int number) = nullptr;
  void (*dump_state)(void* processor, FILE* file, int flags) = nullptr;
  void (*lock)(const char* file, int line) = nullptr;
  void (*unlock)() = nullptr;
  void (*main_loop_wait)(int nonblocking) = nullptr;
  void (*register_rcu_thread)() = nullptr;
  void (*flush_translations)(void* processor) = nullptr;
  void (*leave_blocks)(void* processor) = nullptr;  ///< out of blocks that lead directly to each other
  int* one_by_one = nullptr;                        ///< a bool from 8.1 on, under another name

  void find() {
    const auto take = [](auto& target, const char* name) {
      target = reinterpret_cast<decltype(+target)>(::dlsym(RTLD_DEFAULT, name));
    };
    take(processor, "qemu_get_cpu");
    take(dump_state, "cpu_dump_state");
    take(lock, "qemu_mutex_lock_iothread_impl");
    take(unlock, "qemu_mutex_unlock_iothread");
    take(main_loop_wait, "main_loop_wait");
    take(register_rcu_thread, "rcu_register_thread");
    take(flush_translations, "tb_flush");
    take(leave_blocks, "cpu_exit");
    take(one_by_one, "singlestep");
  }
  [[nodiscard]] bool complete() const {
    return processor != nullptr && dump_state != nullptr && lock != nullptr && unlock != nullptr &&
           main_loop_wait != nullptr && register_rcu_thread != nullptr && flush_translations != nullptr &&
           leave_blocks != nullptr && one_by_one != nullptr;
  }
};

inline QemuSymbols qemu;

struct SplitFiles {
  int socket, ram, probe;  ///< what the copy gets for its own
};

namespace split {

/// Calls take(first, bytes, offset, inode) for each mapping of this process.
template <typename Take>
void each_mapping(Take take) {
  FILE* maps = std::fopen("/proc/self/maps", "re");
  if (maps == nullptr) return;
  char line[512];
  while (std::fgets(line, sizeof line, maps) != nullptr) {
    unsigned long first = 0, end = 0, offset = 0, inode = 0;
    if (std::sscanf(line, "%lx-%lx %*s %lx %*s %lu", &first, &end, &offset, &inode) == 4)
      take(reinterpret_cast<void*>(first), end - first, offset, inode);
  }
  std::fclose(maps);
}

inline unsigned long inode_of(int file) {
  struct stat about {};
  return ::fstat(file, &about) == 0 ? about.st_ino : 0;
}

// The same addresses show the copy's own file from here on. At most 16 mappings of a file.
inline bool map_again(int old_file, int new_file) {
  struct One {
    void* first;
    std::size_t bytes, offset;
  } found[16];
  std::size_t count = 0;
  const unsigned long inode = inode_of(old_file);
  each_mapping([&](void* first, std::size_t bytes, std::size_t offset, unsigned long of) {
    if (of == inode && count < 16) found[count++] = {first, bytes, offset};
  });
  for (std::size_t i = 0; i < count; ++i)
    if (::mmap(found[i].first, found[i].bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, new_file,
               off_t(found[i].offset)) == MAP_FAILED)
      return false;
  return count != 0 && ::dup2(new_file, old_file) == old_file;
}

// Whatever both would listen to or wake each other by becomes the copy's own: sockets lead nowhere, counters are new.
inline void cut_off(int except) {
  DIR* folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) ::_exit(0);
  for (dirent* entry = ::readdir(folder); entry != nullptr; entry = ::readdir(folder)) {
    const int file = std::atoi(entry->d_name);
    char path[288], where[64]{};
    std::snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
    if (file < 3 || file == except || file == ::dirfd(folder) || ::readlink(path, where, sizeof where - 1) <= 0)
      continue;
    int fresh = -1;
    if (std::strncmp(where, "socket:", 7) == 0) {
      int pair[2];  // the other end stays open: a closed one would be something to read
      if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0) fresh = pair[0];
    } else if (std::strstr(where, "[eventfd]") != nullptr) {
      fresh = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    }
    if (fresh >= 0) {
      ::dup2(fresh, file);
      ::close(fresh);
    }
  }
  ::closedir(folder);
}

// Nobody reaps a copy but QEMU, and it outlives nobody: it leaves when the explorer's end of its socket is closed.
inline void* watch(void* socket) {
  pollfd watched{int(reinterpret_cast<std::intptr_t>(socket)), POLLRDHUP, 0};
  while (::poll(&watched, 1, -1) < 0 || (watched.revents & (POLLRDHUP | POLLHUP | POLLERR)) == 0) watched.revents = 0;
  ::_exit(0);
}

inline void* main_loop(void*) {
  qemu.register_rcu_thread();
  qemu.lock(__FILE__, __LINE__);
  for (;;) qemu.main_loop_wait(0);
}

inline bool begin_thread(void* (*body)(void*), void* argument) {
  pthread_t thread;
  return ::pthread_create(&thread, nullptr, body, argument) == 0 && ::pthread_detach(thread) == 0;
}

}  // namespace split

/// In the thread that executes the guest, while it is held. Returns the copy's number in the first one, 0 in the copy,
/// -1: it can't be.
inline pid_t split_qemu(int socket, int ram, int probe, const SplitFiles& own) {
  static bool prepared = false;
  if (!prepared) {
    ::signal(SIGCHLD, SIG_IGN);
    // QEMU keeps its memory from being copied.
    split::each_mapping(
        [](void* first, std::size_t bytes, std::size_t, unsigned long) { ::madvise(first, bytes, MADV_DOFORK); });
    prepared = true;
  }
  qemu.lock(__FILE__, __LINE__);  // so that no other thread is in the middle of anything
  const pid_t child = ::fork();
  if (child != 0) {
    qemu.unlock();
    return child;
  }
  if (::dup2(own.socket, socket) != socket || !split::map_again(ram, own.ram) || !split::map_again(probe, own.probe))
    ::_exit(0);
  for (const int file : {own.socket, own.ram, own.probe}) ::close(file);
  split::cut_off(socket);
  qemu.unlock();
  if (!split::begin_thread(split::main_loop, nullptr) ||
      !split::begin_thread(split::watch, reinterpret_cast<void*>(std::intptr_t(socket))))
    ::_exit(0);
  return 0;
}

}  // namespace exo::connection
