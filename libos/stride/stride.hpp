// Stride scheduling (Waldspurger and Weihl, 1995): whoever has used least for its tickets is next. What a client uses,
// times its stride, which is the smaller the more tickets it has, is added to its pass; the smallest pass wins.
//
// Invariant: over any length of time, nobody is much more than a slice away from what its tickets promise.
#pragma once
#include <stdint.h>

namespace exo::libos {

class Stride {
 public:
  static constexpr uint32_t kMost = 8;
  static constexpr uint32_t kNobody = 0xffff'ffff;
  static constexpr uint32_t kWhole = 840;  ///< the smallest number that 1 to 8 divide

  /// tickets: 1 to kWhole; shares are exact for the divisors of kWhole. Returns its index. It begins where the others
  /// are, so that it neither gets nor owes what was before.
  uint32_t join(uint32_t tickets) {
    const uint32_t front = least();
    clients_[count_] = {kWhole / tickets, front == kNobody ? 0 : clients_[front].pass, true};
    return count_++;
  }
  void leave(uint32_t client) { clients_[client].here = false; }

  /// Who is next, or kNobody.
  [[nodiscard]] uint32_t least() const {
    uint32_t best = kNobody;
    for (uint32_t i = 0; i < count_; ++i)
      if (clients_[i].here && (best == kNobody || int32_t(clients_[i].pass - clients_[best].pass) < 0)) best = i;
    return best;
  }
  /// used: in whatever unit, the same for all.
  void charge(uint32_t client, uint32_t used) { clients_[client].pass += clients_[client].stride * used; }

 private:
  struct Client {
    uint32_t stride;
    uint32_t pass;  ///< wraps: only differences count
    bool here;
  };
  Client clients_[kMost] = {};
  uint32_t count_ = 0;
};

}  // namespace exo::libos
