// A screen of its own for a test: Xvfb on a number that it chooses itself, without a TCP port, and a hand (xdotool)
// that moves its mouse and types.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

namespace exo::test {

class Desktop {
 public:
  /// Throws std::runtime_error when there is no Xvfb. Sets DISPLAY.
  Desktop(int width, int height);
  ~Desktop();
  Desktop(const Desktop&) = delete;
  Desktop& operator=(const Desktop&) = delete;

  // Each waits until xdotool is done: the X server has the event then, the window soon. Places are the window's own.
  void move(int x, int y) const { run(at(x, y)); }
  void click(int x, int y) const;
  void press(const std::string& key) const { run({"key", key}); }
  /// One behind the other, faster than frames are drawn.
  void press_all(std::vector<std::string> keys) const {
    keys.insert(keys.begin(), {"key", "--delay", "0"});
    run(keys);
  }
  void type(const std::string& text) const { run({"type", "--delay", "30", text}); }
  void resize(int width, int height) const;

 private:
  pid_t server_ = 0;
  [[nodiscard]] static std::vector<std::string> at(int x, int y);
  static void run(const std::vector<std::string>& arguments);
};

}  // namespace exo::test
