// The four functions that the compiler may call on its own. Word by word when both sides allow it: the arbiter copies
// whole programs with them, at 32 ns an instruction.
#include <stddef.h>
#include <stdint.h>

extern "C" {

void* memcpy(void* to, const void* from, size_t bytes) {
  auto* target = static_cast<uint8_t*>(to);
  auto* source = static_cast<const uint8_t*>(from);
  if (((uintptr_t(to) | uintptr_t(from)) & 3) == 0) {
    auto* words = reinterpret_cast<uint32_t*>(target);
    auto* source_words = reinterpret_cast<const uint32_t*>(source);
    for (; bytes >= 16; bytes -= 16, words += 4, source_words += 4) {
      const uint32_t a = source_words[0], b = source_words[1], c = source_words[2], d = source_words[3];
      words[0] = a, words[1] = b, words[2] = c, words[3] = d;
    }
    target = reinterpret_cast<uint8_t*>(words);
    source = reinterpret_cast<const uint8_t*>(source_words);
  }
  for (; bytes != 0; --bytes) *target++ = *source++;
  return to;
}

void* memset(void* to, int value, size_t bytes) {
  auto* target = static_cast<uint8_t*>(to);
  if ((uintptr_t(to) & 3) == 0) {
    auto* words = reinterpret_cast<uint32_t*>(target);
    const uint32_t word = uint8_t(value) * 0x0101'0101u;
    for (; bytes >= 16; bytes -= 16, words += 4) words[0] = word, words[1] = word, words[2] = word, words[3] = word;
    target = reinterpret_cast<uint8_t*>(words);
  }
  for (; bytes != 0; --bytes) *target++ = uint8_t(value);
  return to;
}

void* memmove(void* to, const void* from, size_t bytes) {
  auto* target = static_cast<uint8_t*>(to);
  auto* source = static_cast<const uint8_t*>(from);
  if (uintptr_t(to) - uintptr_t(from) >= bytes) return memcpy(to, from, bytes);
  while (bytes-- != 0) target[bytes] = source[bytes];
  return to;
}

int memcmp(const void* one, const void* other, size_t bytes) {
  auto* a = static_cast<const uint8_t*>(one);
  auto* b = static_cast<const uint8_t*>(other);
  for (; bytes != 0; --bytes, ++a, ++b)
    if (*a != *b) return int(*a) - int(*b);
  return 0;
}
}
