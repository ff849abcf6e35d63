// What the trace tells of one attempt to download code: its text, the verdict, the machine code, and what begins where.
// Read from the records that follow CodeOffered, whenever it is asked for: nothing of it is kept twice.
#pragma once
#include <cstdint>
#include <vector>

#include "explorer/model/history.hpp"
#include "kernel/abi/bpf.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::model {

/// Where the attempts of a run are, in their order; filled as events are folded.
struct Attempt {
  EventNumber event = 0;  ///< CodeOffered
  EventNumber ended = 0;  ///< CodeRefused or CodeInstalled; 0: neither yet
  std::uint32_t offer = 0, count = 0;
  abi::DownloadKind kind = abi::DownloadKind::None;
  std::uint8_t owner = 0;
  std::uint8_t download = 0;  ///< its number, when it was installed
  abi::Verdict verdict = abi::Verdict::Accepted;
  std::uint32_t instruction = 0, detail = 0;  ///< of the verdict
  [[nodiscard]] bool refused() const { return verdict != abi::Verdict::Accepted; }
};

class AttemptLog {
 public:
  static constexpr std::size_t kKept = 100'000;  ///< the first ones; a guest may offer code for ever
  void take(const Event& event);
  /// Lets go of attempts that had ended by event `upto`.
  void forget(EventNumber upto);
  [[nodiscard]] const std::vector<Attempt>& all() const { return attempts_; }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  std::vector<Attempt> attempts_;
  std::uint64_t count_ = 0;
  bool open_ = false;  ///< the last one has not ended
};

/// One attempt as far as events up to a moment tell.
struct Program {
  EventNumber event = 0;  ///< CodeOffered; 0: there is none
  abi::DownloadKind kind = abi::DownloadKind::None;
  std::uint32_t offer = 0, owner = 0, count = 0;
  std::vector<abi::bpf::Instruction> instructions;
  std::vector<abi::Comparison> comparisons;  ///< of a claim
  std::vector<std::uint16_t> map;            ///< machine word at which each instruction begins
  std::vector<std::uint32_t> words;          ///< machine code
  bool verified = false, compiled = false, refused = false;
  abi::Verdict verdict = abi::Verdict::Accepted;
  std::uint32_t instruction = 0, detail = 0;
  std::uint32_t looked = 0, longest = 0, verify_ticks = 0;
  std::uint32_t announced = 0, address = 0, compile_ticks = 0;  ///< words, of machine code
  std::uint32_t download = 0;                                   ///< number; 0: not installed
};

/// The attempt that begins at event `offered` (CodeOffered), as it stands at event `upto`. Hostile traces give a
/// program that is shorter than it says, never one that is longer than a program can be.
[[nodiscard]] Program program_at(const History& history, EventNumber offered, EventNumber upto);

}  // namespace exo::model
