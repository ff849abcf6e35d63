// A packet in one line, for lists and logs. Says what the headers say; whoever sent them may lie.
#pragma once
#include <string>

#include "explorer/packets/bytes.hpp"

namespace exo::packets {

/// "UDP 10.0.0.9:4000 to 10.0.0.2:7, 5 bytes". Any bytes will do.
[[nodiscard]] std::string describe(View packet);

}  // namespace exo::packets
