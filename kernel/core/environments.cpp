#include "kernel/core/environments.hpp"

#include "kernel/abi/saved_registers.hpp"
#include "kernel/core/bindings.hpp"
#include "kernel/core/capabilities.hpp"
#include "kernel/core/deadlines.hpp"
#include "kernel/core/devices.hpp"
#include "kernel/core/emergency.hpp"
#include "kernel/core/fpu.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/identifiers.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/transfers.hpp"
#include "kernel/core/upcalls.hpp"
#include "kernel/core/wire.hpp"
#include "kernel/download/downloads.hpp"
#include "kernel/download/workshop.hpp"

namespace exo::kernel {

// The upper half of its address is all of it: vectors.S adds the number. kernel.ld puts it there.
[[gnu::section(".environments")]] alignas(1u << 16) Environment environment_table[abi::kMaxEnvironments];

static_assert(abi::kMaxEnvironments == 1u << ENV_NUMBER_BITS);
static_assert(offsetof(Environment, handlers) == 0 && sizeof(Environment::handlers) == 128);
static_assert(offsetof(Environment, page) == ENV_PAGE && offsetof(Environment, entry_hi) == ENV_ENTRY_HI);
static_assert(offsetof(Environment, status) == ENV_STATUS && offsetof(Environment, stlb_hash_bytes) == ENV_STLB_HASH);
static_assert(offsetof(Environment, open_entry) == ENV_OPEN_ENTRY && offsetof(Environment, calls) == ENV_CALLS);
static_assert(offsetof(Environment, resume_pc) == ENV_RESUME_PC && offsetof(Environment, resume_sp) == ENV_RESUME_SP);
static_assert(offsetof(Environment, own_calls) == ENV_OWN_CALLS && offsetof(Environment, frame) == ENV_FRAME);
static_assert(offsetof(Environment, event_word) == ENV_EVENT_WORD);
static_assert(uint32_t(ENVIRONMENTS_HIGH) << 16 == (0x8000'0000u | abi::kEnvironmentsPhysical));
static_assert(sizeof(Environment) == abi::kEnvironmentBytes && ENV_ENTRY_HI == abi::kSavedEntryHi);
static_assert(ENV_RESUME_PC == abi::kSavedResumePc && ENV_RESUME_SP == abi::kSavedResumeSp);
static_assert(ENV_FRAME == abi::kSavedFrame && FRAME_LO == abi::kFrameLo && FRAME_HI == abi::kFrameHi);
static_assert(FRAME_PC == abi::kFramePc && FRAME_CAUSE == abi::kFrameCause && FRAME_STATUS == abi::kFrameStatus);
static_assert(FRAME_BADVADDR == abi::kFrameBadAddress && FRAME_BYTES == abi::kFrameBytes);
static_assert(offsetof(abi::ExceptionContext, pc) == EXCEPTION_PC && offsetof(abi::EnvironmentPage, exception) == 0);
static_assert(offsetof(abi::ExceptionContext, cause) == EXCEPTION_CAUSE);
static_assert(offsetof(abi::ExceptionContext, address) == EXCEPTION_ADDRESS);
static_assert(uint32_t(abi::Syscall::null) == 0 && abi::kOwnCalls == OWN_CALLS);
static_assert(uint32_t(abi::Syscall::pct) == CALL_PCT && uint32_t(abi::Syscall::yield_to) == CALL_YIELD_TO);

namespace environments {

using abi::EnvState;

namespace {
void clear(Environment& e, uint32_t number) {
  __builtin_memset(&e, 0, sizeof e);
  e.number = number;
  e.status = kUserStatus;
  e.stlb_hash_bytes = abi::stlb_hash(number) * sizeof(abi::StlbEntry);
  e.event_word = number << 16 | EVENT_TLB_REFILLED;
  e.page_frame = abi::kNoFrame;
  for (SaveLocation& location : e.save_locations) location = kNoSaveLocation;
  e.first_binding = kNil;
  e.first_frame = kNil;
  upcalls::initialise(e);
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
    clear(get(number), number);
    info(number) = {
        .state = 0, .asid = 0, .slices = 0, .generation = 1, .frames = 0, .guaranteed = 0, .bindings = 0, .name = {}};
    exposed().entry_generations[number] = 1;
  }
}

Result create(uint32_t creator, uint32_t page_frame, const char (&name)[abi::kNameBytes]) {
  const uint32_t number = free_number();
  if (number == 0) return Status::NoneFree;
  Environment& e = get(number);
  clear(e, number);
  info(number).state = uint8_t(EnvState::Building);
  trace::emit(abi::Event::EnvCreated, number, 0, info(number).generation, page_frame);
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
  e.registers_kept = true;
  e.page->argument = argument;
  info(e.number).state = uint8_t(EnvState::Ready);
  trace::emit(abi::Event::EnvStarted, e.number, pc, stack, argument);
}

void destroy(Environment& e, abi::Reason reason, uint32_t code) {
  const uint32_t number = e.number;
  trace::emit(abi::Event::EnvKilled, number, uint32_t(reason), code);
  uint32_t bindings = 0, frame_count = 0;
  const uint32_t slices = slices::free_all_of(number);
  info(number).state = uint8_t(EnvState::Free);  // from here on nobody enters it or yields to it
  transfers::forget(number);
  fpu::take_back(e);
  devices::take_back(number);
  emergency::forget(number);
  workshop::forget(number);
  downloads::take_back(number);
  wire::forget(number);
  revocation::end_all_of(number);
  // Long loops let deadlines of others have their turn: what is left of this environment stays consistent at every
  // step.
  for (; bindings::break_one_of(e, abi::Reason::OwnerGone); ++bindings) deadlines::poll();
  for (; e.first_frame != kNil; ++frame_count) {
    frames::release(e.first_frame, abi::Reason::OwnerGone);
    deadlines::poll();
  }
  identifiers::take_back(e);
  abi::EnvironmentInfo& i = info(number);
  ++i.generation;
  ++exposed().entry_generations[number];
  exposed().excess[number] = 0;
  __builtin_memset(i.name, 0, sizeof i.name);
  clear(e, number);
  trace::emit(abi::Event::EnvGone, number, frame_count, bindings, slices);
}

}  // namespace environments
}  // namespace exo::kernel
