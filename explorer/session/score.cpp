#include "explorer/session/score.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "explorer/common/error.hpp"
#include "explorer/model/answers.hpp"

namespace exo::session {
namespace {

using Json = nlohmann::ordered_json;

/// The truth of a settled question; nothing while it could still be predicted.
Json truth_or_null(const model::Question& question) {
  return model::is_told(question) ? Json(question.truth) : Json(nullptr);
}

bool first_try(const model::Question& question) {
  return !question.late && question.first && model::is_right(question, *question.first);
}

}  // namespace

std::string score_json(const model::Story& story, const std::string& student) {
  Json report;
  report["lesson"] = story.lesson;
  report["title"] = story.title;
  report["student"] = student;
  report["seed"] = story.seed;
  report["answers"] = Json::object();
  Json questions = Json::array();
  for (std::size_t i = 0; i < story.steps.size(); ++i) {
    if (!story.steps[i].ask) continue;
    const model::Question& question = *story.steps[i].ask;
    const bool settled = model::is_told(question);
    if (question.given) report["answers"][std::to_string(i + 1)] = *question.given;
    Json one = {{"question", questions.size() + 1},
                {"step", i + 1},
                {"text", question.text},
                {"given", question.given ? Json(*question.given) : Json(nullptr)},
                {"true", truth_or_null(question)},
                {"right", settled ? Json(question.given && model::is_right(question, *question.given)) : Json(nullptr)},
                {"first_try", settled ? Json(question.given && first_try(question)) : Json(nullptr)},
                {"late", question.late}};
    if (settled) one["explanation"] = question.explanation;
    questions.push_back(std::move(one));
  }
  const model::Score score = model::score_of(story);
  report["score"] = {{"questions", score.questions},
                     {"answered", score.answered},
                     {"right", score.right},
                     {"first_try", score.first_try}};
  report["questions"] = std::move(questions);
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void save_score(const model::Story& story, const std::string& student, model::SaveScore::Kind kind,
                const std::string& path) {
  const std::string text =
      kind == model::SaveScore::Kind::Json ? score_json(story, student) : score_page(story, student);
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    throw InputError(fmt::format("{}: this is a folder; name a file in it", path));
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), std::streamsize(text.size()));
  file.close();
  if (!file)
    throw InputError(fmt::format("{}: the score can't be written: {}; make room or choose another place", path,
                                 std::strerror(errno != 0 ? errno : EIO)));
}

}  // namespace exo::session
