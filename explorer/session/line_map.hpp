// Which line of a file is which after it was edited.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace exo::session {

class LineMap {
 public:
  /// The file as it was and as it is.
  LineMap(const std::vector<std::string>& before, const std::vector<std::string>& now);
  /// Where line `line` (from 1) is now. One that was changed is at the same place among those that were changed with
  /// it; one that is gone is the line that stands there now.
  [[nodiscard]] std::uint32_t now(std::uint32_t line) const;

 private:
  std::vector<std::uint32_t> now_;  ///< by line, from 0
  std::uint32_t last_ = 1;
};

}  // namespace exo::session
