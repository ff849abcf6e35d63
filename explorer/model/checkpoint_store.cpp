// Compressing states, quickly rather than well: most of a state is what it was when nothing had happened.
#include "explorer/model/checkpoint_store.hpp"

#include <zstd.h>

#include <cstring>
#include <new>

namespace exo::model {
namespace {
constexpr int kLevel = -3;
}

struct CheckpointStore::Coder {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> pack{ZSTD_createCCtx(), ZSTD_freeCCtx};
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> unpack{ZSTD_createDCtx(), ZSTD_freeDCtx};
  std::vector<std::byte> room = std::vector<std::byte>(ZSTD_compressBound(sizeof(State)));
};

CheckpointStore::CheckpointStore() = default;
CheckpointStore::~CheckpointStore() = default;

void CheckpointStore::keep(const State& state) {
  if (coder_ == nullptr) coder_ = std::make_unique<Coder>();
  const std::size_t size =
      ZSTD_compressCCtx(coder_->pack.get(), coder_->room.data(), coder_->room.size(), &state, sizeof state, kLevel);
  if (ZSTD_isError(size) != 0) throw std::bad_alloc();  // the room is large enough for anything
  checkpoints_.emplace_back(coder_->room.data(), coder_->room.data() + size);
}

void CheckpointStore::restore(std::size_t index, State& state) const {
  const auto& from = checkpoints_[index];
  const std::size_t size = ZSTD_decompressDCtx(coder_->unpack.get(), &state, sizeof state, from.data(), from.size());
  if (ZSTD_isError(size) != 0) throw std::bad_alloc();  // what was kept is whole
}

void CheckpointStore::forget(std::size_t index) {
  for (std::size_t i = 0; i < index; ++i) checkpoints_[i] = {};
}

std::size_t CheckpointStore::memory_bytes() const {
  std::size_t bytes = coder_ == nullptr ? 0
                                        : ZSTD_sizeof_CCtx(coder_->pack.get()) +
                                              ZSTD_sizeof_DCtx(coder_->unpack.get()) + coder_->room.capacity();
  for (const auto& one : checkpoints_) bytes += one.capacity();
  bytes += checkpoints_.capacity() * sizeof(std::vector<std::byte>);
  return bytes;
}

}  // namespace exo::model
