// Sources: found, and told from sources that have changed.
#include "explorer/debugger/source_tree.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/host/debugger/programs.hpp"

namespace exo::test {
namespace {

namespace fs = std::filesystem;
using debugger::md5_of;
using debugger::SourceFile;
using debugger::SourceText;
using debugger::SourceTree;
using testing::HasSubstr;
using State = SourceText::State;

std::string hexadecimal(const debugger::Md5& sum) {
  std::string text;
  for (const std::uint8_t byte : sum) text += fmt::format("{:02x}", byte);
  return text;
}

// RFC 1321, A.5.
TEST(Md5, OfTheSpecification) {
  EXPECT_EQ(hexadecimal(md5_of("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hexadecimal(md5_of("abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hexadecimal(md5_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")),
            "d174ab98d277d9f5a5611c2c9f419d9f");
  EXPECT_EQ(hexadecimal(md5_of("12345678901234567890123456789012345678901234567890123456789012345678901234567890")),
            "57edf4a22be3c955ac49da2e2107b67a");
}

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "exoscope-sources-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name) << text; }

 private:
  fs::path path_;
};

std::int64_t time_of(const fs::path& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? std::int64_t(status.st_mtime) : 0;
}

TEST(SourceTree, ProvesThatTheSourcesOfThisBuildAreWhatWasCompiled) {
  SourceTree tree = SourceTree::find();
  for (const char* program : {"kernel", "polite", "debugger_fixture"}) {
    debugger::Symbols& symbols = symbols_of(program);
    std::size_t same = 0;
    for (const SourceFile& file : symbols.files()) {
      if (!file.md5 && (file.name.empty() || file.name.starts_with('/'))) continue;  // the compiler's own
      const SourceText& text = tree.read(file, symbols.built());
      EXPECT_TRUE(text.state == State::Same || text.state == State::Likely) << program << ": " << text.word;
      if (text.state == State::Same) ++same;
      EXPECT_EQ(text.state == State::Same, file.md5.has_value()) << file.name;
    }
    // The kernel's debugging information is of version 4, which says nothing of what its sources held.
    EXPECT_EQ(same > 5, program != std::string("kernel")) << program << " " << same;
  }
}

TEST(SourceTree, SaysThatASourceHasChanged) {
  const Folder folder;
  folder.write("a.cpp", "one\ntwo\r\nthree");
  SourceTree tree(folder.path());
  const SourceFile file{"a.cpp", md5_of("one\ntwo\r\nthree")};
  EXPECT_EQ(tree.read(file, 0).state, State::Same);
  EXPECT_THAT(tree.read(file, 0).lines, testing::ElementsAre("one", "two", "three"));
  folder.write("a.cpp", "zero\none\ntwo\nthree");
  EXPECT_EQ(tree.read(file, 0).state, State::Changed);
  EXPECT_THAT(tree.read(file, 0).word, HasSubstr("a.cpp has changed since the program was built"));
  EXPECT_EQ(tree.read(file, 0).lines.size(), 4U);
  fs::remove(folder.path() / "a.cpp");
  EXPECT_EQ(tree.read(file, 0).state, State::Missing);
}

TEST(SourceTree, GoesByTimeWhenNothingElseIsKnown) {
  const Folder folder;
  folder.write("a.S", "nop");
  SourceTree tree(folder.path());
  const std::int64_t time = time_of(folder.path() / "a.S");
  EXPECT_EQ(tree.read({"a.S", {}}, time).state, State::Likely);
  EXPECT_EQ(tree.read({"a.S", {}}, time - 1).state, State::Changed);
  EXPECT_EQ(tree.read({"a.S", {}}, 0).state, State::Likely);
}

TEST(SourceTree, ShowsNoFileThatAProgramMerelyNames) {
  const Folder folder;
  folder.write("secret", "words");
  fs::create_directory(folder.path() / "tree");
  SourceTree tree(folder.path() / "tree");
  const std::string absolute = (folder.path() / "secret").string();
  EXPECT_EQ(tree.read({absolute, {}}, 0).state, State::Missing);
  EXPECT_EQ(tree.read({"../secret", {}}, 0).state, State::Missing);
  EXPECT_EQ(tree.read({absolute, md5_of("other")}, 0).state, State::Missing);
  EXPECT_EQ(tree.read({absolute, md5_of("words")}, 0).state, State::Same);
  ASSERT_EQ(mkfifo((folder.path() / "tree" / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(tree.read({"pipe", {}}, 0).state, State::Missing);
  EXPECT_EQ(tree.read({"", {}}, 0).state, State::Missing);
  EXPECT_THAT(SourceTree("").read({"a.cpp", {}}, 0).word, HasSubstr("EXOSCOPE_SOURCE_DIR"));
}

}  // namespace
}  // namespace exo::test
