// The parts of the story panel, one file each: the question of a step, what came of earlier ones, and the score.
//
// Invariant: a question's truth is drawn only when model::Question::revealed is set, and a sentence that lies beyond a
// question still to be answered is not drawn before its step is reached.
#pragma once
#include <string_view>

#include "explorer/views/context.hpp"

namespace exo::views {

/// Words from top to bottom.
struct StoryColumn {
  const ViewContext& ctx;
  float x, y, width;

  void words(const ImFont* font, ImU32 colour, std::string_view text, float after, float leading = 1.3f);
  void line();
  void label(std::string_view text);
  /// A box of this height over the whole width; moves below it.
  Box take(float height, float after);
};

void draw_question(StoryColumn& at, const model::Question& question, int step);
/// What was given and what was true, of a question that is settled or can be revealed here.
void draw_outcome(StoryColumn& at, const model::Question& question, int step);
/// Questions of earlier steps that the machine decided since the step `current` began.
void draw_decided(StoryColumn& at, int current);
/// The card at the end; false when the lesson is not over at the cursor, or asks nothing.
bool draw_score(StoryColumn& at, int current);

}  // namespace exo::views
