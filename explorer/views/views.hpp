// The panels, one row each: name (for --view and scenarios), title, tooltip, and the function that draws it into a box.
// The ones of the middle are chosen by tabs; the others have their place at the sides. Adding a panel is one row and
// one file.
#pragma once
#include <span>
#include <string_view>

#include "explorer/views/context.hpp"

namespace exo::views {

using Draw = void (*)(const ViewContext&, Box);

struct Panel {
  const char* name;
  const char* title;
  const char* tip;
  Draw draw;
  const char* term = "";  ///< of the glossary: what its tab's title means
  bool debugs = false;    ///< its tab stands with the other panels of the debugger
};

/// The panels that share the middle of the window.
[[nodiscard]] std::span<const Panel> panels();
/// Index of a panel by name, or -1.
[[nodiscard]] int panel_named(std::string_view name);

void draw_machine(const ViewContext& ctx, Box box);
void draw_processor(const ViewContext& ctx, Box box);
void draw_bindings(const ViewContext& ctx, Box box);
void draw_revocations(const ViewContext& ctx, Box box);
void draw_downloads(const ViewContext& ctx, Box box);
void draw_compare(const ViewContext& ctx, Box box);
void draw_events(const ViewContext& ctx, Box box);
void draw_text_mirror(const ViewContext& ctx, Box box);
/// What the Text panel shows, on the clipboard.
void copy_moment(const ViewContext& ctx);
void draw_glossary(const ViewContext& ctx, Box box);
void draw_build(const ViewContext& ctx, Box box);
void draw_source(const ViewContext& ctx, Box box);
void draw_stack(const ViewContext& ctx, Box box);
void draw_variables(const ViewContext& ctx, Box box);
void draw_registers(const ViewContext& ctx, Box box);
void draw_memory(const ViewContext& ctx, Box box);
void draw_stops(const ViewContext& ctx, Box box);
void draw_profile(const ViewContext& ctx, Box box);
void draw_console(const ViewContext& ctx, Box box);
void draw_story(const ViewContext& ctx, Box box);
void draw_selected(const ViewContext& ctx, Box box);
void draw_inject(const ViewContext& ctx, Box box);
void draw_time(const ViewContext& ctx, Box box);

/// The current step's question while its answer can still be given, or nullptr.
[[nodiscard]] const model::Question* open_question(const ViewContext& ctx);
/// Shows what the machine did: of the current question or, at the end, of all that wait.
void reveal_answer(const ViewContext& ctx);
/// On to the next step. A question without an answer holds it up once.
void story_on(const ViewContext& ctx);
/// What was selected in a panel since `before` answers a question that asks for such an object.
void answer_by_click(const ViewContext& ctx, const Selection& before);
void draw_top_bar(const ViewContext& ctx, Box box);

}  // namespace exo::views
