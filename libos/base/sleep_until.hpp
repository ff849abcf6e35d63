// Sleeping on the clock, or until a word changes that somebody else writes. The conditions are downloaded once; what
// they compare with lies in the environment page. Programs that use this list base-downloads under OBJECTS.
#pragma once
#include "libos/base/download.hpp"
#include "libos/base/environment.hpp"
#include "libos/base/sleep.hpp"

BPF_PROGRAM(time_reached, kTimeReached);
BPF_PROGRAM(word_changed, kWordChanged);

namespace exo::libos {

inline volatile Sleep& sleep_words() {
  return *reinterpret_cast<volatile Sleep*>(abi::kEnvironmentPageAddress + kSleepOffset);
}
inline Capability own_page() {
  const volatile Capability& page = environment().page;
  return {page.resource, page.rights, page.generation, page.code_low, page.code_high};
}

/// The machine's clock: 6 ns a tick, modulo 2^32.
inline uint32_t clock() {
  uint32_t ticks;
  asm volatile("rdhwr %0, $2" : "=r"(ticks) : : "memory");
  return ticks;
}

inline Result download_clock() {
  const Capability page = own_page();
  return download(abi::DownloadKind::Predicate, kTimeReached, {.page = {&page}});
}
/// Upcalls may wake it: it sleeps on.
inline void sleep_until(uint32_t predicate, uint32_t due) {
  sleep_words().due = due;
  while (int32_t(clock() - due) < 0) sleep_on(predicate);
}

/// `word`: the page that begins with the word, right Read.
inline Result download_word(const Capability& word) {
  const Capability page = own_page();
  return download(abi::DownloadKind::Predicate, kWordChanged, {.page = {&word, &page}});
}

}  // namespace exo::libos
