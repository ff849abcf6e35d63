// Where a gdb and the hand in the window wait for each other: files in a folder, each with a word in it.
#pragma once
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>

#include "tests/host/remote/gdb_process.hpp"

namespace exo::test {

class Meeting {
 public:
  void tell(const std::string& name) const { std::ofstream(path(name)) << name; }
  /// What gdb told under that name; nothing when it does not in half a minute.
  [[nodiscard]] std::optional<std::string> hear(const std::string& name) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < end) {
      std::ifstream file(path(name));
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      if (text.ends_with('\n')) return text.substr(0, text.size() - 1);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return std::nullopt;
  }
  /// For gdb: tell(NAME, WORD), wait_for(NAME), instant().
  [[nodiscard]] std::string helpers() const {
    return "python\nFOLDER = '" + folder_.path() + R"('
import os, time
def quietly(command):
    return gdb.execute(command, to_string=True)
def instant():
    return int(gdb.parse_and_eval("$instant"))
def tell(name, word):
    with open(FOLDER + "/" + name, "w") as file:
        file.write(str(word) + "\n")
def wait_for(name):
    for _ in range(600):
        if os.path.exists(FOLDER + "/" + name):
            return
        time.sleep(0.05)
    print("in vain", name)
end
)";
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path() + "/" + name; }

 private:
  SocketFolder folder_;
};

}  // namespace exo::test
