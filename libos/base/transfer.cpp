#include "libos/base/transfer.hpp"

#include "libos/base/upcalls.hpp"

namespace exo::libos {

static_assert(uint32_t(Status::NoSuchEnvironment) == STATUS_NO_SUCH_ENVIRONMENT &&
              abi::kEnvironmentPageAddress + sizeof(abi::EnvironmentPage) <= PAGE_WAITING_FOR &&
              uint32_t(Status::Busy) == STATUS_BUSY && abi::kStillWaiting == STILL_WAITING);

namespace {
/// Serves nobody: every answer is zeros.
void nobody(uint32_t, Call& call) { call = {}; }
}  // namespace

extern "C" {
Server exo_receiver = nobody;
}

Status serve(Server server, Server receiver, bool guarded, Capability* entry) {
  *reinterpret_cast<volatile uint32_t*>(PAGE_SERVER) =
      uint32_t(reinterpret_cast<uintptr_t>(server != nullptr ? server : nobody));
  exo_receiver = receiver != nullptr ? receiver : nobody;
  const uintptr_t async = receiver != nullptr ? reinterpret_cast<uintptr_t>(&exo_transfer_async_entry) : 0;
  return call::entry_set(reinterpret_cast<uintptr_t>(&exo_transfer_entry), async, guarded ? 1u : 0u, entry).status;
}

void serve_for_ever() {
  for (;;) (void)call::entry_wait(0u);
}

}  // namespace exo::libos
