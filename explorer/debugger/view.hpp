// What a debugger shows while a run stands at an instruction: numbers and texts, made once for each stop, so that a
// panel only draws.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "explorer/debugger/registers.hpp"
#include "explorer/debugger/target.hpp"

namespace exo::debugger {

struct FrameView {
  Environment env = kKernel;  ///< whose code
  std::uint32_t pc = 0;
  std::string function;  ///< its name, or the address
  std::string file;      ///< "" when nobody knows
  std::uint32_t line = 0;
  bool inlined = false;
  bool guess = false;  ///< found without the compiler's word
  std::string
      boundary;  ///< not empty: it did not call the frame before it; what came between: "system call frame_return"
};

struct ValueView {
  std::string name, type, text;
  std::optional<std::uint32_t> address;
  bool changed = false;  ///< since the last stop
  bool missing = false;  ///< optimised out, or not readable: `text` says why
  std::vector<ValueView> parts;
};

struct BreakView {
  int number = 0;
  std::string where, condition;
  Environment env = kAnyone;
  bool enabled = true;
  std::uint64_t hits = 0;    ///< stops that counted
  std::uint32_t ignore = 0;  ///< so many times it is passed
  std::uint64_t passed = 0;  ///< of which so many are over
  std::string problem;       ///< why it can't be reached, or that the line is another one
  std::string file;          ///< of a line
  std::uint32_t line = 0;
  bool gdb = false;  ///< set in gdb, and only there to be changed
};

struct InstructionView {
  std::uint32_t address = 0;
  std::uint32_t word = 0;
  std::string text;
  std::uint32_t line = 0;  ///< of the source shown; 0: of none
  bool readable = true;
};

struct SourceView {
  std::string file;
  std::vector<std::string> text;
  std::vector<bool> has_code;  ///< by line, from 0
  std::string warning;         ///< "changed since it was built: lines may be wrong"
};

struct MemoryView {
  std::string asked;
  bool physical = false;
  std::uint32_t address = 0;
  std::vector<std::optional<std::uint8_t>> bytes;
  std::string problem;
};

/// gdb beside the window, on the same run.
struct GdbView {
  bool open = false;       ///< it may connect
  bool connected = false;  ///< it is there
  bool talking = false;    ///< it asked something just now: answers shall not wait for the next picture
  bool moves = false;      ///< it waits for the run to stop
  bool behind = false;     ///< the run was moved since, and gdb has not looked yet
  std::string command;     ///< to be typed in a terminal
};

struct View {
  bool there = false;  ///< somebody debugs
  bool moving = false;
  std::string status;       ///< one line: where it stands, and why there; or what went wrong
  bool failed = false;      ///< `status` is a complaint
  std::uint64_t stops = 0;  ///< grows by one with every stop
  Instant instant = 0;
  std::uint64_t event = 0;        ///< events complete
  Environment env = kKernel;      ///< looked at
  Environment running = kKernel;  ///< whose instruction is next
  Environment acting = kKernel;   ///< who has the processor, also while the kernel works
  std::uint32_t frame = 0;        ///< looked at
  std::vector<Thread> threads;
  std::optional<Registers> registers;
  std::optional<Registers> before;  ///< at the last stop, for what has changed
  std::vector<FrameView> frames;
  std::string stack_end;  ///< why there is no frame after the last
  std::vector<ValueView> arguments, locals, watches;
  std::vector<BreakView> breaks;
  std::vector<InstructionView> code;
  SourceView source;
  MemoryView memory;
  GdbView gdb;
};

}  // namespace exo::debugger
