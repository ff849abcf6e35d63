// stubborn: answers no request. It learns from the repossession vector what was taken, and carries on without the page,
// or with the copy that the kernel saved if a save location was preloaded.
#include "libos/apps/policy.hpp"

namespace exo::libos {

void policy_prepare() {}

bool policy_restore(uint32_t) { return false; }

void on_revoke(uint32_t, uint32_t frame, uint32_t) { note(Note::Ignored, frame); }

void on_revoke_slice(uint32_t, uint32_t, uint32_t) { note(Note::IgnoredSlice); }

void on_repossessed(const abi::Repossession& entry) { learn_loss(entry); }

}  // namespace exo::libos
