// Cutting states into blocks, and putting them together again.
#include "explorer/model/checkpoint_store.hpp"

#include <cstring>

namespace exo::model {

void CheckpointStore::keep(const State& state) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&state);
  Checkpoint made;
  for (std::size_t block = 0; block < kBlocks; ++block) {
    const std::byte* from = bytes + block * kBlock;
    if (!checkpoints_.empty()) {
      const std::uint32_t before = checkpoints_.back()[block];
      if (std::memcmp(pool_[before].data(), from, length(block)) == 0) {
        made[block] = before;
        continue;
      }
    }
    made[block] = std::uint32_t(pool_.size());
    std::memcpy(pool_.emplace_back().data(), from, length(block));
  }
  checkpoints_.push_back(made);
}

void CheckpointStore::restore(std::size_t index, State& state) const {
  auto* bytes = reinterpret_cast<std::byte*>(&state);
  for (std::size_t block = 0; block < kBlocks; ++block)
    std::memcpy(bytes + block * kBlock, pool_[checkpoints_[index][block]].data(), length(block));
}

std::size_t CheckpointStore::memory_bytes() const {
  return pool_.size() * sizeof(Block) + checkpoints_.size() * sizeof(Checkpoint);
}

}  // namespace exo::model
