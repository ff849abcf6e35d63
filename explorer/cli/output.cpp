#include "explorer/cli/output.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "explorer/common/error.hpp"

namespace exo::cli {

void Narrator::line(std::string_view text) const {
  std::FILE* to = to_error_ ? stderr : stdout;
  const bool good = std::fwrite(text.data(), 1, text.size(), to) == text.size() && std::fputc('\n', to) != EOF &&
                    std::fflush(to) == 0;
  if (!good && errno != EPIPE && !to_error_)
    throw InputError(
        fmt::format("standard output: writing failed: {}; make room or choose another place", std::strerror(errno)));
}

void write_out(const std::string& path, std::string_view text) {
  const bool standard = path == "-";
  std::FILE* file = standard ? stdout : std::fopen(path.c_str(), "wbe");
  if (file == nullptr)
    throw InputError(fmt::format("{}: can't be written: {}; choose another place", path, std::strerror(errno)));
  bool good = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  good = std::fflush(file) == 0 && good;
  const int reason = errno;
  if (!standard) good = std::fclose(file) == 0 && good;
  if (!good && !(standard && reason == EPIPE))
    throw InputError(fmt::format("{}: writing failed: {}; make room or choose another place",
                                 standard ? "standard output" : path, std::strerror(reason)));
}

void complain(std::string_view text) {
  const std::string line = fmt::format("exoscope: {}\n", text);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace exo::cli
