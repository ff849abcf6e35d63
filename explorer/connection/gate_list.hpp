// How many gates a kernel may have: explorer and plugin agree, so that neither depends on what a kernel image says.
#pragma once
#include <cstddef>

namespace exo::connection {

inline constexpr std::size_t kMostGates = 64;

}  // namespace exo::connection
