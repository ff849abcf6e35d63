// Copies of the state at regular distances, cut into blocks: a block that is as it was in the copy before is kept only
// once. A quiet machine changes a few blocks between two checkpoints, so they cost next to nothing; a wild one costs
// whole copies.
//
// Invariant: a checkpoint once kept is restored byte for byte.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <type_traits>
#include <vector>

#include "explorer/model/state.hpp"

namespace exo::model {

class CheckpointStore {
 public:
  static_assert(std::is_trivially_copyable_v<State>, "a state is copied as bytes");

  void keep(const State& state);
  void restore(std::size_t index, State& state) const;

  [[nodiscard]] std::size_t size() const { return checkpoints_.size(); }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t kBlock = 512;
  static constexpr std::size_t kBlocks = (sizeof(State) + kBlock - 1) / kBlock;
  using Block = std::array<std::byte, kBlock>;
  using Checkpoint = std::array<std::uint32_t, kBlocks>;  ///< which block of the pool stands where

  static constexpr std::size_t length(std::size_t block) {
    return block + 1 < kBlocks ? kBlock : sizeof(State) - block * kBlock;
  }

  std::deque<Block> pool_;
  std::deque<Checkpoint> checkpoints_;
};

}  // namespace exo::model
