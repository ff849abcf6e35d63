// What the documents promise is true: every `./exoscope` command in a ```sh block of a Markdown file is run, in order
// and in a folder of its own, and ends with 0; every other command parses; every relative link leads to a file.
//
// A comment at the end of a command line may say otherwise: `# exit 2`.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/lint/source_tree.hpp"

namespace exo::lint {
namespace {

namespace fs = std::filesystem;

struct Command {
  std::string place;  ///< file and line
  std::string text;   ///< without its comment
  int exit_code = 0;
};

std::vector<Command> commands_of(const SourceFile& file) {
  std::vector<Command> commands;
  bool in_block = false, continues = false;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    std::string line = trim(file.lines[i]);
    if (line.starts_with("```")) {
      in_block = !in_block && (line == "```sh");
      continue;
    }
    if (!in_block || line.empty() || line[0] == '#') continue;
    Command command{file.path + ":" + std::to_string(i + 1), {}, 0};
    if (const std::size_t comment = line.find(" #"); comment != std::string::npos) {
      if (const std::size_t code = line.find("# exit "); code != std::string::npos)
        command.exit_code = std::atoi(line.c_str() + code + 7);
      line = trim(std::string_view(line).substr(0, comment));
    }
    const bool more = line.ends_with("\\");
    if (more) line.pop_back();
    if (continues)
      commands.back().text += line;
    else
      command.text = line, commands.push_back(command);
    continues = more;
  }
  return commands;
}

std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

/// A folder that looks like the repository to the commands: ./exoscope, scenarios/, libos/, and room for what they
/// write.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "exoscope-documents-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    for (const char* part : {"scenarios", "libos"}) fs::create_directory_symlink(root() / part, folder_ / part);
    std::ofstream(folder_ / "exoscope") << "#!/bin/sh\n"
                                        << "[ \"${1:-}\" = test ] && exec " << quoted(root() / "exoscope")
                                        << " test --help\n"
                                        << "exec \"$EXOSCOPE_EXPLORER\" \"$@\"\n";
    fs::permissions(folder_ / "exoscope", fs::perms::owner_all);
  }
  ~Scratch() { fs::remove_all(folder_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// Runs a shell command there without a display; returns its exit code and what it said.
  int run(const std::string& command, std::string& said) const {
    std::ofstream(folder_ / "command") << command << "\n";
    const std::string line = "cd " + quoted(folder_) +
                             " && env -u DISPLAY -u WAYLAND_DISPLAY timeout 100 sh ./command >said 2>&1 </dev/null";
    const int status = std::system(line.c_str());
    std::stringstream text;
    text << std::ifstream(folder_ / "said").rdbuf();
    said = text.str();
    return status >= 0 && (status & 0x7f) == 0 ? status >> 8 : -1;
  }

 private:
  fs::path folder_;
};

TEST(Documents, EveryCommandWorks) {
  ASSERT_NE(std::getenv("EXOSCOPE_EXPLORER"), nullptr) << "run this test through ctest";
  int ran = 0;
  for (const SourceFile& file : source_tree()) {
    if (!file.ends_with(".md")) continue;
    const Scratch scratch;
    for (const Command& command : commands_of(file)) {
      SCOPED_TRACE(command.place + ": " + command.text);
      std::string said;
      if (command.text.starts_with("./exoscope")) {
        EXPECT_EQ(scratch.run(command.text, said), command.exit_code) << said;
        ++ran;
      } else if (command.text.starts_with("cmake -B build -G Ninja")) {
        // Building the tree a second time would take minutes; that it can be configured by hand is what may break.
        EXPECT_EQ(scratch.run("cmake -B build -G Ninja -S " + quoted(root()), said), 0) << said;
        ++ran;
      } else {
        EXPECT_EQ(scratch.run("sh -n <<'END'\n" + command.text + "\nEND", said), 0) << said;
      }
    }
  }
  EXPECT_GT(ran, 5);
}

TEST(Documents, EveryLinkLeadsSomewhere) {
  int checked = 0;
  for (const SourceFile& file : source_tree()) {
    if (!file.ends_with(".md")) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      for (std::size_t at = line.find("]("); at != std::string::npos; at = line.find("](", at + 1)) {
        const std::size_t end = line.find(')', at);
        if (end == std::string::npos) continue;
        std::string target = line.substr(at + 2, end - at - 2);
        target = target.substr(0, target.find('#'));
        if (target.empty() || target.find("://") != std::string::npos) continue;
        ++checked;
        EXPECT_TRUE(fs::exists(root() / file.folder() / target)) << file.path << ":" << i + 1 << ": " << target;
      }
    }
  }
  EXPECT_GT(checked, 3);
}

}  // namespace
}  // namespace exo::lint
