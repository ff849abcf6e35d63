// A run that can be stopped at any instruction, forwards and backwards: what a debugger needs of it, whoever asks (the
// window, or gdb over its protocol).
//
// A run is deterministic, so a moment of it is a number: how many instructions the machine has begun since it was
// switched on. Going somewhere is executing again up to there. Nothing here changes what happens in the run.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/debugger/registers.hpp"

namespace exo::debugger {

using Instant = std::uint64_t;      ///< instructions begun since the machine was switched on
using Environment = std::uint32_t;  ///< its number; 0 is the kernel

inline constexpr Environment kKernel = 0;
inline constexpr Environment kAnyone = 0xffff'ffff;  ///< any environment and the kernel

/// Addresses from here on are the kernel's, the same in every environment.
inline constexpr std::uint32_t kKernelAddresses = 0x8000'0000;

/// Where a run is to stop. The same address in two environments is two places.
struct Place {
  enum class Kind : std::uint8_t { Execute, Write, Read, Access };
  Kind kind = Kind::Execute;
  Environment env = kAnyone;
  std::uint32_t address = 0;
  std::uint32_t bytes = 4;  ///< of data; of code it is one instruction

  friend auto operator<=>(const Place&, const Place&) = default;
};

/// Addresses of code, from `first` up to but not including `end`.
struct CodeRange {
  std::uint32_t first = 0, end = 0;
  friend auto operator<=>(const CodeRange&, const CodeRange&) = default;
};

enum class Direction : std::uint8_t { Forward, Back };

/// What the run is to do next, from where it stands.
struct Motion {
  enum class Kind : std::uint8_t {
    Instruction,  ///< the next (or previous) instruction of `env`
    Continue,     ///< to a place, or to the end of what is known of the run
    Until,        ///< to the instant `until`
    Leave,        ///< forward, to the first instruction of `env` outside of `leave`, or to one of `arrive`
  };
  Kind kind = Kind::Continue;
  Direction direction = Direction::Forward;
  Environment env = kAnyone;  ///< whose; others may run in between, and are not stopped in
  Instant until = 0;
  std::vector<CodeRange> leave{};  ///< at most kMostRanges
  std::vector<Place> arrive{};     ///< of code; at most kMostRanges
  static constexpr std::size_t kMostRanges = 64;
};

struct Stop {
  enum class Why : std::uint8_t {
    Arrived,      ///< the instruction or instant that was asked for
    Place,        ///< `place`
    Interrupted,  ///< interrupt()
    Beginning,    ///< went back to the first instruction
    End,          ///< of the run, or of what was recorded of it
    Lost,         ///< there is no machine any more: `text` says why
  };
  Why why = Why::Arrived;
  Instant instant = 0;
  std::optional<Place> place;  ///< the one that was reached
  std::uint32_t data = 0;      ///< address of the access, of a place of data
  std::string text;
};

/// An environment as a debugger's thread.
struct Thread {
  Environment env = 0;
  std::string name;   ///< of its program
  std::string doing;  ///< "running", "ready", "asleep", ...
};

/// Where the code of a thread comes from.
struct Program {
  std::string name;  ///< as in the boot archive; "kernel"
  std::string path;  ///< of its ELF file with debugging information; empty: nobody knows
};

class Target {
 public:
  virtual ~Target() = default;

  [[nodiscard]] virtual Instant instant() const = 0;
  /// Who executes the next instruction; kKernel in the kernel.
  [[nodiscard]] virtual Environment running() const = 0;
  /// The kernel and every environment there is at this instant.
  [[nodiscard]] virtual std::vector<Thread> threads() const = 0;
  /// Every environment of the run, so far as it is known, also those that are not there at this instant.
  [[nodiscard]] virtual std::vector<Thread> everyone() const { return threads(); }
  [[nodiscard]] virtual Program program(Environment env) const = 0;
  /// Of the one that runs: the processor's. Of another: as the kernel keeps them; nothing when it keeps none.
  [[nodiscard]] virtual std::optional<Registers> registers(Environment env) = 0;
  /// Memory as an environment sees it through its own bindings (the kernel: unmapped addresses). Returns how many of
  /// the bytes could be read, from the first on.
  [[nodiscard]] virtual std::size_t read(Environment env, std::uint32_t address, std::span<std::byte> out) = 0;
  /// The same by physical address.
  [[nodiscard]] virtual std::size_t read_physical(std::uint32_t address, std::span<std::byte> out) = 0;

  /// Places to stop at, all of them at once. Takes effect with the next motion.
  virtual void set_places(std::vector<Place> places) = 0;
  /// Begins to move. poll() tells when it stands again.
  virtual void move(const Motion& motion) = 0;
  [[nodiscard]] virtual bool moving() const = 0;
  /// Works on the motion for at most `budget`. The stop, once.
  [[nodiscard]] virtual std::optional<Stop> poll(std::chrono::microseconds budget) = 0;
  virtual void interrupt() = 0;

  /// A line of text for what only Exoscope has (revoke, audit, why, envs, frames, story): its answer.
  [[nodiscard]] virtual std::string command(std::string_view line) = 0;
};

}  // namespace exo::debugger
