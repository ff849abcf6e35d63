// What the debugger's panels share: where a line's stops are, whom a new one is for, moves, and fields to type in.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "explorer/views/context.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {

using debugger::BreakView;
using debugger::FrameView;
using model::DebugBreak;
using model::DebugMove;

/// Whether there is something to show. If not, says so in the box, with a button that begins debugging.
bool debugging(const ViewContext& ctx, Box box);
/// Asks for a motion; the first one brings the debugger's panels in sight.
void move(const ViewContext& ctx, DebugMove::Kind kind, bool back = false, std::string place = {});
void begin_debugging(const ViewContext& ctx);
/// The same, and gdb may connect; brings the Stops panel in sight, which says how.
void let_gdb_connect(const ViewContext& ctx);
/// Brings the debugger's panels in sight.
void show_debugger(const ViewContext& ctx);

/// The frame that is looked at; nullptr when there is none.
[[nodiscard]] const FrameView* frame_looked_at(const debugger::View& view);
/// "policy.cpp:42" of the source shown.
[[nodiscard]] std::string place_of_line(const debugger::View& view, std::uint32_t line);
/// Whom a stop in the source shown is for, if nothing else is said: its environment; of the kernel's code, everyone.
[[nodiscard]] std::uint32_t env_of_source(const debugger::View& view);
/// The stops at a line of the source shown.
[[nodiscard]] std::vector<const BreakView*> stops_at(const debugger::View& view, std::uint32_t line);
[[nodiscard]] const BreakView* stop_at_address(const debugger::View& view, std::uint32_t address);
/// Sets a stop at a line, or takes away those that are there.
void toggle_stop(const ViewContext& ctx, std::uint32_t line);
void remove_stop(const ViewContext& ctx, int number);
/// "everywhere", "only in shell", "only in the kernel".
[[nodiscard]] std::string whose_stop(const ViewContext& ctx, std::uint32_t env);
/// Environment, condition and hits of a stop, for a tooltip.
[[nodiscard]] std::string words_of_stop(const ViewContext& ctx, const BreakView& stop);
/// Its sign: of one environment in that one's shape and colour, of all as a disc; a ring while it is disabled.
void draw_stop_sign(const ViewContext& ctx, ImVec2 centre, float radius, const BreakView& stop);

/// A text field; returns whether Enter was pressed in it. Its mark is `name`.
bool text_field(const ViewContext& ctx, const char* name, Box box, const char* hint, std::string_view tip,
                std::string& text);
/// A heading within a panel; returns the y below it.
float draw_section(const ViewContext& ctx, Box box, float y, std::string_view words);

/// One line of C++ or assembly, its comments, texts and words of the language in inks of their own.
void draw_code_text(const ViewContext& ctx, const ImFont* font, ImVec2 at, std::string_view text, bool faint);

/// How gdb connects, or that it is there, at the top of a box; returns its height.
float draw_gdb(const ViewContext& ctx, Box box);

/// The line of step buttons; returns the x behind them.
float draw_steps(const ViewContext& ctx, Box box, bool words);

/// Brings the Memory panel in sight, at an address (an expression).
void show_memory_at(const ViewContext& ctx, std::string address, bool physical);

/// Status and Cause in words: mode, exception, interrupts.
[[nodiscard]] std::string status_words(std::uint32_t status);
[[nodiscard]] std::string cause_words(std::uint32_t cause);

}  // namespace exo::views
