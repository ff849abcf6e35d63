// What every panel does with a thing of the machine that it draws: hover says what it is in one sentence, a click
// selects it, the right button asks why it is so. And the card that answers.
#pragma once
#include "explorer/views/context.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {

/// A control for a thing, with everything that belongs to it. `more` stands under the sentence in the tooltip.
Touch touch_object(const ViewContext& ctx, std::string_view name, Box box, Selection::Kind kind, std::uint64_t number,
                   std::string_view more = {});
/// The same for a control that the panel has drawn itself: selects, or asks why. No tooltip.
void choose(const ViewContext& ctx, const Touch& on, Selection::Kind kind, std::uint64_t number);
/// One plain sentence about the thing at the cursor; of an event, what happened.
[[nodiscard]] std::string sentence_about(const ViewContext& ctx, const Selection& what);

/// Opens the card with the answer, at the mouse.
void ask_why(const ViewContext& ctx, const Selection& what);
/// Draws the card when something was asked; the shell calls it after all panels. Closes with a click beside it.
void why_card(const ViewContext& ctx, Box screen);
/// The sentence and the chain of an answer, each event a click away; returns the height. `name` marks the links:
/// "NAME 0" is the newest.
float draw_answer(const ViewContext& ctx, ImVec2 at, float width, const model::Because& answer, std::string_view name);
[[nodiscard]] float answer_height(const ViewContext& ctx, float width, const model::Because& answer);

}  // namespace exo::views
