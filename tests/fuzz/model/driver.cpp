// Calls the fuzz entry with deterministic inputs: random bytes, plausible traces, and those with a few bytes changed.
// With file names as arguments it replays these instead.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "tests/host/model/mini_kernel.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  if (argc > 1) return 0;
  std::mt19937_64 random(2024);
  int inputs = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<std::uint8_t> bytes(random() % 6'000);
    for (std::uint8_t& byte : bytes) byte = std::uint8_t(random() % (round % 2 == 0 ? 256 : 8));
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    ++inputs;
  }
  exo::test::MiniKernel kernel(5);
  kernel.boot();
  while (kernel.trace.size() < 600) kernel.random_move();
  kernel.audit();
  const auto* first = reinterpret_cast<const std::uint8_t*>(kernel.trace.data());
  const std::vector<std::uint8_t> plausible(first, first + kernel.trace.size() * sizeof(kernel.trace[0]));
  for (int round = 0; round < 60; ++round) {
    auto bytes = plausible;
    for (int change = 0; change < round; ++change) bytes[random() % bytes.size()] = std::uint8_t(random());
    if (round % 2 == 1) bytes.push_back(0);  // an odd size: the input is taken as it is
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    ++inputs;
  }
  std::printf("%d inputs, none of them broke anything\n", inputs);
  return 0;
}
