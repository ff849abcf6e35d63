// Copies of the state at regular distances, compressed: of a quiet machine they cost a few kilobytes each.
//
// Invariant: a checkpoint once kept is restored byte for byte.
#pragma once
#include <cstddef>
#include <memory>
#include <type_traits>
#include <vector>

#include "explorer/model/state.hpp"

namespace exo::model {

class CheckpointStore {
 public:
  static_assert(std::is_trivially_copyable_v<State>, "a state is copied as bytes");

  CheckpointStore();
  ~CheckpointStore();

  void keep(const State& state);
  void restore(std::size_t index, State& state) const;

  /// Gives back the memory of those before `index`: they can't be restored any more.
  void forget(std::size_t index);

  [[nodiscard]] std::size_t size() const { return checkpoints_.size(); }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct Coder;
  std::unique_ptr<Coder> coder_;
  std::vector<std::vector<std::byte>> checkpoints_;
};

}  // namespace exo::model
