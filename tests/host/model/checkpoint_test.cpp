// Checkpoints: restored byte for byte, and small where little happened.
#include "explorer/model/checkpoint_store.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

TEST(Checkpoints, AreRestoredByteForByte) {
  MiniKernel kernel(4);
  kernel.boot();
  model::History history;
  model::CheckpointStore store;
  std::vector<std::unique_ptr<model::State>> copies;
  std::size_t taken = 0;
  for (int i = 0; i < 20; ++i) {
    for (int move = 0; move < 100 * (i % 3); ++move) kernel.random_move();
    history.append(std::span(kernel.trace).subspan(taken));
    taken = kernel.trace.size();
    store.keep(history.newest());
    copies.push_back(std::make_unique<model::State>(history.newest()));
  }
  ASSERT_EQ(store.size(), 20u);
  const auto restored = std::make_unique<model::State>();
  for (const std::size_t i : {19u, 0u, 7u, 8u, 9u, 19u}) {
    store.restore(i, *restored);
    EXPECT_EQ(std::memcmp(restored.get(), copies[i].get(), sizeof(model::State)), 0) << i;
  }
  EXPECT_LT(store.memory_bytes(), 20 * sizeof(model::State));
}

TEST(Checkpoints, OfAnUnchangedStateCostNextToNothing) {
  model::CheckpointStore store;
  const auto state = std::make_unique<model::State>();
  store.keep(*state);
  const std::size_t first = store.memory_bytes();
  for (int i = 0; i < 9; ++i) store.keep(*state);
  EXPECT_LT(store.memory_bytes() - first, 9 * sizeof(model::State) / 50);
  state->slices[63] = 9;
  state->requests[63].id = 5;
  store.keep(*state);
  const auto restored = std::make_unique<model::State>();
  store.restore(10, *restored);
  EXPECT_EQ(restored->slices[63], 9);
  EXPECT_EQ(restored->requests[63].id, 5u) << "the last block, which is shorter";
  store.restore(9, *restored);
  EXPECT_EQ(restored->requests[63].id, 0u);
}

}  // namespace
}  // namespace exo::test
