// Predictions: what an answer means, when it is right, and what the score is. The one place, for the window, the
// exported score and a graded class.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "explorer/model/story.hpp"

namespace exo::model {

/// "frame", "env", ...: words of scenario files; and back. Unknown: nothing; None: "".
[[nodiscard]] std::optional<Look::Object> object_named(std::string_view word);
[[nodiscard]] std::string_view object_word(Look::Object object);
/// As a sentence calls it: "frame", "environment", "TLB entry".
[[nodiscard]] std::string_view object_noun(Look::Object object);

/// What was typed as the machine would say it: without blanks around it, "Frame 5" as "5", "b" as the second choice.
[[nodiscard]] std::string settled_text(const Question& question, std::string_view given);
/// Whether an answer is the machine's. False while the truth is unknown.
[[nodiscard]] bool is_right(const Question& question, std::string_view given);
/// An answer with its object: "frame 5", "environment polite"; anything else as it is.
[[nodiscard]] std::string shown_text(const Question& question, std::string_view text);

/// Still to be predicted: nothing shown yet, so the answer can be given or changed.
[[nodiscard]] inline bool is_open(const Question& question) { return !question.revealed; }
/// The truth may be shown: revealed, and decided.
[[nodiscard]] inline bool is_told(const Question& question) { return question.revealed && !question.truth.empty(); }
/// Whether a step lies behind a question without an answer: its sentence would tell too much before it is reached.
[[nodiscard]] bool is_sealed(const Story& story, int step);

struct Score {
  int questions = 0, answered = 0, right = 0, first_try = 0;
  int settled = 0;  ///< revealed, and decided by the machine
};
/// Only what is settled counts as right, so that the sum tells nothing beforehand.
[[nodiscard]] Score score_of(const Story& story);

}  // namespace exo::model
