// The programs being built anew, and the run being brought back to where it stood: what a view shows of it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace exo::model {

/// What the compiler or the linker said about a line.
struct BuildComplaint {
  std::string file;  ///< relative to the source tree; empty: about no line
  std::uint32_t line = 0, column = 0;
  bool error = true;  ///< or a warning
  std::string text;
};

struct Rebuilding {
  enum class Stage : std::uint8_t {
    Waiting,    ///< somebody else builds in the folder
    Building,   ///< the old run stays in sight
    Running,    ///< the new run goes to the same moment, out of sight
    Failed,     ///< the old run stays; `complaints` or `words` say why
    Cancelled,  ///< the same
    Back,       ///< the new run is in sight
  } stage = Stage::Building;
  std::uint64_t number = 0;  ///< of this try: the first is 1
  std::string words;         ///< one line: what it does, or how it ended
  double share = 0;          ///< of the building that is done
  double seconds = 0;        ///< from the key to now, or to the end
  std::vector<BuildComplaint> complaints;
  std::vector<std::string> output;  ///< last lines of the build
  [[nodiscard]] bool busy() const {
    return stage == Stage::Waiting || stage == Stage::Building || stage == Stage::Running;
  }
};

/// A file of the source tree that was opened beside what runs, to see a complaint in it.
struct OpenedSource {
  std::string file;
  std::uint32_t line = 0;
  std::vector<std::string> text;
  std::string problem;  ///< why there is no text
};

}  // namespace exo::model
