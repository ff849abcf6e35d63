// Where downloaded code comes from: the objects that the build keeps (guest/bpf/*.bpf.o, with DWARF), found by equal
// bytes of their code. Read once, when first asked.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace exo::debugger {

struct SourceLines {
  std::string file;                  ///< "libos/echo/echo_handler.bpf.cpp"
  std::vector<std::string> text;     ///< its lines; empty when the file is not at hand
  std::vector<std::uint32_t> lines;  ///< by instruction: the line, from 1; 0: none
};

class Sources {
 public:
  /// The folder with the objects, and the sources beside them. One that is not there has nothing.
  explicit Sources(std::string directory) : directory_(std::move(directory)) {}

  /// The source of a program of so many instructions, given by its bytes; nullptr when nobody knows.
  [[nodiscard]] const SourceLines* find(std::string_view code);

 private:
  void read();
  void read_object(const std::string& path, const std::string& source);

  std::string directory_;
  bool read_ = false;
  std::map<std::string, SourceLines, std::less<>> by_code_;
};

}  // namespace exo::debugger
