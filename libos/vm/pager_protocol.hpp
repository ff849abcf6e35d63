// What a program and its pager say to each other when the pager is an environment of its own: a page is asked for by
// its number, and the answer is a capability for the frame that it is in now.
#pragma once
#include "libos/base/transfer.hpp"

namespace exo::libos::vm {

inline Call ask_for_page(uint32_t i) { return {{i}}; }
inline uint32_t page_asked_for(const Call& call) { return call.word[0]; }

/// The first word: how many pages the pager has brought in so far.
inline Call answer_with(uint32_t misses, const Capability& c) {
  return {{misses, c.resource, c.rights, c.generation, c.code_low, c.code_high}};
}
inline uint32_t misses_in(const Call& answer) { return answer.word[0]; }
inline Capability frame_in(const Call& answer) {
  return {answer.word[1], answer.word[2], answer.word[3], answer.word[4], answer.word[5]};
}

}  // namespace exo::libos::vm
