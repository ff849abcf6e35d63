#include "explorer/session/debug_stack.hpp"

#include <fmt/format.h>

namespace exo::session {

Stack stack_of(debugger::Target& target, debugger::Environment env, DebugPrograms& programs) {
  Stack out;
  const auto registers = target.registers(env);
  if (!registers) {
    out.end = env == debugger::kKernel ? "the kernel is not entered now"
                                       : "it has no registers now: it gave them up and waits to be entered";
    return out;
  }
  const std::uint32_t pc = registers->pc;
  debugger::Symbols* symbols = programs.at(target, env, pc);
  const auto function = symbols != nullptr ? symbols->function_at(pc) : std::nullopt;
  out.levels.push_back({env, pc, registers->general[debugger::kStackPointer], function ? function->entry : 0});
  debugger::FrameView frame;
  frame.env = pc >= debugger::kKernelAddresses ? debugger::kKernel : env;
  frame.pc = pc;
  frame.function = function ? function->name : fmt::format("0x{:08x}", pc);
  if (symbols != nullptr)
    if (const auto line = symbols->line_at(pc)) {
      frame.file = symbols->files()[line->file].name;
      frame.line = line->line;
    }
  out.frames.push_back(frame);
  out.level_of.push_back(0);
  return out;
}

}  // namespace exo::session
