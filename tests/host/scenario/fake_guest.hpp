// A machine that is a list of records: it "executes" by writing the next ones, and stops exactly where it is told to.
#pragma once
#include <algorithm>
#include <map>
#include <vector>

#include "explorer/session/guest.hpp"

namespace exo::test {

struct FakeScript {
  std::vector<abi::TraceRecord> records;
  std::size_t dies_after = ~std::size_t{0};  ///< events; then it is dead
  bool killed = false;                       ///< dead from now on, whatever it was doing
  struct Injected {
    std::size_t after = 0;  ///< events written when the command came
    abi::ControlCommand command;
  };
  std::vector<Injected> injected;
  std::map<std::uint32_t, packets::Bytes> stored;  ///< what the host wrote into the packet store
  std::vector<std::size_t> stops;                  ///< events written at each stop
  std::size_t boots = 0;
  bool shut_down = false;
};

class FakeGuest final : public session::Guest {
 public:
  using State = connection::MachineState;
  explicit FakeGuest(FakeScript& script, connection::StopConditions stop) : script_(script), stop_(std::move(stop)) {
    ++script.boots;
  }

  void set_stop(const connection::StopConditions& conditions) override { stop_ = conditions; }
  void resume() override { running_ = true; }
  void pause() override { pausing_ = true; }
  State poll(std::chrono::microseconds) override {
    while (running_ && head_ < script_.records.size() && head_ < script_.dies_after) {
      const auto event = script_.records[head_++].event;
      if (pausing_ || (stop_.at && head_ >= *stop_.at) || stop_.on[event % abi::kEventNumbers]) {
        running_ = pausing_ = false;
        script_.stops.push_back(head_);
      }
    }
    if (script_.killed || head_ >= script_.dies_after) return State::Dead;
    return running_ ? State::Running : State::Stopped;
  }
  std::size_t drain(std::vector<abi::TraceRecord>& out) override {
    const std::size_t count = head_ - read_;
    out.insert(out.end(), script_.records.begin() + std::ptrdiff_t(read_),
               script_.records.begin() + std::ptrdiff_t(head_));
    read_ = head_;
    return count;
  }
  void inject(const abi::ControlCommand& command) override { script_.injected.push_back({head_, command}); }
  void write_store(std::uint32_t offset, packets::View bytes) override {
    script_.stored[offset] = packets::Bytes(bytes.begin(), bytes.end());
  }
  std::uint64_t lost() const override { return 0; }
  std::vector<std::string> take_complaints() override { return {}; }
  std::string ending() const override { return "it was killed"; }
  void shutdown() override { script_.shut_down = true; }

 private:
  FakeScript& script_;
  connection::StopConditions stop_;
  std::size_t head_ = 0, read_ = 0;
  bool running_ = false, pausing_ = false;
};

}  // namespace exo::test
