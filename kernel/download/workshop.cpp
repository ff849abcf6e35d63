#include "kernel/download/workshop.hpp"

#include "kernel/core/deadlines.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/user_memory.hpp"
#include "kernel/download/bytes.hpp"
#include "kernel/download/checks.hpp"
#include "kernel/download/classifier.hpp"
#include "kernel/download/code_memory.hpp"
#include "kernel/download/compiler.hpp"
#include "kernel/download/downloads.hpp"
#include "kernel/download/helpers.hpp"
#include "kernel/download/verifier.hpp"
#include "kernel/download/verifier_memory.hpp"

namespace exo::kernel::workshop {

using abi::Event;
using download::Instruction;
using download::Progress;

namespace {
constexpr uint32_t kStale = abi::ticks_of_micros(100'000);  // who has not come back for so long has given up
constexpr uint32_t kChunk = 32;                             // words read or written in a step
// What a step of the verifier takes at most; the others are short. tests/guest/late_trial.toml has the longest.
constexpr uint32_t kLongestLook = 2'400 * abi::kNanosecondsPerInstruction / abi::kNanosecondsPerTick;

enum class Phase : uint8_t { Idle, Read, Gather, Judge, Verify, Compile, Place, Write, Tell, Tree };

struct Job {
  Phase phase;
  uint32_t owner;
  uint32_t pc, request_address, answer_address;  // the call that it belongs to; all 0: the host's
  uint32_t last_step;
  abi::DownloadRequest request;
  abi::DownloadAnswer answer;
  download::Authorised authorised;
  download::Rules rules;
  uint32_t offer;
  uint32_t done;  // of the present phase
  uint32_t within;
  uint32_t* code;
  uint32_t number;
};
Job job;
uint32_t offers;
download::Verifier verifier;
download::Compiler compiler;
code_memory::Search search;
[[gnu::section(".workshop")]] download::VerifierMemory verifier_memory;
[[gnu::section(".workshop")]] Instruction program[abi::bpf::kMostInstructions];
[[gnu::section(".workshop")]] uint8_t facts[abi::bpf::kMostInstructions];
[[gnu::section(".workshop")]] uint16_t map[abi::bpf::kMostInstructions + 8];
[[gnu::section(".workshop")]] uint32_t draft[download::kMostWords];
[[gnu::section(".workshop")]] abi::Comparison comparisons[abi::kMostComparisons];
[[gnu::section(".workshop")]] download::Claim claim;

constexpr Status kMore = Status::Unfinished;

bool is_claim() { return job.authorised.kind == DownloadKind::Claim; }
bool is_hosts() { return job.request_address == 0; }
uint32_t item_words() { return is_claim() ? 4 : 2; }
uint32_t* text() {
  return is_claim() ? reinterpret_cast<uint32_t*>(comparisons) : reinterpret_cast<uint32_t*>(program);
}

void enter(Phase phase) {
  job.phase = phase;
  job.done = 0;
}

// Four words of something as an event; beyond its end they are 0.
void show_words(Event event, const uint32_t* words, uint32_t at, uint32_t end) {
  const auto word = [=](uint32_t i) { return i < end ? words[i] : 0; };
  trace::emit(event, word(at), word(at + 1), word(at + 2), word(at + 3));
}

download::Rules rules_of(const download::Authorised& a, uint32_t bytes) {
  download::Rules rules{a.kind, abi::run_budget(a.kind), bytes, {}};
  for (uint32_t i = 0; i < abi::kDownloadPages; ++i) rules.page[i] = {a.page[i] != abi::kNoFrame, a.writable[i]};
  return rules;
}

void offer(uint32_t owner) {
  job.owner = owner;
  job.answer = {};
  job.offer = ++offers;
  job.within = 0;
  job.code = nullptr;
  job.rules = rules_of(job.authorised, job.request.bytes);
  trace::emit(Event::CodeOffered, job.offer, job.request.kind, job.request.count, owner);
  enter(Phase::Read);
}

Status begin(Environment& caller, uint32_t request, uint32_t answer) {
  abi::DownloadRequest r;
  download::Authorised a;
  TRY(user_memory::read(caller, UserAddress{request}, &r, sizeof r));
  TRY(user_memory::writable(caller, UserAddress{answer}, sizeof(abi::DownloadAnswer)));
  TRY(download::authorise(caller, r, a));
  job.request = r;
  job.authorised = a;
  job.pc = caller.frame.pc;
  job.request_address = request;
  job.answer_address = answer;
  offer(caller.number);
  return kMore;
}

Result read_step(Environment& owner) {
  const uint32_t words = job.request.count * item_words();
  const uint32_t count = words - job.done < kChunk ? words - job.done : kChunk;
  uint32_t* const to = text() + job.done;
  if (is_hosts())
    bytes::copy(reinterpret_cast<uint8_t*>(to),
                physical<uint8_t>(abi::kPacketStorePhysical + job.request.program) + 4 * job.done, 4 * count);
  else
    TRY(user_memory::read(owner, UserAddress{job.request.program + 4 * job.done}, to, 4 * count));
  for (uint32_t at = job.done; at < job.done + count; at += 4) show_words(Event::CodeText, text(), at, words);
  job.done += count;
  if (job.done < words) return kMore;
  if (is_claim()) {
    begin(claim);
    enter(Phase::Gather);
    return kMore;
  }
  verifier.start(verifier_memory, program, job.request.count, job.rules, facts);
  enter(Phase::Verify);
  return kMore;
}

Result gather_step() {
  if (job.done == job.request.count)
    enter(Phase::Judge);
  else if (!add(claim, comparisons[job.done++]))
    return Status::BadArgument;
  return kMore;
}

// A claim within another environment's takes packets from it: that one must have agreed.
Result judge_step() {
  const Result within = classifier::judge(claim, ++job.done, job.within);
  TRY(within);
  job.within = within.value;
  if (job.done + 1 < abi::kMaxDownloads) return kMore;
  const bool is_anothers = job.within != 0 && downloads::info(job.within).owner != job.owner;
  if (is_anothers && job.within != job.authorised.outer) return Status::NoRight;
  enter(Phase::Tree);
  return kMore;
}

Result refuse() {
  const download::Finding& finding = verifier.finding();
  job.answer.verdict = uint32_t(finding.verdict);
  job.answer.instruction = finding.instruction;
  job.answer.detail = finding.detail;
  trace::emit(Event::CodeRefused, job.offer, job.answer.verdict, finding.instruction, finding.detail);
  return Status::Unverified;
}

Result verify_step() {
  const uint32_t start = processor::clock();
  const Progress progress = verifier.step();
  job.answer.verify_ticks += processor::clock() - start;
  if (progress == Progress::More) return kMore;
  job.answer.looked_at = verifier.looked_at();
  if (progress == Progress::Refused) return refuse();
  job.answer.longest = verifier.longest();
  trace::emit(Event::CodeVerified, job.offer, job.answer.looked_at, job.answer.longest, job.answer.verify_ticks);
  compiler.start(download::source_of(program, job.request.count, facts, verifier.stack_bytes()), draft,
                 download::kMostWords, map);
  enter(Phase::Compile);
  return kMore;
}

Result compile_step() {
  const uint32_t start = processor::clock();
  const Progress progress = compiler.step();
  job.answer.compile_ticks += processor::clock() - start;
  if (progress == Progress::Refused) return Status::NoneFree;
  if (progress == Progress::More) return kMore;
  job.answer.words = compiler.words();
  for (uint32_t i = job.request.count; i < job.request.count + 8; ++i) map[i] = uint16_t(job.answer.words);
  search.start(job.answer.words);
  enter(Phase::Place);
  return kMore;
}

Result place_step() {
  const Progress progress = search.step();
  if (progress == Progress::Refused) return Status::NoneFree;
  if (progress == Progress::More) return kMore;
  job.code = search.room();
  trace::emit(Event::CodeCompiled, job.offer, job.answer.words, reinterpret_cast<uint32_t>(job.code),
              job.answer.compile_ticks);
  enter(Phase::Tell);
  return kMore;
}

Result tell_step() {
  const auto* const words = reinterpret_cast<const uint32_t*>(map);
  const uint32_t end = (job.request.count + 1) / 2;
  if (job.done < end) {
    show_words(Event::CodeMap, words, job.done, end);
    job.done += 4;
    return kMore;
  }
  enter(Phase::Write);
  return kMore;
}

Result install(Environment& owner) {
  TRY(download::still_authorised(owner, job.authorised));
  const download::Authorised& a = job.authorised;
  if (a.kind == DownloadKind::Filter && downloads::longest_of_filters() + job.answer.longest > abi::kFiltersBudget)
    return Status::NoneFree;
  const uint32_t number = downloads::free_number();
  downloads::Installation installation{a.kind,   job.owner,        job.offer,         a.link, job.answer.longest,
                                       job.code, job.answer.words, job.request.bytes, {},     {}};
  for (uint32_t i = 0; i < abi::kDownloadPages; ++i) {
    installation.page[i] = a.page[i];
    installation.writable[i] = a.writable[i];
  }
  downloads::install(number, installation);
  return Result::of(number);
}

Result write_step(Environment& owner) {
  const uint32_t end = job.done + kChunk < job.answer.words ? job.done + kChunk : job.answer.words;
  for (uint32_t at = job.done; at < end; ++at) job.code[at] = draft[at];
  for (uint32_t at = job.done; at < end; at += 4) show_words(Event::CodeWords, draft, at, job.answer.words);
  processor::synchronise_code(job.code + job.done, end - job.done);
  job.done = end;
  if (job.done < job.answer.words) return kMore;
  return install(owner);
}

// The claim stands from the moment that it is installed; the rest of the time goes into the tree. A claim that makes
// the tree too large, or a walk through it too long, goes again: what one claims must not cost the others much.
Result tree_step(Environment& owner) {
  if (job.done == 0) {
    const Result number = install(owner);
    TRY(number);
    classifier::add(number.value, claim);
    job.number = number.value;
    job.done = 1;
    return kMore;
  }
  const Progress progress = classifier::build_step();
  if (!downloads::exists(job.number)) return Status::NoSuchDownload;  // taken by force meanwhile
  if (progress == Progress::More) return kMore;
  if (progress == Progress::Done) return Result::of(job.number);
  downloads::remove(job.number, abi::Reason::NoRoom);
  return Status::NoneFree;
}

Result step(Environment& owner) {
  switch (job.phase) {
    case Phase::Read:
      return read_step(owner);
    case Phase::Gather:
      return gather_step();
    case Phase::Judge:
      return judge_step();
    case Phase::Verify:
      return verify_step();
    case Phase::Compile:
      return compile_step();
    case Phase::Place:
      return place_step();
    case Phase::Tell:
      return tell_step();
    case Phase::Write:
      return write_step(owner);
    case Phase::Tree:
      return tree_step(owner);
    case Phase::Idle:
      break;
  }
  return Status::WrongState;
}

/// A clock would have to wait for the next step, so the step waits for the clock.
bool must_wait() { return job.phase == Phase::Verify && deadlines::within(kLongestLook); }

void abandon() {
  if (job.phase == Phase::Idle) return;
  if (job.code != nullptr) code_memory::release(job.code, job.answer.words);
  job.phase = Phase::Idle;
}

void close(const Result& result) {
  if (result.ok()) job.code = nullptr;  // it belongs to the download now
  abandon();
}

bool continues(const Environment& caller, uint32_t request, uint32_t answer) {
  return job.phase != Phase::Idle && !is_hosts() && job.owner == caller.number && job.pc == caller.frame.pc &&
         job.request_address == request && job.answer_address == answer;
}

Status take_over(Environment& caller, uint32_t request, uint32_t answer) {
  const bool stale = processor::clock() - job.last_step > kStale;
  if (works_for_host() || (job.phase != Phase::Idle && job.owner != caller.number && !stale)) return Status::Busy;
  abandon();
  job.last_step = processor::clock();
  return begin(caller, request, answer);
}
}  // namespace

Result work(Environment& caller, uint32_t request, uint32_t answer) {
  if (!continues(caller, request, answer))
    if (const Status status = take_over(caller, request, answer); status != kMore) return status;
  for (;;) {
    job.last_step = processor::clock();
    if (deadlines::due()) return kMore;
    if (must_wait()) continue;
    const Result result = step(caller);
    if (result.status == kMore) continue;
    // What it knows goes to the caller even when the room for it is gone meanwhile: then nowhere.
    (void)user_memory::write(caller, UserAddress{answer}, &job.answer, sizeof job.answer);
    close(result);
    return result;
  }
}

Status begin_for_host(uint32_t owner, uint32_t offset, uint32_t size) {
  const uint32_t count = size & 0xffff, order = size >> 16;
  if (!environments::exists(owner)) return Status::NoSuchEnvironment;
  if (count == 0 || count > abi::bpf::kMostInstructions || order > abi::kMostFilterOrder ||
      offset > abi::kPacketStoreBytes - 8 * count)
    return Status::BadArgument;
  if (downloads::has_order(order)) return Status::NotFree;
  abandon();
  job.request = {};
  job.request.kind = uint32_t(DownloadKind::Filter);
  job.request.program = offset;
  job.request.count = count;
  job.authorised = {};
  job.authorised.kind = DownloadKind::Filter;
  job.authorised.page[0] = job.authorised.page[1] = abi::kNoFrame;
  job.authorised.wire_generation = exposed().device_generations[uint32_t(abi::Device::Wire)];
  job.authorised.link = order;
  job.pc = job.request_address = job.answer_address = 0;
  offer(owner);
  return Status::Ok;
}

bool works_for_host() { return job.phase != Phase::Idle && is_hosts(); }

Status go_on_for_host(uint32_t until) {
  while (!deadlines::due() && !must_wait() && int32_t(processor::clock() - until) < 0) {
    const Result result = step(environments::get(job.owner));
    if (result.status == kMore) continue;
    close(result);
    return result.status;
  }
  return kMore;
}

void forget(uint32_t number) {
  if (job.owner == number) abandon();
}

}  // namespace exo::kernel::workshop
