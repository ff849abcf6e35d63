#include "explorer/export/output.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "explorer/common/error.hpp"

namespace exo::exporting {

namespace {
constexpr std::size_t kPortion = 1 << 16;
}

Output::Output(std::string path) : path_(std::move(path)) {
  file_ = path_ == "-" ? stdout : std::fopen(path_.c_str(), "wbe");
  if (file_ == nullptr)
    throw InputError(fmt::format("{}: can't be written: {}; choose another place", path_, std::strerror(errno)));
}

Output::~Output() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
}

void Output::put(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kPortion) write_out();
}

void Output::finish() {
  write_out();
  std::FILE* const file = file_;
  file_ = nullptr;
  const bool good = file == stdout ? std::fflush(file) == 0 : std::fclose(file) == 0;
  if (!good && !gone_ && !(file == stdout && errno == EPIPE)) fail(errno);
}

void Output::write_out() {
  const bool good = gone_ || std::fwrite(buffer_.data(), 1, buffer_.size(), file_) == buffer_.size();
  buffer_.clear();
  if (good) return;
  if (file_ == stdout && errno == EPIPE)
    gone_ = true;
  else
    fail(errno);
}

void Output::fail(int reason) const {
  throw InputError(fmt::format("{}: writing failed: {}; make room or choose another place",
                               path_ == "-" ? "standard output" : path_, std::strerror(reason)));
}

}  // namespace exo::exporting
