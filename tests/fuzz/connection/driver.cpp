// Calls the fuzz entry with deterministic inputs: good ones of each kind with a few bytes changed, cut or doubled, and
// random bytes. With file names as arguments it replays these instead.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "explorer/connection/recording.hpp"
#include "explorer/connection/rsp_packet.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void call(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::string good_recording() {
  std::string name = (std::filesystem::temp_directory_path() / "exoscope-fuzz-XXXXXX").string();
  const int file = ::mkstemp(name.data());
  if (file < 0) std::abort();
  ::close(file);
  {
    exo::connection::RecordingWriter writer(name, {"scenario", "title = 'x'", "identity", false});
    std::vector<exo::abi::TraceRecord> records(300);
    for (std::uint32_t i = 0; i < records.size(); ++i) records[i].sequence = i;
    writer.append(records);
    writer.finish();
  }
  std::string bytes = read_file(name);
  std::filesystem::remove(name);
  return bytes;
}

std::string damaged(std::string bytes, std::mt19937& random) {
  const std::size_t changes = random() % 6;
  for (std::size_t i = 0; i < changes && !bytes.empty(); ++i) {
    const std::size_t at = random() % bytes.size();
    switch (random() % 4) {
      case 0:
        bytes[at] = char(random());
        break;
      case 1:
        bytes[at] = char(bytes[at] ^ (1 << (random() % 8)));
        break;
      case 2:
        bytes.resize(at);
        break;
      default:
        bytes.insert(at, bytes.substr(at, random() % 64));
        break;
    }
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) call(read_file(argv[i]));
  if (argc > 1) return 0;
  std::vector<std::string> seeds;
  seeds.push_back('\0' + good_recording());
  seeds.push_back('\1' + exo::connection::frame_packet("T05thread:01;") + "+" + exo::connection::frame_packet("OK"));
  seeds.push_back('\2' + std::string(600, '\1'));
  if (const char* folder = std::getenv("EXOSCOPE_GUEST_DIR"))
    if (std::string image = read_file(std::string(folder) + "/boot/arbiter"); !image.empty())
      seeds.push_back('\3' + image);
  std::mt19937 random(11);
  int inputs = 0;
  for (int round = 0; round < 3'000; ++round, ++inputs) {
    std::string input = seeds[std::size_t(round) % seeds.size()];
    const char kind = input[0];
    if (round % 3 == 2) {
      input.resize(1 + random() % 2'000);
      std::generate(input.begin(), input.end(), [&] { return char(random()); });
    } else {
      input = damaged(std::move(input), random);
    }
    if (!input.empty()) input[0] = kind;
    call(input);
  }
  std::printf("%d inputs, none of them broke anything\n", inputs);
  return 0;
}
