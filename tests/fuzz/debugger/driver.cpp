// Calls the fuzz entry with deterministic inputs: programs of the build with bytes changed, where it hurts most; files
// of no sense; expressions put together at random. None may take longer than a stop of the debugger may.
#include <elf.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Random = std::mt19937_64;
// Of one input; of a machine that does other things as well, with sanitizers. Endless is longer.
constexpr double kMostSeconds = 20;

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct Part {
  std::size_t from, bytes;
};

/// Where the sections lie that a debugger reads, and the table that says so.
std::vector<Part> parts_of(const std::string& file) {
  Elf32_Ehdr header;
  std::memcpy(&header, file.data(), sizeof header);
  std::vector<Part> parts = {{header.e_shoff, header.e_shnum * sizeof(Elf32_Shdr)}};
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    Elf32_Shdr section;
    std::memcpy(&section, file.data() + header.e_shoff + i * sizeof section, sizeof section);
    if ((section.sh_flags & SHF_ALLOC) == 0 && section.sh_type != SHT_NULL && section.sh_size != 0)
      parts.push_back({section.sh_offset, section.sh_size});
  }
  return parts;
}

void change(std::string& file, const std::vector<Part>& parts, Random& random) {
  const Part part = random() % 20 == 0 ? Part{0, file.size()} : parts[random() % parts.size()];
  const std::size_t changes = 1 + random() % (random() % 4 == 0 ? 200 : 8);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = part.from + random() % part.bytes;
    switch (random() % 6) {
      case 0:
        file[at] = char(random());
        break;
      case 1:
        file[at] = '\xff';
        break;
      case 2:
        file[at] = '\0';
        break;
      case 3:
        file[at] = char(file[at] ^ (1 << random() % 8));
        break;
      case 4: {  // a few bytes from elsewhere in the same part
        const std::size_t count = std::min<std::size_t>(1 + random() % 16, part.bytes - (at - part.from));
        const std::size_t from = part.from + random() % (part.bytes - count + 1);
        file.replace(at, count, file.substr(from, count));
        break;
      }
      default:
        file[at] = char(file[at] + (random() % 2 == 0 ? 1 : -1));
    }
  }
  if (random() % 40 == 0) file.resize(random() % file.size());
}

std::string expression(Random& random) {
  constexpr const char* kWords[] = {"a",         "everything", "::", "(",  ")",  "[",    "]",   ".",   "->",
                                    "*",         "&",          "+",  "-",  "1",  "0x7f", "'c'", "$sp", "static_cast<",
                                    "int",       ">",          "<",  "==", "&&", "||",   "?",   ":",   "sizeof",
                                    "=",         "!",          "~",  " ",  "%",  "/",    "\"",  "'",   "$",
                                    "9999999999"};
  std::string text;
  const std::size_t count = random() % 40;
  for (std::size_t i = 0; i < count; ++i) text += kWords[random() % std::size(kWords)];
  return text;
}

double run(std::uint64_t choices, const std::string& input) {
  std::string all(reinterpret_cast<const char*>(&choices), sizeof choices);
  all += input;
  const auto begin = std::chrono::steady_clock::now();
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(all.data()), all.size());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t rounds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 150;
  const std::uint64_t first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const char* guest = std::getenv("EXOSCOPE_GUEST_DIR");
  if (guest == nullptr) return std::puts("EXOSCOPE_GUEST_DIR is not set"), 1;
  const std::string folder = guest;
  // The kernel is of DWARF 4, the others of 5.
  const std::string files[] = {read(folder + "/debugger_fixture.elf"), read(folder + "/programs/polite.elf"),
                               read(folder + "/kernel.elf"), read(folder + "/boot/polite")};
  double longest = 0;
  std::uint64_t slowest = 0;
  for (std::uint64_t round = first; round < first + rounds; ++round) {
    Random random(round);
    double seconds = 0;
    if (round % 8 == 7) {
      for (int i = 0; i < 50; ++i) seconds = std::max(seconds, run(round, expression(random)));
    } else {
      const std::string& original = files[random() % 8 == 0 ? 2 : random() % 16 == 0 ? 3 : random() % 2];
      std::string file = original;
      change(file, parts_of(original), random);
      seconds = run(round, file);
    }
    if (seconds > longest) longest = seconds, slowest = round;
    if (seconds > kMostSeconds)
      return std::printf("round %lu took %.1f s\n", static_cast<unsigned long>(round), seconds), 1;
  }
  std::printf("%lu rounds, none of them broke anything; the longest, %lu, took %.2f s\n",
              static_cast<unsigned long>(rounds), static_cast<unsigned long>(slowest), longest);
  return 0;
}
