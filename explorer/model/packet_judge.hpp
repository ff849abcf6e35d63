// The claims as they were downloaded, and whose a packet is by them: what the kernel's tree, merged and compiled, must
// come to as well.
#pragma once
#include <cstdint>
#include <vector>

#include "explorer/model/event.hpp"
#include "explorer/model/state.hpp"

namespace exo::model {

class PacketJudge {
 public:
  /// Follows what is offered, installed and removed, and the bytes of packets. `state`: after the event.
  void take(const Event& event, const State& state);
  /// Events are missing: the claims are not all known from now on.
  void forget();
  void boot();

  /// Whether it can say whose the packet is that arrived last, and that nobody has asked before.
  [[nodiscard]] bool knows(std::uint32_t packet) const;
  /// The most specific claim that the packet matches; 0: none.
  [[nodiscard]] std::uint32_t claim_of(const State& state) const;
  void settled() { judged_ = true; }

 private:
  struct Claim {
    bool known = false;
    std::vector<abi::Comparison> comparisons;
  };
  std::vector<Claim> claims_ = std::vector<Claim>(abi::kMaxDownloads);
  std::vector<abi::Comparison> offered_;
  std::vector<std::uint8_t> bytes_;
  std::uint32_t packet_ = 0, size_ = 0;
  bool collecting_ = false, judged_ = true, certain_ = true;
};

}  // namespace exo::model
