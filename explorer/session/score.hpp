// What a student predicted and what was true, as a file: JSON, which is an answers file that can be graded again, or a
// page to be printed. A question that is not settled shows no truth.
#pragma once
#include <string>

#include "explorer/model/command.hpp"
#include "explorer/model/story.hpp"

namespace exo::session {

/// Keys: lesson, seed, student, answers {step: text}, score, questions.
[[nodiscard]] std::string score_json(const model::Story& story, const std::string& student);
/// One HTML file: its style is in it, it has no script and loads nothing.
[[nodiscard]] std::string score_page(const model::Story& story, const std::string& student);
/// Throws InputError: the file can't be written completely.
void save_score(const model::Story& story, const std::string& student, model::SaveScore::Kind kind,
                const std::string& path);

}  // namespace exo::session
