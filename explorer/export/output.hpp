// Where an export goes: a file or standard output, in portions, so that ten million events need no memory. A disk that
// is full is an InputError, said once.
#pragma once
#include <cstdio>
#include <string>
#include <string_view>

namespace exo::exporting {

class Output {
 public:
  /// "-" is standard output. Throws InputError when the file can't be made.
  explicit Output(std::string path);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// Throws InputError when it can't be written. Standard output that nobody reads any more is no error.
  void put(std::string_view text);
  /// Everything is written when this returns. Throws like put.
  void finish();
  /// Nobody reads any more: the rest need not be made.
  [[nodiscard]] bool gone() const { return gone_; }

 private:
  [[noreturn]] void fail(int reason) const;
  void write_out();
  std::string path_, buffer_;
  std::FILE* file_ = nullptr;
  bool gone_ = false;
};

}  // namespace exo::exporting
