// What becomes of a frame's contents when it is taken by force, and how its library OS can learn of it: save locations
// that it has named beforehand, and the repossession vector in its environment page.
#pragma once
#include "kernel/abi/environment_page.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel {

struct Environment;

namespace repossession {

/// Names the place where the contents of a frame (or of any) go. The caller has shown a capability to write `save`.
Status set_location(Environment& environment, uint32_t slot, uint32_t frame_or_any, uint32_t save);
Status clear_location(Environment& environment, uint32_t slot);

/// Copies the contents of a taken frame to the place its former owner named for it, and uses that place up.
/// Returns the frame it was saved to, or kNoFrame.
uint32_t save(Environment& owner, uint32_t frame);

/// Writes an entry into the owner's repossession vector.
void record(Environment& owner, const abi::Repossession& entry);

}  // namespace repossession
}  // namespace exo::kernel
