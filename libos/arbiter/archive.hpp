// The boot archive as memory: a cpio file in "newc" form, at an address where the arbiter's miss handler binds its
// pages as they are touched. What it holds was made by the host, so every length is checked against the size of the
// whole.
#pragma once
#include <stdint.h>

namespace exo::libos {

inline constexpr uint32_t kArchiveAddress = 0x2001'0000;

/// Bytes of one file in the archive. data is nullptr when there is no such file.
struct File {
  const uint8_t* data = nullptr;
  uint32_t bytes = 0;
};

/// Looks a file up by its name, of at most `name_bytes` characters.
[[nodiscard]] File find_file(const char* name, uint32_t name_bytes);

/// Binds the archive page at an address, if it lies in the archive.
[[nodiscard]] bool bind_archive(uint32_t address);

}  // namespace exo::libos
