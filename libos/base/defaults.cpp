// What a library OS does that answers nothing differently. Weak: a definition anywhere else in the program wins.
#include "libos/base/losses.hpp"
#include "libos/base/note.hpp"
#include "libos/base/windows.hpp"

namespace exo::libos {

[[gnu::weak]] bool on_miss(uint32_t address, SavedRegisters&) { return reopen_window(address); }

[[gnu::weak]] bool on_exception(uint32_t, uint32_t, SavedRegisters&) { return false; }

[[gnu::weak]] void on_revoke(uint32_t request, uint32_t frame, uint32_t) { give_back_at_once(request, frame); }

[[gnu::weak]] void on_revoke_slice(uint32_t request, uint32_t asked, uint32_t) {
  mark_answered(request);
  give_slice_back(asked);
}

[[gnu::weak]] void on_revoke_download(uint32_t request, uint32_t download, uint32_t) {
  mark_answered(request);
  const Result freed = call::code_free(download);
  if (!freed.ok()) (void)refused(freed.status, abi::Syscall::code_free);
}

[[gnu::weak]] void on_emergency(uint32_t server) {
  give_everything_back();
  const Result submitted = call::env_submit(server);  // returns when the server has put everything back
  if (!submitted.ok()) (void)refused(submitted.status, abi::Syscall::env_submit);
}

[[gnu::weak]] void on_repossessed(const abi::Repossession& entry) { learn_loss(entry); }

[[gnu::weak]] void on_message(uint32_t, uint32_t, uint32_t) {}

}  // namespace exo::libos
