#include "kernel/core/environments.hpp"

#include "kernel/core/bindings.hpp"
#include "kernel/core/capabilities.hpp"
#include "kernel/core/deadlines.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"

namespace exo::kernel::environments {

using abi::EnvState;

Environment table[abi::kMaxEnvironments];

namespace {
void clear(Environment& e, uint32_t number) {
  e = Environment{};
  e.number = number;
  e.asid = number;
  e.page_frame = abi::kNoFrame;
  for (SaveLocation& location : e.save_locations) location = kNoSaveLocation;
  e.first_binding = kNil;
  e.first_frame = kNil;
}

uint32_t free_number() {
  for (uint32_t number = 1; number < abi::kMaxEnvironments; ++number)
    if (EnvState(info(number).state) == EnvState::Free) return number;
  return 0;
}

void name_it(uint32_t number, const char (&name)[abi::kNameBytes]) {
  uint32_t words[abi::kNameBytes / 4];
  __builtin_memcpy(words, name, sizeof words);
  __builtin_memcpy(info(number).name, name, sizeof words);
  trace::emit(abi::Event::EnvNamed, number, words[0], words[1], words[2]);
}
}  // namespace

void initialise() {
  for (uint32_t number = 0; number < abi::kMaxEnvironments; ++number) {
    clear(table[number], number);
    info(number) = {.state = 0,
                    .asid = uint8_t(number),
                    .slices = 0,
                    .generation = 1,
                    .frames = 0,
                    .guaranteed = 0,
                    .bindings = 0,
                    .name = {}};
  }
}

Result create(uint32_t creator, uint32_t page_frame, const char (&name)[abi::kNameBytes]) {
  const uint32_t number = free_number();
  if (number == 0) return Status::NoneFree;
  Environment& e = table[number];
  clear(e, number);
  info(number).state = uint8_t(EnvState::Building);
  trace::emit(abi::Event::EnvCreated, number, e.asid, info(number).generation, page_frame);
  name_it(number, name);
  if (creator != 0) {
    frames::transfer(page_frame, number);
  } else {
    TRY(frames::allocate(number, page_frame));
  }
  e.page_frame = page_frame;
  frames::set_guaranteed(page_frame, abi::kFrameEnvironmentPage);
  e.guarantees[0] = {abi::kEnvironmentPageAddress >> abi::kPageShift, abi::pfn_of_frame(page_frame),
                     abi::kBindRead | abi::kBindWrite};
  trace::emit(abi::Event::GuaranteeSet, number, e.guarantees[0].vpn, e.guarantees[0].pfn, e.guarantees[0].flags);
  e.page = reinterpret_cast<abi::EnvironmentPage*>(frames::contents(page_frame));
  __builtin_memset(e.page, 0, offsetof(abi::EnvironmentPage, start));
  e.page->number = number;
  e.page->generation = info(number).generation;
  e.page->self = capabilities::mint(ResourceKind::Environment, number, abi::kRightDestroy, number);
  e.page->page = capabilities::mint(ResourceKind::Frame, page_frame, abi::kRightRead | abi::kRightWrite, number);
  return Result::of(number);
}

Status give_guaranteed(Environment& e, uint32_t vpn, uint32_t frame, uint32_t flags) {
  if (e.guarantee_of(vpn) != nullptr) return Status::NotFree;
  for (Guarantee& g : e.guarantees) {
    if (g.flags != 0) continue;
    if (frames::info(frame).owner != e.number) frames::transfer(frame, e.number);
    frames::set_guaranteed(frame);
    g = {vpn, abi::pfn_of_frame(frame), flags};
    trace::emit(abi::Event::GuaranteeSet, e.number, vpn, g.pfn, flags);
    return Status::Ok;
  }
  return Status::NoneFree;
}

void start(Environment& e, uint32_t pc, uint32_t stack, uint32_t argument) {
  e.frame.pc = pc;
  e.frame.r[29] = stack;
  e.frame.argument(0) = argument;
  e.frame.status = kUserStatus;
  e.page->argument = argument;
  info(e.number).state = uint8_t(EnvState::Ready);
  trace::emit(abi::Event::EnvStarted, e.number, pc, stack, argument);
}

void destroy(Environment& e, abi::Reason reason, uint32_t code) {
  const uint32_t number = e.number;
  trace::emit(abi::Event::EnvKilled, number, uint32_t(reason), code);
  uint32_t bindings = 0, frame_count = 0;
  const uint32_t slices = slices::free_all_of(number);
  revocation::end_all_of(number);
  // Long loops let deadlines of others have their turn: what is left of this environment stays consistent at every
  // step.
  for (; bindings::break_one_of(e, abi::Reason::OwnerGone); ++bindings) deadlines::poll();
  for (; e.first_frame != kNil; ++frame_count) {
    frames::release(e.first_frame, abi::Reason::OwnerGone);
    deadlines::poll();
  }
  abi::EnvironmentInfo& i = info(number);
  i.state = uint8_t(EnvState::Free);
  ++i.generation;
  __builtin_memset(i.name, 0, sizeof i.name);
  clear(e, number);
  trace::emit(abi::Event::EnvGone, number, frame_count, bindings, slices);
}

}  // namespace exo::kernel::environments
