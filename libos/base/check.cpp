#include "libos/base/check.hpp"

#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

namespace exo::libos {
namespace {

constexpr uint32_t kLineBytes = 160;

uint32_t append(char* text, uint32_t at, const char* more) {
  while (*more != 0 && at < kLineBytes - 1) text[at++] = *more++;
  return at;
}

uint32_t append(char* text, uint32_t at, uint32_t number) {
  char digits[10];
  uint32_t count = 0;
  do digits[count++] = char('0' + number % 10);
  while ((number /= 10) != 0);
  while (count != 0 && at < kLineBytes - 1) text[at++] = digits[--count];
  return at;
}

}  // namespace

[[gnu::noinline, gnu::cold]] void assertion_failed(const char* file, uint32_t line) {
  constexpr uint32_t kCallAndSlot = 8;  // the call is two instructions before where it would go on
  const auto call = uint32_t(uintptr_t(__builtin_return_address(0))) - kCallAndSlot;
  char text[kLineBytes];
  uint32_t at = append(text, 0, file);
  at = append(text, at, ":");
  at = append(text, at, line);
  at = append(text, at, ": a condition that must hold does not\n");
  text[at] = 0;
  print(text);
  note(Note::AssertionFailed, line, call);
  leave(1);
}

}  // namespace exo::libos
