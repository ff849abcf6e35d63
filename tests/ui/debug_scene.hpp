// A debugger's picture of a run that never was: a library OS in an upcall, its kernel below it. For tests of the panels
// only.
#pragma once
#include "explorer/debugger/view.hpp"

namespace exo::test {

/// `env` runs; its upcall came from the kernel, which it had called.
[[nodiscard]] debugger::View debug_scene(debugger::Environment env, debugger::Environment other);

}  // namespace exo::test
