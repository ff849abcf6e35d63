// Frames, capabilities and bindings, as a library OS meets them: what is allowed works, and each refusal is the right
// one.
#include "kernel/abi/capability.hpp"
#include "kernel/abi/exposed.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;
using abi::kAnyFrame;
using abi::kBindRead;
using abi::kBindWrite;

namespace {
constexpr uint32_t kReadWrite = kBindRead | kBindWrite;
Capability cap, other, copy;

void frames_are_taken_by_name_or_not() {
  CHECK_STATUS(call::frame_allocate(7u, &cap), Ok);
  CHECK_STATUS(call::frame_allocate(7u, &other), NotFree);
  CHECK_STATUS(call::frame_allocate(4096u, &other), NoSuchFrame);
  CHECK_EQUAL(abi::number_of(cap.resource), 7);
  const libos::Result any = call::frame_allocate(kAnyFrame, &other);
  CHECK_STATUS(any, Ok);
  CHECK_EQUAL(abi::number_of(other.resource), any.value);
}

void a_binding_is_use_without_a_check() {
  CHECK_STATUS(call::bind(&cap, vpn(kPage), kReadWrite), Ok);
  word_at(kPage) = 0x1234;
  CHECK_EQUAL(word_at(kPage), 0x1234);
  CHECK_STATUS(call::bind(&cap, vpn(kPage + 0x5000), kBindRead), Ok);  // the same frame at a second page
  CHECK_EQUAL(word_at(kPage + 0x5000), 0x1234);
  word_at(kPage + 4) = 99;
  CHECK_EQUAL(word_at(kPage + 0x5004), 99);
  CHECK_STATUS(call::unbind(vpn(kPage + 0x5000)), Ok);
  CHECK_STATUS(call::unbind(vpn(kPage + 0x5000)), NotBound);
}

void forged_capabilities_are_refused() {
  for (uint32_t word = 0; word < 5; ++word) {
    copy = cap;
    reinterpret_cast<uint32_t*>(&copy)[word] ^=
        word == 0 ? 1u : 0x100u;  // another frame, more rights, another generation...
    CHECK_STATUS(call::bind(&copy, vpn(kPage), kReadWrite), BadCapability);
  }
}

void rights_only_shrink() {
  CHECK_STATUS(call::capability_derive(&cap, abi::kRightRead, &copy), Ok);
  CHECK_STATUS(call::bind(&copy, vpn(kPage + 0x2000), kBindRead), Ok);
  CHECK_STATUS(call::bind(&copy, vpn(kPage + 0x2000), kReadWrite), NoRight);
  CHECK_STATUS(call::capability_derive(&copy, abi::kRightWrite, &copy), NoRight);
  CHECK_STATUS(call::frame_free(&copy), NoRight);
  CHECK_STATUS(call::unbind(vpn(kPage + 0x2000)), Ok);
}

void guards_bind_even_the_owner() {
  CHECK_STATUS(call::frame_guard(&cap, abi::kRightRead | abi::kRightControl), Ok);
  CHECK_STATUS(call::bind(&cap, vpn(kPage + 0x2000), kReadWrite), NoRight);
  CHECK_STATUS(call::frame_guard(&cap, abi::kRightRead), BadArgument);
  CHECK_STATUS(call::frame_guard(&cap, abi::kFrameRights), Ok);
}

void a_moved_generation_kills_every_copy() {
  copy = cap;
  CHECK_STATUS(call::capability_revoke_all(&cap, &cap), Ok);
  CHECK_STATUS(call::bind(&copy, vpn(kPage), kBindRead), StaleCapability);
  CHECK_STATUS(call::unbind(vpn(kPage)), NotBound);  // the binding is broken too
  CHECK_STATUS(call::bind(&cap, vpn(kPage), kReadWrite), Ok);
  CHECK_EQUAL(word_at(kPage), 0x1234);  // the contents are not the kernel's business
}

void what_is_given_back_is_gone() {
  copy = cap;
  CHECK_STATUS(call::frame_free(&cap), Ok);
  CHECK_STATUS(call::frame_free(&copy), StaleCapability);
  CHECK_STATUS(call::bind(&copy, vpn(kPage), kBindRead), StaleCapability);
  CHECK_STATUS(call::unbind(vpn(kPage)), NotBound);
}

void what_is_given_away_is_anothers() {
  CHECK_STATUS(call::frame_transfer(&other, 99u, &copy), NoSuchEnvironment);
  CHECK_STATUS(call::frame_transfer(&other, 1u, &copy), Ok);
  CHECK_STATUS(call::bind(&other, vpn(kPage), kBindRead), StaleCapability);
  CHECK_STATUS(call::frame_free(&copy), NotOwner);             // the arbiter's now
  CHECK_STATUS(call::bind(&copy, vpn(kPage), kBindRead), Ok);  // but a capability is a capability
  CHECK_STATUS(call::unbind(vpn(kPage)), Ok);
}

void the_guaranteed_minimum_stays() {
  copy = reinterpret_cast<const abi::EnvironmentPage*>(abi::kEnvironmentPageAddress)->page;
  CHECK_STATUS(call::frame_free(&copy), NoRight);
  CHECK_STATUS(call::save_location(0u, kAnyFrame, &copy), Ok);
  CHECK_STATUS(call::save_location(abi::kSaveLocations, kAnyFrame, &copy), BadArgument);
  CHECK_STATUS(call::save_location(0u, kAnyFrame, 0u), Ok);
}

void the_tables_can_be_read_and_not_written() {
  CHECK_STATUS(call::expose(abi::ExposedRegion::Tables, 12u, vpn(kPage + 0x8000)), Ok);
  const auto& environments = *reinterpret_cast<const volatile abi::EnvironmentInfo*>(kPage + 0x8000 + 32 * 1);
  CHECK_EQUAL(environments.state, abi::EnvState::Ready);  // the arbiter
  CHECK_STATUS(call::expose(abi::ExposedRegion::Tables, 15u, vpn(kPage + 0x8000)), BadArgument);
  CHECK_STATUS(call::expose(7u, 0u, vpn(kPage + 0x8000)), BadArgument);
  CHECK_STATUS(call::expose(abi::ExposedRegion::Stlb, 15u, vpn(kPage + 0x9000)), Ok);
  CHECK_STATUS(call::expose(abi::ExposedRegion::Stlb, 16u, vpn(kPage + 0x9000)), BadArgument);
  CHECK_STATUS(call::console_write(kPage + 0x8000, 257u), BadArgument);
  // As room for a capability the table is refused, or anyone could write into it.
  CHECK_STATUS(call::frame_allocate(kAnyFrame, kPage + 0x8000), BadAddress);
}
}  // namespace

int main() {
  frames_are_taken_by_name_or_not();
  a_binding_is_use_without_a_check();
  forged_capabilities_are_refused();
  rights_only_shrink();
  guards_bind_even_the_owner();
  a_moved_generation_kills_every_copy();
  what_is_given_back_is_gone();
  what_is_given_away_is_anothers();
  the_guaranteed_minimum_stays();
  the_tables_can_be_read_and_not_written();
  finish();
}
