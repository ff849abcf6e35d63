// taker: is handed capabilities for frames of someone else's, and tries what they are good for. It owns nothing but its
// program: all it can reach was given to it, and the kernel first hears of a gift when it is bound.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/base/windows.hpp"
#include "libos/grant/protocol.hpp"

namespace exo::libos {

namespace {
constexpr uint32_t kUses = 1000;
Capability given;

uint32_t frame_of(const Capability& c) { return abi::number_of(c.resource); }
const volatile uint32_t* words(uint32_t address) { return reinterpret_cast<const volatile uint32_t*>(address); }

Status bind_at(const Capability& c, uint32_t address, uint32_t rights) { return open_window(address, c, rights); }

void take() {
  if (bind_at(given, kSharedAddress, abi::kRightRead) == Status::Ok)
    note(Note::ReadsShared, frame_of(given), words(kSharedAddress)[0]);
}

void look_inside() {
  Capability second;
  for (uint32_t i = 0; i < sizeof second / 4; ++i)
    reinterpret_cast<uint32_t*>(&second)[i] = words(kSharedAddress)[kOfferWord + i];
  if (bind_at(second, kSecondAddress, abi::kRightRead | abi::kRightWrite) == Status::Ok)
    note(Note::ReadsShared, frame_of(second), words(kSecondAddress)[0]);
}

void forge() {
  Capability forged = given;
  forged.rights |= abi::kRightWrite;
  note(Note::Forges, frame_of(forged), uint32_t(bind_at(forged, kSecondAddress, abi::kRightWrite | abi::kRightRead)));
}

// More pages than the TLB holds lie between two uses, so that each is a miss: found in the STLB, without a check.
void use_often() {
  constexpr uint32_t kPages = 40;
  for (uint32_t page = 0; page < kPages; ++page)
    if (bind_at(given, kSharedAddress + page * 2 * abi::kPageSize, abi::kRightRead) != Status::Ok) return;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < kUses; ++i) sum += words(kSharedAddress + i % kPages * 2 * abi::kPageSize)[0];
  note(Note::UsedAgain, frame_of(given), kUses, sum);
}

void server(uint32_t, Call& call) {
  switch (Grant(call.word[0])) {
    case Grant::Take:
      given = capability_in(call);
      return take();
    case Grant::LookInside:
      return look_inside();
    case Grant::WriteToo:
      return note(Note::WantsMore, frame_of(given),
                  uint32_t(bind_at(given, kSharedAddress, abi::kRightRead | abi::kRightWrite)));
    case Grant::Forge:
      return forge();
    case Grant::TryAgain:
      return note(Note::ShowsStale, frame_of(given), uint32_t(bind_at(given, kSharedAddress, abi::kRightRead)));
    case Grant::UseOften:
      return use_often();
  }
}
}  // namespace

}  // namespace exo::libos

int main() {
  (void)exo::libos::serve(exo::libos::server);
  exo::libos::serve_for_ever();
}
