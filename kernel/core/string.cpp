// What the compiler takes for granted.
#include <stddef.h>
#include <stdint.h>

extern "C" {

void* memset(void* to, int value, size_t bytes) {
  auto* at = static_cast<volatile unsigned char*>(to);
  auto* const end = at + bytes;
  if (value == 0 && reinterpret_cast<uintptr_t>(to) % 4 == 0)
    for (; end - at >= 4; at += 4) *reinterpret_cast<volatile uint32_t*>(at) = 0;
  while (at != end) *at++ = static_cast<unsigned char>(value);
  return to;
}

void* memcpy(void* to, const void* from, size_t bytes) {
  auto* at = static_cast<volatile unsigned char*>(to);
  auto* source = static_cast<const unsigned char*>(from);
  auto* const end = at + bytes;
  if ((reinterpret_cast<uintptr_t>(to) | reinterpret_cast<uintptr_t>(from)) % 4 == 0)
    for (; end - at >= 4; at += 4, source += 4)
      *reinterpret_cast<volatile uint32_t*>(at) = *reinterpret_cast<const uint32_t*>(source);
  while (at != end) *at++ = *source++;
  return to;
}

int strncmp(const char* a, const char* b, size_t limit) {
  for (; limit != 0; ++a, ++b, --limit)
    if (*a != *b || *a == '\0') return *a - *b;
  return 0;
}

int strcmp(const char* a, const char* b) { return strncmp(a, b, SIZE_MAX); }

}  // extern "C"
