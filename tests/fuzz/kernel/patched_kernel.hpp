// A kernel with a planted fault: the built kernel.elf with one function made to return at once. It lies in a folder of
// its own that can stand for the folder of the guest images (EXOSCOPE_GUEST_DIR).
#pragma once
#include <string>

namespace exo::test {

/// Writes the folder. `function` is the beginning of a symbol's name, parameters left out ("bindings::break_all" in
/// mangled form); it returns 0. Throws std::runtime_error when the kernel has no such function, or more than one.
void plant_fault(const std::string& folder, const std::string& function);

}  // namespace exo::test
