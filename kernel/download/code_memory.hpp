// Room for compiled code: unmapped memory, given out in runs of blocks.
#pragma once
#include <stdint.h>

#include "kernel/download/program.hpp"

namespace exo::kernel::code_memory {

inline constexpr uint32_t kBlockBytes = 1024;

/// Looks for the first run that has room, a part of the memory a step; nothing may be taken meanwhile.
class Search {
 public:
  void start(uint32_t words);
  download::Progress step();
  [[nodiscard]] uint32_t* room() const { return room_; }  ///< after Done: it is taken

 private:
  uint32_t wanted_, word_, run_;
  uint32_t* room_;
};
void release(const uint32_t* code, uint32_t words);

}  // namespace exo::kernel::code_memory
