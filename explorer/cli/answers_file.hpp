// A class's answers: one entry a student, as JSON (one object, or a list of them) or JSON lines.
//
//   {"student": "Ada", "seed": 7, "answers": {"4": "frame 5", "q2": "polite"}}
//
// A key of `answers` is the step that asks ("4", "step 4") or the question's number in the lesson ("q2", "question 2").
// `seed` is the variation that the student had; without it, the one given on the command line. What the window saves as
// a score is such an entry, too: what else it says is not believed, but computed again.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exo::cli {

struct GivenAnswer {
  bool is_step = true;  ///< else number counts questions
  int number = 0;
  std::string text;
  int line = 0;
};

struct StudentAnswers {
  std::string student;
  std::uint32_t seed = 0;
  std::vector<GivenAnswer> answers;
  int line = 0;
};

/// `file` is for messages, `lesson` the one that is run. Throws InputError "FILE:LINE: what; how to mend".
[[nodiscard]] std::vector<StudentAnswers> parse_answers(std::string_view text, const std::string& file,
                                                        const std::string& lesson, std::uint32_t seed);
/// Reads the file. Throws InputError.
[[nodiscard]] std::vector<StudentAnswers> read_answers(const std::string& path, const std::string& lesson,
                                                       std::uint32_t seed);

}  // namespace exo::cli
