// A small source tree and build of its own in a temporary folder: the library OSes' sources, of which only the template
// is built, under the kernel that is there. A test may edit it, and rebuild.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace exo::test {

class Workshop {
 public:
  /// Copies, configures and builds; and has the explorer look here ($EXOSCOPE_GUEST_DIR, $EXOSCOPE_SOURCE_DIR) until it
  /// goes. Throws std::runtime_error.
  Workshop();
  ~Workshop();
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path build() const { return folder_ / "build"; }
  [[nodiscard]] std::string scenario() const { return (folder_ / "libos/template/workshop.toml").string(); }
  [[nodiscard]] static std::string source() { return "libos/template/main.cpp"; }
  /// The first place of `from` in the template's source becomes `to`. Throws std::runtime_error: it is not there.
  void edit(const std::string& from, const std::string& to);
  /// The source as it was, if it was edited; built with the next rebuild.
  void restore();
  /// Number of the first line that has a text, from 1.
  [[nodiscard]] std::uint32_t line_of(const std::string& text) const;

 private:
  std::filesystem::path folder_;
  std::string first_;  ///< the source at the beginning
  std::map<std::string, std::optional<std::string>> before_;

  void set(const char* name, const std::string& value);
  [[nodiscard]] std::string text() const;
  void write(const std::string& text) const;
};

}  // namespace exo::test
