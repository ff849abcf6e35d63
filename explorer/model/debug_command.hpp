// What a view asks of the debugger.
#pragma once
#include <cstdint>
#include <string>

namespace exo::model {

/// A step, a run to a stop, forwards or backwards. The cursor of everything follows.
struct DebugMove {
  enum class Kind : std::uint8_t {
    LineInto,     ///< to another line, or into a call
    LineOver,     ///< to another line of this function, or of its caller
    Out,          ///< back in the caller; backwards: to before the call
    Instruction,  ///< one, of the environment that is looked at
    Anyone,       ///< one, whoever's is next: from a system call into the kernel, and out of it
    Continue,     ///< to the next stop
    NextRun,      ///< to the next time that this environment runs
    To,           ///< to `place`: "policy.cpp:42", a function, an address ("0x400a88")
    LastWrite,    ///< backwards, to the write of the expression `place`
  } kind = Kind::LineOver;
  bool back = false;
  std::string place = {};
};
struct DebugInterrupt {};

/// A stop: at a line, a function, an address; at an access of data ("write EXPRESSION", "read", "access"); at an event
/// ("event QUERY"). Asked for again, it is taken away.
struct DebugBreak {
  std::string where;
  std::uint32_t env = kEverywhere;  ///< only in this environment (0: the kernel)
  std::string condition = {};       ///< an expression; the stop counts when it is not 0
  std::uint32_t ignore = 0;         ///< so many times it is passed
  static constexpr std::uint32_t kEverywhere = 0xffff'ffff;
};
struct DebugBreakEdit {
  enum class What : std::uint8_t { Remove, Enable, Disable, Ignore } what = What::Remove;
  int number = 0;
  std::uint32_t ignore = 0;  ///< Ignore: so many times, from now on, it is passed
};
struct DebugWatch {
  std::string expression;
  bool remove = false;
};
/// What is looked at: an environment (0: the kernel), one of its frames, memory.
struct DebugLook {
  std::uint32_t env = 0;
  std::uint32_t frame = 0;
};
struct DebugMemory {
  std::string address;  ///< an expression
  bool physical = false;
};
/// To what ended badly at this event, and the frame of the stack that it is about.
struct DebugIncident {
  std::uint64_t event = 0;
};
/// gdb may connect and go through the same run, or no more.
struct DebugGdb {
  bool open = true;
  std::string socket = {};  ///< where; empty: in a new private folder
};
/// Ends debugging: the second machine goes.
struct DebugEnd {};

}  // namespace exo::model
