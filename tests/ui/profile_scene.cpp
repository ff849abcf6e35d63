#include "tests/ui/profile_scene.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace exo::test {
namespace {

using debugger::Environment;
using debugger::Profile;
using debugger::ProfileFrame;
using Kind = ProfileFrame::Kind;

/// Frames in their order: each is opened within the one before, and closed.
class Scene {
 public:
  Scene() {
    profile.to = 40;
    open(Kind::All, "all", 0);
  }
  void open(Kind kind, std::string name, std::uint64_t self, bool in_kernel = false) {
    ProfileFrame frame;
    frame.kind = kind;
    frame.name = std::move(name);
    frame.env = env;
    frame.in_kernel = in_kernel;
    frame.parent = opened.empty() ? 0 : opened.back();
    frame.depth = std::uint32_t(opened.size());
    frame.self = frame.total = self;
    opened.push_back(std::uint32_t(profile.frames.size()));
    profile.frames.push_back(frame);
  }
  void close(int count = 1) {
    for (; count > 0; --count) {
      ProfileFrame& frame = profile.frames[opened.back()];
      frame.end = std::uint32_t(profile.frames.size());
      const std::uint64_t total = frame.total;
      opened.pop_back();
      if (!opened.empty()) profile.frames[opened.back()].total += total;
    }
  }
  void function(std::string name, std::uint64_t self, std::string file, std::uint32_t line, bool in_kernel = false) {
    profile.rows.push_back({env, in_kernel, in_kernel ? "kernel" : "polite", {name}, std::move(file), line, self});
    open(Kind::Function, std::move(name), self, in_kernel);
  }
  std::shared_ptr<const Profile> done() {
    close(int(opened.size()));
    profile.instructions = profile.frames[0].total;
    return std::make_shared<const Profile>(std::move(profile));
  }

  Profile profile;
  Environment env = 0;
  std::vector<std::uint32_t> opened;
};

}  // namespace

std::shared_ptr<const Profile> profile_scene(Environment one, Environment other) {
  Scene scene;
  scene.env = one;
  scene.open(Kind::Owner, "polite", 0);
  scene.function("main", 100, "libos/polite/main.cpp", 30);
  scene.function("exo::libos::Heap::take", 500, "libos/base/heap.cpp", 71);
  scene.open(Kind::Boundary, "[system call]", 0, true);
  scene.function("trap", 40, "kernel/core/main.cpp", 101, true);
  scene.function("exo::kernel::frames::allocate", 160, "kernel/core/frames.cpp", 55, true);
  scene.close(4);
  scene.function("exo::libos::Heap::advance", 150, "libos/base/heap.cpp", 90);
  scene.open(Kind::Boundary, "[upcall]", 0);
  scene.function("exo_interrupt_entry", 50, "libos/base/upcall_entry.S", 170);
  scene.close(5);
  scene.env = other;
  scene.open(Kind::Owner, "stubborn", 0);
  scene.function("main", 300, "libos/stubborn/main.cpp", 30);
  return scene.done();
}

std::shared_ptr<const Profile> crowded_profile(Environment one, int wide, int deep) {
  Scene scene;
  scene.env = one;
  scene.open(Kind::Owner, "crowded", 0);
  for (int i = 0; i < deep; ++i)
    scene.function("exo::libos::deep::function_" + std::to_string(i), 1000, "libos/deep.cpp", std::uint32_t(i + 1));
  scene.close(deep);
  for (int i = 0; i < wide; ++i) {
    scene.function("exo::libos::wide::function_" + std::to_string(i), std::uint64_t(2 * (wide - i)), "libos/wide.cpp",
                   std::uint32_t(i + 1));
    scene.close();
  }
  return scene.done();
}

}  // namespace exo::test
