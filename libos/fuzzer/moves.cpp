#include "libos/fuzzer/moves.hpp"

#include "libos/base/note.hpp"
#include "libos/fuzzer/arguments.hpp"
#include "libos/fuzzer/board.hpp"

extern "C" void exo_fuzzer_give_up(uint32_t number, uint32_t a0, uint32_t v1);
extern "C" void exo_fuzzer_jump(uint32_t to, uint32_t a, uint32_t b, uint32_t c);
extern "C" uint32_t exo_fuzzer_snippet[];

namespace exo::fuzzer {

namespace {
using abi::Syscall;

uint32_t calls = 0;

/// Most of the time the fuzzer would rather live on: calls that end it or leave it without processor are rare.
bool is_rare(uint32_t number) {
  static constexpr Syscall kRare[] = {Syscall::exit,     Syscall::slice_free, Syscall::slice_transfer,
                                      Syscall::env_kill, Syscall::entry_wait, Syscall::env_submit,
                                      Syscall::wait,     Syscall::emergency};
  for (const Syscall rare : kRare)
    if (number == uint32_t(rare)) return true;
  return false;
}

/// Calls after which nothing is in its register any more, or whose argument is in v1.
bool gives_up_registers(uint32_t number) {
  return number == uint32_t(Syscall::pct) || number == uint32_t(Syscall::pct_async) ||
         number == uint32_t(Syscall::yield_to) || number == uint32_t(Syscall::entry_wait);
}

void chosen_call() {
  uint32_t number = random.below(abi::kSyscalls);
  if (is_rare(number) && !random.chance(number == uint32_t(Syscall::exit) ? 1 : 15))
    number = uint32_t(Syscall::frame_allocate);
  const Shape& shape = kShapes[number];
  make_call(number, choose(shape.arguments[0]), choose(shape.arguments[1]), choose(shape.arguments[2]),
            choose(shape.arguments[3]));
}

/// Anything with anything.
void nonsense_call() {
  const uint32_t number = random.chance(90) ? random.below(abi::kSyscalls + 8) : random.word();
  if (is_rare(number)) return;
  const auto any = [] { return choose(Argument(random.below(uint32_t(Argument::Kind) + 1))); };
  make_call(number, any(), any(), any(), any());
}

/// Uses what is bound. Most of these are misses.
void touch_memory() {
  auto* word = reinterpret_cast<volatile uint32_t*>(
      (random.chance(80) ? kPlayAddress + random.below(kPlayPages * abi::kPageSize) : any_address()) &
      (random.chance(95) ? ~3u : ~0u));
  if (random.chance(50))
    (void)*word;
  else
    *word = random.word();
}

/// One instruction that is an exception, or a privileged one, or any.
void strange_instruction() {
  static constexpr uint32_t kWords[] = {
      0x0000'000d,  // break
      0x0000'000c,  // syscall
      0x0000'0034,  // teq
      0x7000'003b,  // reserved
      0x4000'6000,  // mfc0 zero, Status
      0x4080'6000,  // mtc0 zero, Status
      0x4200'0002,  // tlbwi
      0x4200'0006,  // tlbwr
      0x4200'0008,  // tlbp
      0x4200'0018,  // eret
      0x4200'0020,  // wait
      0x4160'6000,  // di
      0x4440'0000,  // cfc1
      0x4448'0000,  // cfc1, another
      0x4488'0800,  // mtc1
      0x4600'0000,  // add.s
      0x4800'0000,  // coprocessor 2
      0xbc00'0000,  // cache
      0x7c03'e83b,  // rdhwr, user local
      0x7c03'103b,  // rdhwr, Count
      0x8c01'0001,  // lw from an odd address
      0xac01'0002,  // sw to an odd address
      0x8c01'8000,  // lw from the kernel
      0x0280'0008,  // jr to a wild address
      0x1000'ffff,  // branch to itself
      0x2021'7fff,  // addi, may overflow
      0xc001'1000,  // ll
      0xe001'1000,  // sc
  };
  exo_fuzzer_snippet[0] = random.chance(80) ? random.pick(kWords) : random.word();
  exo_fuzzer_snippet[1] = random.chance(60) ? 0 : random.pick(kWords);
  exo_fuzzer_snippet[2] = 0x03e0'0008;                          // jr ra
  exo_fuzzer_snippet[3] = random.chance(90) ? 0 : 0x0000'000c;  // a system call in the delay slot
  ++calls;
  exo_fuzzer_jump(uint32_t(reinterpret_cast<uintptr_t>(exo_fuzzer_snippet)), random.below(abi::kSyscalls),
                  any_address(), any_address());
}

void jump_anywhere() { exo_fuzzer_jump(any_address() & ~3u, 0, 0, random.word()); }

/// What kernel and library OS share, with nonsense in it.
void scribble_on_own_page() {
  if (random.chance(60))
    libos::environment().masked = random.below(2);
  else
    *reinterpret_cast<volatile uint32_t*>(abi::kEnvironmentPageAddress + 4 * random.below(1024)) = random.word();
}

void exchange_capabilities() {
  Capability& mine = pool[random.below(kPoolSlots)];
  Capability& shared = board().slots[random.below(kBoardSlots)];
  if (random.chance(50))
    mine = shared;
  else
    shared = mine;
}

/// A frame, bound where it can be written.
Capability* new_frame(uint32_t vpn) {
  Capability* c = &pool[random.below(kPoolSlots)];
  make_call(uint32_t(Syscall::frame_allocate), abi::kAnyFrame, uint32_t(uintptr_t(c)), 0, 0);
  make_call(uint32_t(Syscall::bind), uint32_t(uintptr_t(c)), vpn, abi::kBindRead | abi::kBindWrite, 0);
  return c;
}

/// Makes an environment as it should be made, with a program of random calls, and lets it run.
void make_environment() {
  const uint32_t vpn = (kPlayAddress >> abi::kPageShift) + random.below(kPlayPages);
  const auto at = [](const void* p) { return uint32_t(reinterpret_cast<uintptr_t>(p)); };
  Capability* authority = pool_slot(abi::ResourceKind::Authority);
  Capability* env = &pool[random.below(kPoolSlots)];
  Capability* page = new_frame(vpn);
  make_call(uint32_t(Syscall::env_create), at(authority), at(pool), at(page), at(env));
  for (uint32_t slot = 0; slot < 2; ++slot) {
    Capability* code = new_frame(vpn);
    auto* word = reinterpret_cast<volatile uint32_t*>(vpn << abi::kPageShift);
    for (uint32_t i = 0; i < 60; i += 6) {
      word[i] = 0x2402'0000 | random.below(abi::kSyscalls);           // li v0
      word[i + 1] = 0x2404'0000 | (random.word() & 0xffff);           // li a0
      word[i + 2] = 0x3c05'0000 | (random.word() & 0x7fff);           // lui a1
      word[i + 3] = 0x3446'1000 | (random.word() & 0xffc);            // ori a2, v0
      word[i + 4] = random.chance(90) ? 0x0000'000c : random.word();  // syscall
      word[i + 5] = 0;
    }
    word[60] = 0x1000'ffc3;  // back to the beginning
    make_call(uint32_t(Syscall::env_map), at(env), slot, abi::kProgramAddress + slot * abi::kPageSize + 1 + 2 * slot,
              at(code));
  }
  const uint32_t number = random.chance(80) ? abi::number_of(env->resource) : choose(Argument::Environment);
  if (random.chance(40))
    make_call(uint32_t(Syscall::slice_allocate), at(authority), number, 0xffff'ffff,
              random.chance(50) ? 0 : at(&pool[random.below(kPoolSlots)]));
  make_call(uint32_t(Syscall::env_start), at(env), abi::kProgramAddress + 4 * random.below(12), 0, 0);
}

/// Gives back what it finds, so that there is something to take again.
void give_back() {
  for (uint32_t i = 0; i < 8; ++i) {
    Capability& c = pool[random.below(kPoolSlots)];
    if (abi::kind_of(c.resource) == abi::ResourceKind::Frame)
      make_call(uint32_t(Syscall::frame_free), uint32_t(uintptr_t(&c)), 0, 0, 0);
    else if (abi::kind_of(c.resource) == abi::ResourceKind::Environment && random.chance(60))
      make_call(uint32_t(Syscall::env_kill), uint32_t(uintptr_t(&c)), 0, 0, 0);
  }
}

void transfer() { enter(choose(Argument::Environment)); }

/// The floating-point unit is handed over when it is used: registers of one's own are never another's.
void use_fpu() {
  asm volatile(".set push\n .set hardfloat\n mtc1 %0, $f4\n mtc1 %0, $f21\n add.s $f6, $f4, $f21\n .set pop" ::"r"(
      random.word()));
}

void submit_to_somebody() { submit(choose(Argument::Environment)); }

struct Row {
  uint32_t weight;
  void (*move)();
};
constexpr Row kRows[] = {
    {800, chosen_call},
    {40, nonsense_call},
    {60, touch_memory},
    {40, strange_instruction},
    {4, jump_anywhere},
    {12, scribble_on_own_page},
    {30, exchange_capabilities},
    {2, make_environment},
    {8, give_back},
    {30, transfer},
    {8, use_fpu},
    {1, submit_to_somebody},
    {4, serve},
    {30, download},
};
constexpr uint32_t total_weight() {
  uint32_t total = 0;
  for (const Row& row : kRows) total += row.weight;
  return total;
}
}  // namespace

void make_call(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  // Only the fuzzer's own count may look like one.
  if (number == uint32_t(Syscall::note) &&
      (a == uint32_t(libos::Note::Fuzzed) || a == uint32_t(libos::Note::CheckFailed)))
    return;
  if (++calls >= kCallsPerNote) {
    calls = 0;
    libos::note(libos::Note::Fuzzed, kCallsPerNote);
  }
  if (gives_up_registers(number)) {
    exo_fuzzer_give_up(number, a, choose(Argument::Environment) | (random.chance(10) ? abi::kStillWaiting : 0));
    return;
  }
  const libos::Result result = libos::system_call(number, a, b, c, d);
  if (number == uint32_t(Syscall::revoke) && result.ok()) last_request = result.value;
}

void enter(uint32_t environment) {
  const uint32_t number = uint32_t(random.chance(70) ? Syscall::pct : Syscall::pct_async);
  ++calls;
  exo_fuzzer_give_up(number, random.word(), environment | (random.chance(20) ? abi::kStillWaiting : 0));
}

void answer(uint32_t asked) {
  if (abi::asks_for_download(asked)) {
    if (random.chance(50)) make_call(uint32_t(Syscall::code_free), asked & 0xff, 0, 0, 0);
    return;
  }
  if (abi::asks_for_slice(asked)) {
    if (random.chance(50)) make_call(uint32_t(Syscall::slice_free), asked & 0xff, 0, 0, 0);
    return;
  }
  for (Capability& c : pool)
    if (abi::kind_of(c.resource) == abi::ResourceKind::Frame &&
        (asked == abi::kAnyFrame || abi::number_of(c.resource) == asked))
      return make_call(uint32_t(Syscall::frame_free), uint32_t(uintptr_t(&c)), 0, 0, 0);
}

void submit(uint32_t server) {
  for (Capability& c : pool)
    if (abi::kind_of(c.resource) == abi::ResourceKind::Frame)
      make_call(uint32_t(Syscall::frame_free), uint32_t(uintptr_t(&c)), 0, 0, 0);
  board().submitted = libos::environment().number;
  board().server = server;
  make_call(uint32_t(Syscall::env_submit), server, 0, 0, 0);
}

void serve() {
  const uint32_t number =
      board().server == libos::environment().number ? board().submitted : choose(Argument::Environment);
  const bool keeps = random.chance(70);  // what it fetched is what it brings back, contents and all
  for (uint32_t slot = 0; slot < abi::kGuaranteedMappings; ++slot)
    make_call(uint32_t(Syscall::env_fetch), number, slot, uint32_t(uintptr_t(&pool[slot])), 0);
  for (uint32_t slot = 0; slot < abi::kGuaranteedMappings; ++slot) {
    if (!keeps) make_call(uint32_t(Syscall::frame_allocate), abi::kAnyFrame, uint32_t(uintptr_t(&pool[slot])), 0, 0);
    make_call(uint32_t(Syscall::env_restore), number, slot, uint32_t(uintptr_t(&pool[slot])), 0);
  }
  if (random.chance(90)) make_call(uint32_t(Syscall::env_resume), number, 0, 0, 0);
}

void move() {
  uint32_t choice = random.below(total_weight());
  for (const Row& row : kRows) {
    if (choice < row.weight) return row.move();
    choice -= row.weight;
  }
}

}  // namespace exo::fuzzer
