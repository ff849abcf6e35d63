// Reading an attempt back from its records.
#include "explorer/model/programs.hpp"

#include <algorithm>

#include "explorer/model/decode.hpp"

namespace exo::model {

namespace {

constexpr EventNumber kFarthest = 400'000;  ///< events that may lie between offer and end
constexpr std::size_t kMostWords = 16'384;

void take_text(Program& program, const Event& event) {
  if (program.kind == abi::DownloadKind::Claim) {
    if (program.comparisons.size() >= std::min(program.count, abi::kMostComparisons)) return;
    program.comparisons.push_back({std::uint16_t(event.args[0]), std::uint8_t(event.args[0] >> 16),
                                   std::uint8_t(event.args[0] >> 24), event.args[1], event.args[2], event.args[3]});
    return;
  }
  for (std::size_t half = 0; half < 2; ++half) {
    if (program.instructions.size() >= std::min(program.count, abi::bpf::kMostInstructions)) return;
    const std::uint32_t word = event.args[2 * half];
    program.instructions.push_back({std::uint8_t(word), std::uint8_t(word >> 8), std::int16_t(word >> 16),
                                    std::int32_t(event.args[2 * half + 1])});
  }
}

/// Takes one event of the attempt; false: it has ended.
bool take(Program& program, const Event& event) {
  switch (event.id) {
    case abi::Event::CodeOffered:
      return false;
    case abi::Event::CodeText:
      take_text(program, event);
      return true;
    case abi::Event::CodeRefused:
      if (event.args[0] != program.offer) return true;
      program.refused = true;
      program.verdict = abi::Verdict(event.args[1]);
      program.instruction = event.args[2];
      program.detail = event.args[3];
      return false;
    case abi::Event::CodeVerified:
      program.verified = true;
      program.looked = event.args[1];
      program.longest = event.args[2];
      program.verify_ticks = event.args[3];
      return true;
    case abi::Event::CodeCompiled:
      program.compiled = true;
      program.announced = event.args[1];
      program.address = event.args[2];
      program.compile_ticks = event.args[3];
      return true;
    case abi::Event::CodeMap:
      for (const std::uint32_t word : event.args)
        for (const std::uint32_t half : {word & 0xffff, word >> 16})
          if (program.map.size() < program.instructions.size() + 1) program.map.push_back(std::uint16_t(half));
      return true;
    case abi::Event::CodeWords:
      for (const std::uint32_t word : event.args)
        if (program.words.size() < std::min<std::size_t>(program.announced, kMostWords)) program.words.push_back(word);
      return true;
    case abi::Event::CodeInstalled:
      if (event.args[1] != program.offer) return true;
      program.download = event.args[0];
      return false;
    default:
      return true;
  }
}

}  // namespace

void AttemptLog::take(const Event& event) {
  switch (event.id) {
    case abi::Event::CodeOffered:
      ++count_;
      open_ = attempts_.size() < kKept;
      if (!open_) return;
      attempts_.push_back({.event = event.number,
                           .offer = event.args[0],
                           .count = event.args[2],
                           .kind = abi::DownloadKind(event.args[1]),
                           .owner = std::uint8_t(event.args[3])});
      return;
    case abi::Event::CodeRefused:
    case abi::Event::CodeInstalled: {
      const bool installed = event.id == abi::Event::CodeInstalled;
      if (!open_ || attempts_.back().offer != event.args[installed ? 1 : 0]) return;
      Attempt& attempt = attempts_.back();
      open_ = false;
      attempt.ended = event.number;
      if (installed) {
        attempt.download = std::uint8_t(event.args[0]);
        return;
      }
      attempt.verdict = abi::Verdict(event.args[1]);
      attempt.instruction = event.args[2];
      attempt.detail = event.args[3];
      return;
    }
    default:
      return;
  }
}

void AttemptLog::forget(EventNumber upto) {
  // The next one begins when the last one is over; only the last can still be open.
  const auto keeps = [&](const Attempt& one) { return one.event > upto || one.ended > upto; };
  const auto end = open_ ? attempts_.end() - 1 : attempts_.end();
  attempts_.erase(attempts_.begin(), std::find_if(attempts_.begin(), end, keeps));
}

Program program_at(const History& history, EventNumber offered, EventNumber upto) {
  Program program;
  upto = std::min(upto, history.size());
  if (offered == 0 || offered > upto) return program;
  const Event first = history.event(offered);
  if (first.id != abi::Event::CodeOffered || first.args[1] >= abi::kDownloadKinds) return program;
  program.event = offered;
  program.offer = first.args[0];
  program.kind = abi::DownloadKind(first.args[1]);
  program.count = first.args[2];
  program.owner = first.args[3] % abi::kMaxEnvironments;
  upto = std::min(upto, offered + kFarthest);
  for (EventNumber number = offered + 1; number <= upto;)
    for (const abi::TraceRecord& record : history.records_from(number)) {
      if (number > upto) break;
      if (row_of(record.event).category == Category::download && check(record) == Fault::None &&
          !take(program, decode(record, number, 0)))
        return program;
      ++number;
    }
  return program;
}

}  // namespace exo::model
