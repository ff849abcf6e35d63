// Hostile calls about frames and bindings: every argument wrong in every way, each with its exact status, nothing
// changed.
#include "tests/hostile/refusals.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
void allocating() {
  REFUSES_OUT(call::frame_allocate(kAnyFrame, x));
  static constexpr uint32_t kNoFrames[] = {4096, 0xffff, 0x10'0000, 0x7fff'ffff, 0x8000'0000, abi::kNoFrame};
  refuses_each(__LINE__, Status::NoSuchFrame, kNoFrames, [](uint32_t x) { return call::frame_allocate(x, &out); });
  const Capability* const all[] = {&frame, &foreign, &guaranteed};
  for (const Capability* taken : all)
    refused(
        __LINE__, Status::NotFree, [](uint32_t x) { return call::frame_allocate(x, &out); },
        abi::number_of(taken->resource));
}

void freeing() {
  REFUSES_CAPABILITIES(frame, abi::kRightControl, call::frame_free(x));
  REFUSED(call::frame_free(&foreign), NotOwner);
  REFUSED(call::frame_free(&guaranteed), NoRight);
}

void transferring() {
  REFUSES_CAPABILITIES(frame, abi::kRightControl, call::frame_transfer(x, sleeper_number, &out));
  REFUSES_ENVIRONMENTS(NoSuchEnvironment, call::frame_transfer(&frame, x, &out));
  REFUSES_OUT(call::frame_transfer(&frame, sleeper_number, x));
  REFUSED(call::frame_transfer(&foreign, neighbour_number, &out), NotOwner);
  REFUSED(call::frame_transfer(&foreign, libos::environment().number, &out), NotOwner);
  REFUSED(call::frame_transfer(&frame, neighbour_number, &out), WrongState);  // never started: nobody could ask it back
  REFUSED(call::frame_transfer(&guaranteed, neighbour_number, &out), NoRight);
}

void guarding() {
  REFUSES_CAPABILITIES(frame, abi::kRightControl, call::frame_guard(x, abi::kFrameRights));
  static constexpr uint32_t kRights[] = {0, 1, 2, 3, 8, 12, 15, 0x8000'0004, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kRights, [](uint32_t x) { return call::frame_guard(&frame, x); });
  REFUSED(call::frame_guard(&foreign, abi::kFrameRights), NotOwner);
}

void binding() {
  REFUSES_CAPABILITIES(frame, abi::kRightRead, call::bind(x, vpn(kPage), kBindRead));
  REFUSES_CAPABILITIES(frame, abi::kRightWrite, call::bind(x, vpn(kPage), kBindRead | kBindWrite));
  REFUSES_PAGES(call::bind(&frame, x, kBindRead));
  static constexpr uint32_t kRights[] = {0, 2, 4, 5, 7, 8, 0x101, 0x8000'0001, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kRights, [](uint32_t x) { return call::bind(&frame, vpn(kPage), x); });
  // What the owner guards, no capability opens.
  CHECK_STATUS(call::frame_guard(&frame, abi::kRightControl | abi::kRightRead), Ok);
  REFUSED(call::bind(&frame, vpn(kPage), kBindRead | kBindWrite), NoRight);
  CHECK_STATUS(call::frame_guard(&frame, abi::kRightControl), Ok);
  REFUSED(call::bind(&frame, vpn(kPage), kBindRead), NoRight);
  CHECK_STATUS(call::frame_guard(&frame, abi::kFrameRights), Ok);
}

void protecting() {
  CHECK_STATUS(call::bind(&frame, vpn(kPage), kBindRead), Ok);
  REFUSES_PAGES(call::protect(x, 1u, kBindRead));
  static constexpr uint32_t kCounts[] = {1025, 4096, 0x7'ffff, 0x8'0000, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kCounts,
               [](uint32_t x) { return call::protect(vpn(kPage), x, kBindRead); });
  REFUSED(call::protect(0x7'ffffu, 2u, kBindRead), BadArgument);  // over the end of user space
  REFUSED(call::protect(0x7'fc00u, 1024u + 1, kBindRead), BadArgument);
  static constexpr uint32_t kAccess[] = {0, 2, 4, 5, 7, 8, 0x101, 0x8000'0001, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kAccess, [](uint32_t x) { return call::protect(vpn(kPage), 1u, x); });
  // Nothing there, or nothing more than was authorised: done, to no page.
  CHECK_EQUAL(call::protect(vpn(kNothingThere), 4u, kBindRead | kBindWrite).value, 0);
  CHECK_EQUAL(call::protect(vpn(kPage), 1u, kBindRead | kBindWrite).value, 0);
  REFUSED(call::frame_allocate(kAnyFrame, kPage), BadAddress);  // still read-only
  CHECK_EQUAL(call::protect(vpn(kTablesAddress), 1u, kBindRead | kBindWrite).value, 0);
  REFUSED(call::frame_allocate(kAnyFrame, kTablesAddress), BadAddress);
  CHECK_EQUAL(call::protect(abi::kProgramAddress >> abi::kPageShift, 1u, kBindRead | kBindWrite).value, 0);
  REFUSED(call::frame_allocate(kAnyFrame, abi::kProgramAddress), BadAddress);
  CHECK_STATUS(call::unbind(vpn(kPage)), Ok);
}

void unbinding() {
  REFUSES_PAGES(call::unbind(x));
  static constexpr uint32_t kPages[] = {0, 2, kNothingThere >> abi::kPageShift, 0x7'ffff};
  refuses_each(__LINE__, Status::NotBound, kPages, [](uint32_t x) { return call::unbind(x); });
}

void exposing() {
  static constexpr uint32_t kRegions[] = {3, 4, 255, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kRegions, [](uint32_t x) { return call::expose(x, 0u, vpn(kPage)); });
  static constexpr uint32_t kIndices[] = {4096, 0xf'ffff, 0x10'0000, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff};
  static uint32_t tried;
  for (tried = 0; tried < 3; ++tried) {
    refuses_each(__LINE__, Status::BadArgument, kIndices,
                 [](uint32_t x) { return call::expose(tried, x, vpn(kPage)); });
    REFUSES_PAGES(call::expose(tried, 0u, x));
  }
  REFUSED(call::expose(abi::ExposedRegion::Tables, sizeof(abi::ExposedTables) / abi::kPageSize, vpn(kPage)),
          BadArgument);
  REFUSED(call::expose(abi::ExposedRegion::Stlb, 16u, vpn(kPage)), BadArgument);
}
}  // namespace

int main() {
  set_the_stage();
  allocating();
  freeing();
  transferring();
  guarding();
  binding();
  protecting();
  unbinding();
  exposing();
  finish();
}
