#include "explorer/session/debug_stack.hpp"

#include <fmt/format.h>

namespace exo::session {
namespace {

debugger::FrameView view_of(const debugger::Frame& frame, debugger::Symbols* symbols) {
  debugger::FrameView view;
  view.env = frame.env;
  view.pc = frame.pc;
  view.function = frame.function.empty() ? fmt::format("0x{:08x}", frame.pc) : frame.function;
  view.inlined = frame.inlined;
  view.guess = frame.guess;
  view.boundary = frame.boundary;
  if (symbols != nullptr && frame.line) {
    view.file = symbols->files()[frame.line->file].name;
    view.line = frame.line->line;
  }
  return view;
}

}  // namespace

debugger::StackSource source_of(Rerun& run, DebugPrograms& programs) {
  return {[&run](debugger::Environment env, std::uint32_t address, std::span<std::byte> out) {
            return run.read(env, address, out) == out.size();
          },
          [&run, &programs](debugger::Environment env) { return programs.of(run, env); }, run.acting()};
}

Stack stack_of(Rerun& run, debugger::Environment env, DebugPrograms& programs, std::size_t limit) {
  Stack out;
  const auto registers = run.known_registers(env);
  if (!registers) {
    out.end = env == debugger::kKernel ? "the kernel is not entered now"
                                       : "it has no registers now: it gave them up and waits to be entered";
    return out;
  }
  debugger::Stack stack = unwind(*registers, env, source_of(run, programs), limit);
  out.end = std::move(stack.end);
  Level level;
  for (const debugger::Frame& frame : stack.frames) {
    debugger::Symbols* symbols = programs.of(run, frame.env);
    out.frames.push_back(view_of(frame, symbols));
    if (frame.inlined) {
      level.inlined.insert(level.inlined.begin(), frame.function);
      continue;
    }
    const auto function = symbols != nullptr ? symbols->function_at(frame.lookup) : std::nullopt;
    level.env = frame.env;
    level.pc = frame.pc;
    level.address = frame.address.value_or(0);
    level.entry = function ? function->entry : 0;
    out.levels.push_back(std::exchange(level, {}));
  }
  out.known = std::move(stack.frames);
  return out;
}

}  // namespace exo::session
