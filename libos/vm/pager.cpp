// pager: paging.cpp as a server. It owns the frames and the store; the program of another environment asks it for a
// page with a protected control transfer and gets a capability for the frame. It trusts nobody to give a frame up:
// before it hands one out it kills every capability that it gave for it before, and with them the bindings.
//
// Parameters: pages, frames (libos/apps/README.md).
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/vm/pager_protocol.hpp"
#include "libos/vm/paging.hpp"

using namespace exo::libos;

namespace {
constexpr uint32_t kPages = 0, kFrames = 7;
constexpr uint32_t kReadWrite = exo::abi::kRightRead | exo::abi::kRightWrite;

void server(uint32_t, Call& call) {
  const uint32_t i = vm::page_asked_for(call);
  Capability lent{};
  call = {};
  if (!vm::paging.resolve(vm::page_address(i))) return;
  if (!vm::paging.take_back(i) || !call::capability_derive(vm::paging.frame_of(i), kReadWrite, &lent).ok()) return;
  call = vm::answer_with(vm::paging.misses(), lent);
}
}  // namespace

/// Nothing that was asked for by a client: a page of another program had displaced a binding of the pager's own.
bool exo::libos::on_miss(uint32_t address, SavedRegisters&) { return vm::paging.rebind(address); }

/// It has room for as few frames as its clients can work with, and gives back none.
void exo::libos::on_revoke(uint32_t, uint32_t frame, uint32_t) { note(Note::Ignored, frame); }

int main() {
  const uint32_t pages = parameter(kPages), frames = parameter(kFrames);
  if (pages > vm::kMostPages || frames > vm::kMostPages || vm::paging.prepare(pages, frames) != Status::Ok) return 1;
  note(Note::ServesPages, pages, frames);
  (void)serve(server);
  serve_for_ever();
}
