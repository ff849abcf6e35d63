// Where words go: narration to standard output, or to standard error when standard output carries data.
#pragma once
#include <string>
#include <string_view>

namespace exo::cli {

class Narrator {
 public:
  explicit Narrator(bool to_error) : to_error_(to_error) {}
  /// One line. A reader that went away is not an error; a full disk is an InputError.
  void line(std::string_view text) const;

 private:
  bool to_error_;
};

/// Writes the whole text to a file, or to standard output for "-". Throws InputError when it can't be written
/// completely.
void write_out(const std::string& path, std::string_view text);

/// One line to standard error: "exoscope: ...".
void complain(std::string_view text);

}  // namespace exo::cli
