// A trace of any length for benchmarks: a machine under load, written by the tests' small kernel, repeated whole and
// renumbered.
#pragma once
#include <span>
#include <vector>

#include "explorer/model/history.hpp"
#include "tests/host/model/mini_kernel.hpp"

namespace exo::test {

class LongTrace {
 public:
  explicit LongTrace(std::size_t once = 100'000) {
    MiniKernel kernel(42);
    kernel.boot();
    while (kernel.trace.size() < once) kernel.random_move();
    once_ = kernel.trace;
  }

  /// The next `count` records. Folding a trace again after its Boot is a machine that starts anew.
  std::vector<abi::TraceRecord> next(std::size_t count) {
    std::vector<abi::TraceRecord> records;
    records.reserve(count);
    while (records.size() < count) {
      if (at_ == 0) last_ = once_[0].time;
      abi::TraceRecord record = once_[at_];
      time_ += record.time - last_;
      last_ = record.time;
      record.time = time_;
      record.sequence = made_++;
      records.push_back(record);
      at_ = (at_ + 1) % once_.size();
    }
    return records;
  }

 private:
  std::vector<abi::TraceRecord> once_;
  std::size_t at_ = 0;
  std::uint32_t time_ = 0, last_ = 0, made_ = 0;
};

}  // namespace exo::test
