// A profile of a run that never was, for tests of the panel: two environments, the kernel on their behalf, an upcall.
#pragma once
#include <memory>

#include "explorer/debugger/profile.hpp"

namespace exo::test {

[[nodiscard]] std::shared_ptr<const debugger::Profile> profile_scene(debugger::Environment one,
                                                                     debugger::Environment other);
/// With so many functions beside each other, and stacks so deep.
[[nodiscard]] std::shared_ptr<const debugger::Profile> crowded_profile(debugger::Environment one, int wide, int deep);

}  // namespace exo::test
