// Shows the kernel's tables as events, so that whoever folds the trace can prove that the fold equals them.
#pragma once

namespace exo::kernel::audit {

/// Everything that is not as it was at boot: environments, frames, the STLB, guaranteed mappings, slices, requests,
/// save locations; and all TLB entries, read back from the hardware.
void show_all();

}  // namespace exo::kernel::audit
