// Who ran when, eight bytes a run: the event that began it tells its time. Every so many runs, a sum of how long each
// environment has run by then, so that a share of any stretch costs no more than of a short one.
#pragma once
#include <array>
#include <cstdint>
#include <deque>

#include "explorer/model/history.hpp"

namespace exo::views {

/// How an environment came to the processor.
enum class Handover : std::uint8_t { Slice, Call, CallAsync, Yield };

/// One stretch of processor time: from `from` until the next run begins.
struct ProcessorRun {
  model::Ticks from = 0;
  model::EventNumber event = 0;
  std::uint8_t env = 0;
  std::uint8_t before = 0;  ///< who ran before
  Handover how = Handover::Slice;
};

/// Ticks by environment; 0: nobody ran.
using RunTimes = std::array<model::Ticks, abi::kMaxEnvironments>;

class ProcessorRuns {
 public:
  void attach(const model::History& history) { history_ = &history; }
  void append(const ProcessorRun& run);

  /// Lets go of runs that ended before an event; of those nobody is known to have run. Returns how many are gone in
  /// all, a multiple of 4,096.
  std::size_t forget(model::EventNumber before);

  [[nodiscard]] std::size_t memory_bytes() const {
    return packed_.size() * sizeof(Packed) + sums_.size() * sizeof(RunTimes);
  }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return forgotten_ + packed_.size(); }
  [[nodiscard]] ProcessorRun operator[](std::size_t index) const;
  [[nodiscard]] ProcessorRun back() const { return (*this)[size() - 1]; }
  /// Who runs in it: the cheap half of operator[].
  [[nodiscard]] std::uint8_t env(std::size_t index) const {
    return index < forgotten_ ? std::uint8_t{0} : packed_[index - forgotten_].env;
  }
  /// Index of the last run that began with or before an event; -1: none.
  [[nodiscard]] std::ptrdiff_t at_event(model::EventNumber number) const;
  /// How long each environment has run until `ticks`, which lies in run `index`.
  [[nodiscard]] RunTimes until(std::ptrdiff_t index, model::Ticks ticks) const;

  class Iterator {
   public:
    Iterator(const ProcessorRuns& runs, std::size_t at) : runs_(&runs), at_(at) {}
    ProcessorRun operator*() const { return (*runs_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const ProcessorRuns* runs_;
    std::size_t at_;
  };
  [[nodiscard]] Iterator begin() const { return {*this, forgotten_}; }
  [[nodiscard]] Iterator end() const { return {*this, size()}; }

 private:
  static constexpr std::size_t kBlock = 1024;
  struct Packed {
    std::uint32_t event;
    std::uint8_t env, before;
    Handover how;
  };
  const model::History* history_ = nullptr;
  std::deque<Packed> packed_;
  std::deque<RunTimes> sums_;  ///< before run i * kBlock
  RunTimes sum_{};
  std::size_t forgotten_ = 0;
  model::Ticks last_ = 0;  ///< when the newest run began
};

}  // namespace exo::views
