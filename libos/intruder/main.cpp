// intruder: a hostile library OS. Again and again it tries what it has no right to: to take what is another's, to forge
// capabilities, to have the kernel write where it must not, and to read where nothing was lent to it. It knows the
// interface well; what it does not have is a capability.
//
// Parameters: 0 the environment that it is after, 1 a frame of that environment's, 2 a page of it, 3 how often.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

using namespace exo::libos;
namespace abi = exo::abi;

namespace {
enum Parameter : uint32_t { kVictim, kFrame, kPage, kRounds };

constexpr uint32_t kOwnPage = 0x3004'c000;  // where it would like to have the victim's frame
constexpr uint32_t kReadWrite = abi::kRightRead | abi::kRightWrite;

struct Counts {
  uint32_t tried, refused;
  void operator()(Result result) { (*this)(result.ok()); }
  void operator()(bool succeeded) {
    ++tried;
    refused += succeeded ? 0 : 1;
  }
};

/// All is right in it but the code, which only the kernel can compute.
Capability forged(abi::ResourceKind kind, uint32_t number, uint32_t rights, uint32_t guess) {
  return {abi::resource_of(kind, number), rights, 1, guess, ~guess};
}

void try_everything(Counts& count, uint32_t victim, uint32_t frame, uint32_t guess) {
  Capability room{};
  const Capability its_frame = forged(abi::ResourceKind::Frame, frame, abi::kFrameRights, guess);
  const Capability itself = forged(abi::ResourceKind::Environment, victim, abi::kEnvironmentRights, guess);
  const Capability authority = forged(abi::ResourceKind::Authority, 0, abi::kAuthorityRights, guess);
  // Memory of another's.
  count(call::frame_allocate(frame, &room));
  count(call::bind(&its_frame, page_number(kOwnPage), kReadWrite));
  count(call::frame_free(&its_frame));
  count(call::frame_transfer(&its_frame, environment().number, &room));
  count(call::capability_revoke_all(&its_frame, &room));
  // Somebody's life and time.
  count(call::env_kill(&itself));
  count(call::revoke(&authority, victim, abi::kAnyFrame, 1u));
  count(call::slice_allocate(&authority, environment().number, abi::kAnySlice, &room));
  // The kernel's own memory.
  count(call::frame_allocate(abi::kAnyFrame, reinterpret_cast<Capability*>(0x8010'0000)));
  count(call::bind(&environment().page, page_number(0x8010'0000), kReadWrite));
  // And without asking anybody: a load from where the victim has a page. In this address space there is none.
  uint32_t stolen = 0;
  count(exo_guarded_copy(&stolen, reinterpret_cast<const uint32_t*>(parameter(kPage)), 1) == 1);
}
}  // namespace

int main() {
  Counts count{};
  note(Note::Started, 0);
  for (uint32_t round = 0; round < parameter(kRounds); ++round) {
    try_everything(count, parameter(kVictim), parameter(kFrame), round * 0x9e37'79b9);
    (void)call::yield(0u);
  }
  note(Note::Tried, count.tried, count.refused);
  for (;;) (void)call::yield(0u);
}
