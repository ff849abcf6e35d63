// Raw records in pieces of fixed size: appending never moves what is there, and no piece is larger than what it holds
// needs.
#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "explorer/model/event.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::model {

class RecordStore {
 public:
  static constexpr std::size_t kPiece = 4096;  ///< records: 128 KiB

  void push(const abi::TraceRecord& record) {
    const std::size_t place = size_ % kPiece;
    if (place == 0) pieces_.push_back(std::make_unique_for_overwrite<Piece>());
    (*pieces_.back())[place] = record;
    ++size_;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// 1 <= number <= size(): events count from 1.
  [[nodiscard]] const abi::TraceRecord& at(EventNumber number) const {
    return (*pieces_[(number - 1) / kPiece])[(number - 1) % kPiece];
  }
  /// From `number` on, as far as they lie in one piece; empty when there are none.
  [[nodiscard]] std::span<const abi::TraceRecord> from(EventNumber number) const {
    if (number < 1 || number > size_) return {};
    const std::size_t first = (number - 1) % kPiece;
    const std::size_t count = std::min(kPiece - first, std::size_t(size_ - (number - 1)));
    return {pieces_[(number - 1) / kPiece]->data() + first, count};
  }
  [[nodiscard]] std::size_t memory_bytes() const {
    return pieces_.size() * sizeof(Piece) + pieces_.capacity() * sizeof(pieces_[0]);
  }

 private:
  using Piece = std::array<abi::TraceRecord, kPiece>;
  std::vector<std::unique_ptr<Piece>> pieces_;
  std::size_t size_ = 0;
};

}  // namespace exo::model
