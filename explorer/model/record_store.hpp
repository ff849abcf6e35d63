// Raw records in pieces of fixed size: appending never moves what is there, no piece is larger than what it holds
// needs, and the oldest can be let go.
#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "explorer/model/event.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::model {

/// In place of the event in records that were let go; not one of the table.
inline constexpr std::uint16_t kForgotten = 0xffff;

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
  /// 1 <= number <= size(): events count from 1. Of forgotten ones nothing is known.
  [[nodiscard]] const abi::TraceRecord& at(EventNumber number) const { return piece(number)[(number - 1) % kPiece]; }
  /// From `number` on, as far as they lie in one piece; empty when there are none.
  [[nodiscard]] std::span<const abi::TraceRecord> from(EventNumber number) const {
    if (number < 1 || number > size_) return {};
    const std::size_t first = (number - 1) % kPiece;
    const std::size_t count = std::min(kPiece - first, std::size_t(size_ - (number - 1)));
    return {piece(number).data() + first, count};
  }

  /// Gives back the memory of the first `count` records, a multiple of kPiece.
  void forget(std::size_t count) {
    for (; forgotten_ < count; forgotten_ += kPiece) pieces_[forgotten_ / kPiece].reset();
  }
  [[nodiscard]] std::size_t forgotten() const { return forgotten_; }
  [[nodiscard]] std::size_t memory_bytes() const {
    return (pieces_.size() - forgotten_ / kPiece) * sizeof(Piece) + pieces_.capacity() * sizeof(pieces_[0]);
  }

 private:
  using Piece = std::array<abi::TraceRecord, kPiece>;
  std::vector<std::unique_ptr<Piece>> pieces_;
  std::size_t size_ = 0, forgotten_ = 0;

  [[nodiscard]] const Piece& piece(EventNumber number) const {
    static const Piece nothing = [] {
      Piece made;
      made.fill({});
      for (abi::TraceRecord& record : made) record.event = kForgotten;
      return made;
    }();
    return number <= forgotten_ ? nothing : *pieces_[(number - 1) / kPiece];
  }
};

}  // namespace exo::model
