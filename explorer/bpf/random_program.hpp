// Programs to try verifier, compiler and interpreter on: of every operation, with branches, bounded loops, and accesses
// to memory and stack. Most of them are valid computations; a few go one step too far.
#pragma once
#include <cstdint>
#include <vector>

#include "kernel/abi/bpf.hpp"

namespace exo::bpf {

/// Numbers that follow from a seed, the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {  // splitmix64 (Steele and others, OOPSLA'14)
    std::uint64_t mixed = state_ += 0x9e37'79b9'7f4a'7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58'476d'1ce4'e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d0'49bb'1331'11eb;
    return mixed ^ (mixed >> 31);
  }
  std::uint32_t below(std::uint32_t limit) { return std::uint32_t((next() >> 32) * limit >> 32); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  /// Often one at which arithmetic goes wrong.
  std::uint64_t number();

 private:
  std::uint64_t state_;
};

/// A computation on as many bytes of memory (at least 16). `size`: some instructions, roughly. `functions` of its own,
/// at most 2, that it calls.
[[nodiscard]] std::vector<abi::bpf::Instruction> random_program(std::uint64_t seed, std::uint32_t memory_bytes,
                                                                std::uint32_t size, std::uint32_t functions = 0);
/// With an instruction or a few changed at random: what a verifier must judge.
void spoil(std::vector<abi::bpf::Instruction>& program, Random& random);

}  // namespace exo::bpf
