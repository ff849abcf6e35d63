#include "explorer/session/bpf_batch.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>

#include "explorer/bpf/interpreter.hpp"
#include "explorer/bpf/text.hpp"
#include "explorer/common/error.hpp"
#include "explorer/packets/store.hpp"
#include "explorer/session/fuzz.hpp"
#include "explorer/session/guest.hpp"
#include "kernel/abi/downloads.hpp"
#include "kernel/abi/program_batch.hpp"

namespace exo::session {
namespace {

using abi::Event;
using abi::Note;
using Clock = std::chrono::steady_clock;

constexpr const char* kRunner = "bpf_runner";
constexpr std::chrono::milliseconds kTurn{20};
constexpr std::chrono::seconds kPatience{60};  ///< wall time for one program, on any host
/// Less than 4 MiB: further on, pages of the archive share software TLB slots with the code of whoever reads them.
constexpr std::size_t kMostBatchBytes = 3u << 20;
constexpr std::uint64_t kMostExecuted = 1u << 22;  ///< more than any budget allows: the interpreter need not go on

struct VerdictRow {
  abi::Verdict verdict;
  const char *text, *detail;
};
constexpr VerdictRow kVerdicts[] = {
#define VERDICT(number, name, text, detail) {abi::Verdict::name, text, detail},
#include "kernel/abi/verdicts.def"
#undef VERDICT
};

std::size_t padded(std::size_t bytes) { return (bytes + 3) & ~std::size_t{3}; }

std::size_t batch_bytes(const TriedProgram& tried) {
  return sizeof(abi::BatchProgram) + padded(tried.memory.size()) + tried.program.size() * sizeof(abi::bpf::Instruction);
}

std::string batch_file(std::span<const TriedProgram> programs) {
  std::string file;
  for (const auto& tried : programs) {
    const abi::BatchProgram header{std::uint32_t(tried.memory.size()), std::uint32_t(tried.program.size())};
    char bytes[sizeof header];
    std::memcpy(bytes, &header, sizeof header);
    file.append(bytes, sizeof bytes);
    file.append(tried.memory.begin(), tried.memory.end());
    file.resize(padded(file.size()), '\0');
    const auto program = packets::bytes_of(tried.program);
    file.append(program.begin(), program.end());
  }
  return file;
}

/// What the runner says, note by note.
class Listener {
 public:
  explicit Listener(BatchResult& result) : result_(result) {}

  void hear(const abi::TraceRecord& record) {
    if (Event(record.event) == Event::Panic) {
      result_.failure = fmt::format("the kernel panicked at {:#x}", record.arguments[0]);
      done_ = true;
    }
    if (Event(record.event) != Event::Noted || record.environment != 1) return;
    const auto& [code, a, b, c] = record.arguments;
    switch (Note(code)) {
      case Note::ProgramCost:
        next_.longest = a;
        next_.instructions =
            std::uint32_t(std::uint64_t{b} * abi::kNanosecondsPerTick / abi::kNanosecondsPerInstruction);
        break;
      case Note::ProgramRan:
        next_.kind = Outcome::Kind::Ran;
        next_.result = a | std::uint64_t{b} << 32;
        next_.memory_hash = c;
        take();
        break;
      case Note::ProgramRefused:
        next_.kind = Outcome::Kind::Refused;
        next_.verdict = abi::Verdict(a);
        next_.at = b;
        next_.detail = c;
        take();
        break;
      case Note::ProgramFailed:
        next_.at = b;
        next_.detail = c;
        take();
        break;
      case Note::CheckFailed:
      case Note::Crashed:
        result_.failure = fmt::format("the runner gives up: note {} with {}, {:#x}, {:#x}", code, a, b, c);
        done_ = true;
        break;
      case Note::ProgramsDone:
        done_ = true;
        break;
      default:
        break;
    }
  }
  [[nodiscard]] bool done() const { return done_; }

 private:
  BatchResult& result_;
  Outcome next_;
  bool done_ = false;

  void take() {
    result_.outcomes.push_back(next_);
    next_ = {};
  }
};

/// Asks for audits, and reads what they and the invariants say.
class Auditor {
 public:
  explicit Auditor(BatchResult& result) : result_(result) {}

  void hear(Guest& guest, std::span<const abi::TraceRecord> records, bool done) {
    history_.append(records);
    if (result_.outcomes.size() >= asked_ * kProgramsPerAudit + kProgramsPerAudit || (done && !asked_at_end_)) {
      guest.inject({0, std::uint16_t(abi::ControlOp::Audit), 0, 0, 0});
      ++asked_;
      asked_at_end_ = done;
    }
    if (result_.audits == history_.audits().size()) return;
    result_.audits = history_.audits().size();
    result_.checked = 0;
    for (const auto& audit : history_.audits()) result_.checked += audit.checked;
    if (auto findings = judge_kernel(history_); !findings.empty())
      result_.failure = fmt::format("event {}: {}", findings.front().event, findings.front().text);
  }
  [[nodiscard]] bool done() const { return asked_at_end_ && result_.audits >= asked_; }

