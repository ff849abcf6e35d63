#include "tests/rebuild/workshop.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace exo::test {

namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

fs::path folder_in(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set: run this test through ctest");
  return value;
}

// The kernel is there already; whoever asks for it has it.
constexpr const char* kLists = R"(cmake_minimum_required(VERSION 3.25)
project(workshop NONE)
list(APPEND CMAKE_MODULE_PATH ${CMAKE_SOURCE_DIR}/cmake)
find_program(EXO_GUEST_CLANG clang REQUIRED)
find_program(EXO_GUEST_LD ld.lld REQUIRED)
find_program(EXO_GUEST_OBJCOPY llvm-objcopy REQUIRED)
include(guest)
add_custom_target(guest-kernel)
add_subdirectory(libos)
)";

}  // namespace

Workshop::Workshop() {
  const fs::path source = folder_in("EXOSCOPE_SOURCE_DIR"), guest = folder_in("EXOSCOPE_GUEST_DIR");
  std::string pattern = (fs::temp_directory_path() / "exoscope-workshop-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  for (const char* part : {"kernel", "libos"}) fs::copy(source / part, folder_ / part, fs::copy_options::recursive);
  fs::create_directories(folder_ / "cmake");
  fs::copy_file(source / "cmake/guest.cmake", folder_ / "cmake/guest.cmake");
  std::ofstream(folder_ / "CMakeLists.txt") << kLists;
  first_ = text();
  fs::create_directories(build() / "guest");
  fs::copy_file(guest / "kernel.elf", build() / "guest/kernel.elf");
  const std::string line = "cd '" + folder_.string() +
                           "' && { cmake -S . -B build -G Ninja && ninja -C build guest-arbiter guest-template; } "
                           ">said 2>&1 </dev/null";
  if (std::system(line.c_str()) != 0) throw std::runtime_error(read(folder_ / "said"));
  set("EXOSCOPE_GUEST_DIR", (build() / "guest").string());
  set("EXOSCOPE_SOURCE_DIR", folder_.string());
}

Workshop::~Workshop() {
  for (const auto& [name, value] : before_) value ? setenv(name.c_str(), value->c_str(), 1) : unsetenv(name.c_str());
  std::error_code error;
  fs::remove_all(folder_, error);
}

void Workshop::set(const char* name, const std::string& value) {
  const char* old = std::getenv(name);
  before_.emplace(name, old == nullptr ? std::nullopt : std::optional<std::string>(old));
  setenv(name, value.c_str(), 1);
}

std::string Workshop::text() const { return read(folder_ / source()); }

void Workshop::write(const std::string& text) const { std::ofstream(folder_ / source(), std::ios::binary) << text; }

void Workshop::edit(const std::string& from, const std::string& to) {
  std::string now = text();
  const auto at = now.find(from);
  if (at == std::string::npos) throw std::runtime_error("the template has no '" + from + "'");
  write(now.replace(at, from.size(), to));
}

void Workshop::restore() {
  if (text() != first_) write(first_);
}

std::uint32_t Workshop::line_of(const std::string& what) const {
  const std::string now = text();
  const auto at = now.find(what);
  if (at == std::string::npos) throw std::runtime_error("the template has no '" + what + "'");
  return std::uint32_t(1 + std::count(now.begin(), now.begin() + std::ptrdiff_t(at), '\n'));
}

}  // namespace exo::test
