// The kernel's tables that anyone may read. They are the kernel's own tables, not a copy, so they can't disagree.
#pragma once
#include "kernel/abi/exposed.hpp"
#include "kernel/arch/mips/processor.hpp"

namespace exo::kernel {

inline abi::ExposedTables& exposed() { return *physical<abi::ExposedTables>(abi::kExposedPhysical); }

}  // namespace exo::kernel
