// What a debugger can be asked by keys. With Shift, each goes backwards.
#include "explorer/views/actions.hpp"
#include "explorer/views/debug_parts.hpp"
#include "explorer/views/incidents_view.hpp"

namespace exo::views {
namespace {

using Kind = DebugMove::Kind;

bool there(const ViewContext& ctx) { return ctx.debug != nullptr; }
bool has_line(const ViewContext& ctx) { return there(ctx) && ctx.ui.debug.line != 0; }
bool has_value(const ViewContext& ctx) { return there(ctx) && !ctx.ui.debug.chosen.empty(); }

Action step(const char* id, const char* title, const char* detail, Chord key, Kind kind, bool back) {
  return {.id = id,
          .title = title,
          .detail = detail,
          .group = Group::Debug,
          .keys = {key},
          .run = [=](const ViewContext& ctx) { move(ctx, kind, back); }};
}

void add_steps(std::vector<Action>& out) {
  const auto both = [&](const char* id, const char* back_id, const char* title, const char* back_title,
                        const char* detail, const char* back_detail, Chord key, Kind kind) {
    out.push_back(step(id, title, detail, key, kind, false));
    out.push_back(step(back_id, back_title, back_detail, shift(key), kind, true));
  };
  both("debug.over", "debug.over-back", "Step over, by line", "Step back over, by line",
       "To another line of this function, or of its caller.", "To the line before this one; calls are passed.",
       Key::F10, Kind::LineOver);
  both("debug.into", "debug.into-back", "Step into, by line", "Step back into, by line",
       "To another line, or into a function that is called, a system call or an upcall.",
       "To the line before this one, or to the end of a function that was called.", Key::F11, Kind::LineInto);
  both("debug.out", "debug.out-back", "Step out of this function", "Step back out of this function",
       "Back in the caller.", "To before it was called.", Key::F12, Kind::Out);
  both("debug.continue", "debug.continue-back", "On to the next stop", "Back to the stop before",
       "Or to the end of what has happened.", "Or to the beginning.", Key::F8, Kind::Continue);
  both("debug.instruction", "debug.instruction-back", "Step one instruction", "Step back one instruction",
       "Of the environment that is looked at: what others do in between is passed.", "", ctrl(Key::F11),
       Kind::Instruction);
  both("debug.anyone", "debug.anyone-back", "Step one instruction, into the kernel, too",
       "Step back one instruction, into the kernel, too",
       "Whoever's is next: from a system call or a fault into the kernel, and from there to whom it enters.", "",
       alt(Key::F11), Kind::Anyone);
  both("debug.next-run", "debug.next-run-back", "To the next time this environment runs",
       "To the last time this environment ran", "", "", ctrl(Key::F8), Kind::NextRun);
}

std::vector<Action> make() {
  std::vector<Action> out{{.id = "debug.begin",
                           .title = "Debug from here",
                           .detail = "Executes the run again up to this moment. Any step does the same.",
                           .group = Group::Debug,
                           .keys = {Key::F7},
                           .run = begin_debugging}};
  add_steps(out);
  const auto to_line = [](bool back) {
    return [back](const ViewContext& ctx) { move(ctx, Kind::To, back, place_of_line(*ctx.debug, ctx.ui.debug.line)); };
  };
  out.push_back({.id = "debug.to-line",
                 .title = "On to the chosen line",
                 .group = Group::Debug,
                 .keys = {ctrl(Key::F10)},
                 .run = to_line(false),
                 .enabled = has_line});
  out.push_back({.id = "debug.to-line-back",
                 .title = "Back to the chosen line",
                 .group = Group::Debug,
                 .keys = {ctrl(shift(Key::F10))},
                 .run = to_line(true),
                 .enabled = has_line});
  out.push_back({.id = "debug.stop",
                 .title = "Stop at the chosen line, or no more",
                 .detail = "Only in this environment; the right button has more.",
                 .group = Group::Debug,
                 .keys = {Key::F9},
                 .run = [](const ViewContext& ctx) { toggle_stop(ctx, ctx.ui.debug.line); },
                 .enabled = has_line});
  out.push_back({.id = "debug.last-write",
                 .title = "Back to the last write of the chosen value",
                 .group = Group::Debug,
                 .keys = {shift(Key::F9)},
                 .run = [](const ViewContext& ctx) { move(ctx, Kind::LastWrite, true, ctx.ui.debug.chosen); },
                 .enabled = has_value});
  out.push_back({.id = "debug.rebuild",
                 .title = "Rebuild the programs and come back to this moment",
                 .detail = "Builds what has changed, runs the scenario again with the new programs and stands where it "
                           "stood. While that goes on: gives it up.",
                 .group = Group::Debug,
                 .keys = {Key::F6},
                 .run = [](const ViewContext& ctx) { ctx.emit(model::Rebuild{}); }});
  out.push_back(
      {.id = "debug.incident",
       .title = "To what ended badly",
       .detail = "A crash, a failed assertion, a destroyed environment: the next one, or the first.",
       .group = Group::Debug,
       .keys = {'!'},
       .run = go_to_next_incident,
       .enabled = [](const ViewContext& ctx) { return ctx.incidents != nullptr && ctx.incidents->count != 0; }});
  out.push_back({.id = "debug.code",
                 .title = "Instructions between the lines",
                 .group = Group::Debug,
                 .keys = {ctrl(Key::F7)},
                 .run = [](const ViewContext& ctx) { ctx.ui.debug.code = !ctx.ui.debug.code; }});
  out.push_back({.id = "debug.interrupt",
                 .title = "Stop where it is now",
                 .detail = "Esc does the same while the run is executed.",
                 .group = Group::Debug,
                 .run = [](const ViewContext& ctx) { ctx.emit(model::DebugInterrupt{}); },
                 .enabled = [](const ViewContext& ctx) { return there(ctx) && ctx.debug->moving; }});
  out.push_back({.id = "debug.gdb",
                 .title = "Let gdb connect",
                 .detail = "gdb-multiarch, or an IDE, goes through this very run; the Stops panel shows what to type.",
                 .group = Group::Debug,
                 .keys = {ctrl(Key::F9)},
                 .run = let_gdb_connect,
                 .enabled = [](const ViewContext& ctx) { return !there(ctx) || !ctx.debug->gdb.open; }});
  out.push_back({.id = "debug.gdb-end",
                 .title = "Let gdb connect no more",
                 .detail = "Its connection is closed, and its stops are taken away.",
                 .group = Group::Debug,
                 .run = [](const ViewContext& ctx) { ctx.emit(model::DebugGdb{false}); },
                 .enabled = [](const ViewContext& ctx) { return there(ctx) && ctx.debug->gdb.open; }});
  out.push_back({.id = "debug.end",
                 .title = "Debug no more",
                 .detail = "The second machine goes; the run and its stops are as they were.",
                 .group = Group::Debug,
                 .keys = {shift(Key::F7)},
                 .run = [](const ViewContext& ctx) { ctx.emit(model::DebugEnd{}); },
                 .enabled = there});
  return out;
}

}  // namespace

std::span<const Action> debug_actions() {
  static const std::vector<Action> rows = make();
  return rows;
}

}  // namespace exo::views
