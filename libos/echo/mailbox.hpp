// Where a handler puts messages for its owner: in a page of the owner's, which both of them know.
#pragma once
#include <stdint.h>

namespace exo::net {

struct Mailbox {
  uint32_t messages;  ///< that ever came; written last
  uint32_t damaged;   ///< that were not taken because their checksum was wrong
  uint32_t bytes;     ///< of the last one, with its UDP header
  uint32_t reserved;
  uint8_t data[2048];
};

}  // namespace exo::net
