// Who called whom: the stack of an environment or of the kernel, with inlined functions as frames of their own, and
// across what lies between programs: upcalls, system calls, protected control transfers. It ends with a reason, always.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "explorer/debugger/location.hpp"
#include "explorer/debugger/symbols.hpp"
#include "explorer/debugger/target.hpp"

namespace exo::debugger {

/// One function at work.
struct Frame {
  Environment env = kKernel;  ///< whose code and memory
  FrameRegisters registers;   ///< what is still known of them; of an inlined function: those of the one around it
  std::uint32_t pc = 0;       ///< of its next instruction
  std::uint32_t lookup = 0;   ///< of the instruction at work: the call, or pc itself
  std::optional<std::uint32_t> address;  ///< canonical frame address: tells frames of one function apart
  std::string function;                  ///< empty: nobody knows
  std::optional<SourceLine> line;        ///< in the files() of its program
  Die die;                               ///< the function or the inlined copy; none: no debugging information
  bool inlined = false;                  ///< into the next frame
  bool guess = false;                    ///< found by reading instructions, without rules: may be wrong
  /// Not empty: this did not call the frame before it. What came between: "system call frame_allocate", "upcall Miss",
  /// "protected control transfer".
  std::string boundary;
};

struct Stack {
  std::vector<Frame> frames;  ///< innermost first
  std::string end;            ///< why there are no more: "the program begins here"
  bool broken = false;        ///< the end is not where a stack should end
};

/// What a stack is read with.
struct StackSource {
  /// Memory as `env` sees it. False: not all of it can be read.
  std::function<bool(Environment env, std::uint32_t address, std::span<std::byte> out)> read;
  /// nullptr: nobody knows its program.
  std::function<Symbols*(Environment env)> symbols;
  /// Whose affairs the kernel is about, when it runs.
  Environment acting = kKernel;
};

inline constexpr std::size_t kMostFrames = 64;

/// The stack of who has these registers: the kernel, when the pc is the kernel's; else `env`.
[[nodiscard]] Stack unwind(const FrameRegisters& registers, Environment env, const StackSource& source,
                           std::size_t limit = kMostFrames);

/// Memory of one environment, for expressions.
[[nodiscard]] ReadBytes reader_of(const StackSource& source, Environment env);

}  // namespace exo::debugger
