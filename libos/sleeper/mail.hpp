// What poster and sleeper share: a page that poster writes and the others read. Its first word changes when there is
// something new.
#pragma once
#include <stdint.h>

namespace exo::libos {

struct Mail {
  volatile uint32_t number;
  volatile uint32_t written;  ///< when, by the machine's clock
};
inline constexpr uint32_t kMailAddress = 0x3004'c000;  // clear of everyone's program pages in the STLB

}  // namespace exo::libos