 private:
  BatchResult& result_;
  model::History history_;
  std::size_t asked_ = 0;
  bool asked_at_end_ = false;
};

BootPlan plan_of(std::shared_ptr<const connection::GuestImages> images, std::span<const TriedProgram> programs,
                 Watch watch) {
  auto scenario = std::make_shared<scenario::Scenario>();
  scenario->name = scenario->title = "programs of eBPF";
  scenario->first = kRunner;
  scenario->machine.tracing = watch == Watch::Everything;
  BootPlan plan;
  plan.images = std::move(images);
  plan.scenario = std::move(scenario);
  plan.files[abi::kBatchFile] = batch_file(programs);
  return plan;
}

std::uint32_t hash_of(packets::Bytes memory) {
  const std::size_t bytes = memory.size();
  memory.resize(abi::hashed_batch_bytes(std::uint32_t(bytes)), 0);
  std::uint32_t hash = abi::kBatchHashStart;
  for (std::size_t at = 0; at < memory.size(); at += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, memory.data() + at, 4);
    hash = abi::batch_hash(hash, word);
  }
  return hash;
}

}  // namespace

std::size_t programs_for_a_machine(std::span<const TriedProgram> programs) {
  std::size_t bytes = 0, count = 0;
  for (const auto& tried : programs) {
    bytes += batch_bytes(tried);
    if (bytes > kMostBatchBytes) break;
    ++count;
  }
  return count;
}

BatchResult run_batch(std::shared_ptr<const connection::GuestImages> images, std::span<const TriedProgram> programs,
                      const std::function<bool(std::size_t)>& interrupted, Watch watch) {
  BatchResult result;
  Listener listener(result);
  std::optional<Auditor> auditor;
  if (watch == Watch::Everything) auditor.emplace(result);
  const auto guest = boot(plan_of(std::move(images), programs, watch));
  guest->resume();
  std::vector<abi::TraceRecord> records;
  std::size_t heard = 0;
  auto last = Clock::now();
  for (;;) {
    const auto state = guest->poll(kTurn);
    records.clear();
    guest->drain(records);
    for (const auto& record : records) listener.hear(record);
    if (auditor) auditor->hear(*guest, records, listener.done());
    if (listener.done() && (!auditor || auditor->done())) break;
    const auto now = Clock::now();
    if (result.outcomes.size() != heard) last = now;
    heard = result.outcomes.size();
    if (interrupted(heard)) result.failure = "interrupted";
    if (state == connection::MachineState::Dead) result.failure = "the machine is gone: " + guest->ending();
    if (now - last > kPatience) result.failure = fmt::format("nothing has come back for {} s", kPatience.count());
    if (!result.failure.empty()) break;
  }
  guest->shutdown();
  return result;
}

std::string refusal_text(const TriedProgram& tried, const Outcome& outcome) {
  for (const auto& row : kVerdicts) {
    if (row.verdict != outcome.verdict) continue;
    const std::string detail = std::string_view(row.detail) == "-"
                                   ? std::string()
                                   : fmt::format(" ({}: {})", row.detail, std::int32_t(outcome.detail));
    const std::string at =
        outcome.at < tried.program.size() ? ", " + bpf::text(tried.program, outcome.at) : std::string();
    return fmt::format("refused at instruction {}{}: {}{}", outcome.at, at, row.text, detail);
  }
  return fmt::format("refused with a verdict that does not exist, {}", std::uint32_t(outcome.verdict));
}

std::optional<std::string> disagreement(const TriedProgram& tried, const Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::Refused) return {};
  if (outcome.kind == Outcome::Kind::Failed)
    return fmt::format("call {} was answered with status {}", outcome.at, outcome.detail);
  packets::Bytes memory = tried.memory;
  bpf::Interpreter interpreter;
  constexpr std::uint64_t kMemoryAddress = 0x8300'0000;
  interpreter.add({kMemoryAddress, memory, true});
  const auto run = interpreter.run(tried.program, kMemoryAddress, memory.size(), kMostExecuted);
  if (run.ending != bpf::Ending::Exit)
    return fmt::format("it was accepted, but the interpreter says of instruction {}: {}", run.at,
                       run.ending == bpf::Ending::Endless ? "it goes on and on" : run.fault);
  if (run.result != outcome.result) return fmt::format("r0 is {:#x}, and must be {:#x}", outcome.result, run.result);
  if (hash_of(memory) != outcome.memory_hash) return "its memory is not what it must be";
  if (outcome.instructions > outcome.longest)
    return fmt::format("it took {} instructions of the machine, {} were promised", outcome.instructions,
                       outcome.longest);
  return {};
}

}  // namespace exo::session
