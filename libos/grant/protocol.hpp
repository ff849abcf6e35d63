// What giver and taker say to each other: the first word of a call; a capability follows in the other five.
#pragma once
#include "libos/base/transfer.hpp"

namespace exo::libos {

enum class Grant : uint32_t {
  Take,        ///< bind the frame of the capability that follows, and read it
  LookInside,  ///< there is another capability in the frame shown before: bind that one's frame
  WriteToo,    ///< try to bind the first frame for writing
  Forge,       ///< change a bit of the first capability and try again
  TryAgain,    ///< try the first capability once more, as it was
  UseOften,    ///< use the frame shown before a thousand times
};

inline Call with_capability(Grant what, const Capability& c) {
  return {{uint32_t(what), c.resource, c.rights, c.generation, c.code_low, c.code_high}};
}
inline Capability capability_in(const Call& call) {
  return {call.word[1], call.word[2], call.word[3], call.word[4], call.word[5]};
}

/// Where both sides bind what they share.
inline constexpr uint32_t kSharedAddress = 0x3004'c000;  // clear of everyone's program pages in the STLB
inline constexpr uint32_t kSecondAddress = 0x300e'c000;
inline constexpr uint32_t kOfferWord = 16;  ///< of the shared frame: a capability begins there

}  // namespace exo::libos
