// polite: gives back what it is asked for at once, the coldest page when it may choose. It saves nothing, so it is the
// fastest to answer; the page has to be computed again when it comes back.
#include "libos/apps/policy.hpp"

namespace exo::libos {

void policy_prepare() {}

bool policy_restore(uint32_t) { return false; }

void on_revoke(uint32_t request, uint32_t frame, uint32_t) { give_back_at_once(request, frame); }

}  // namespace exo::libos
