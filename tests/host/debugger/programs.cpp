#include "tests/host/debugger/programs.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

namespace exo::test {

namespace fs = std::filesystem;

namespace {
fs::path folder(const char* variable) {
  const char* found = std::getenv(variable);
  if (found == nullptr) throw std::runtime_error(std::string(variable) + " is not set");
  return found;
}
}  // namespace

std::string path_of(const std::string& program) {
  const fs::path guest = folder("EXOSCOPE_GUEST_DIR"), own = guest / (program + ".elf");
  return (fs::exists(own) ? own : guest / "programs" / (program + ".elf")).string();
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

debugger::Symbols& symbols_of(const std::string& program) {
  static std::map<std::string, std::unique_ptr<debugger::Symbols>> all;
  auto& found = all[program];
  if (found == nullptr) found = debugger::Symbols::load(path_of(program));
  return *found;
}

std::vector<std::string> all_programs() {
  std::vector<std::string> names = {"kernel"};
  for (const auto& entry : fs::directory_iterator(folder("EXOSCOPE_GUEST_DIR") / "programs"))
    if (entry.path().extension() == ".elf") names.push_back(entry.path().stem().string());
  return names;
}

std::uint32_t entry_of(const std::string& program, const std::string& function) {
  const auto places = symbols_of(program).functions(function);
  if (places.empty()) throw std::runtime_error(function + " is not in " + program);
  return places.front().entry;
}

std::uint32_t line_with(const std::string& source, const std::string& text) {
  std::ifstream file(folder("EXOSCOPE_SOURCE_DIR") / source);
  std::uint32_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.find(text) != std::string::npos) return number;
  }
  throw std::runtime_error(text + " is not in " + source);
}

}  // namespace exo::test
