#include "tests/host/remote/gdb_process.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace exo::test {

namespace {

std::string source_root() {
  const char* root = std::getenv("EXOSCOPE_SOURCE_DIR");
  return root != nullptr ? root : ".";
}

}  // namespace

GdbRun::GdbRun(const std::string& address, const std::string& commands, const Options& options) {
  const SocketFolder folder;
  const std::string path = folder.path() + "/commands";
  std::ofstream file(path);
  std::istringstream lines(commands);
  const bool mi = !options.interpreter.empty();
  file << (mi ? "" : "set pagination off\nset confirm off\nset width 0\n");
  const auto say = [&](const std::string& command) {
    file << (mi ? "-interpreter-exec console \"" + command + "\"" : command) << "\n";
  };
  if (options.script) say("source " + source_root() + "/assets/gdb/exoscope.py");
  if (options.script) say("exo connect " + address);
  if (!options.script && options.connects) say("directory " + source_root());
  if (!options.script && options.connects) say("target extended-remote " + address);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("== "))
      line = mi ? "-interpreter-exec console \"echo " + line + "\\\\n\"" : "echo " + line + "\\n";
    file << line << "\n";
  }
  file << (mi ? "-gdb-exit\n" : "");
  file.close();
  std::vector<std::string> words = {"gdb-multiarch", "-nx", "-q"};
  if (mi) {
    // MI reads its next command before what runs has stopped: an IDE waits then, and so does what stands for one here.
    words = {"sh", "-c",
             "ulimit -c 0; while IFS= read -r line; do printf '%s\\n' \"$line\"; case \"$line\" in -exec*|-inter*) "
             "sleep 0.5;; "
             "esac; done < " +
                 path + " | gdb-multiarch -nx -q --interpreter=" + options.interpreter};
  } else {
    words = {"sh", "-c", "ulimit -c 0; exec gdb-multiarch -nx -q -batch -x " + path + " 2>&1"};
  }
  Process process(words);
  const Ended ended = process.wait(options.most);
  code_ = ended.code;
  output_ = ended.out + ended.err;
}

std::string GdbRun::operator[](const std::string& mark) const {
  const std::string line = "\n== " + mark + "\n";
  const std::size_t at = output_.find(line);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + line.size() - 1;
  return output_.substr(begin, output_.find("\n== ", begin) - begin);
}

SocketFolder::SocketFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "exoscope-gdb-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

SocketFolder::~SocketFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

}  // namespace exo::test
