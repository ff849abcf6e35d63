// `exoscope run LESSON --answers FILE`: grades a class. The lesson is run once for every variation that a student had,
// and each answer is compared with what that machine did.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "explorer/cli/answers_file.hpp"
#include "explorer/cli/commands.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/cli/run_through.hpp"
#include "explorer/cli/scenario_files.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/model/answers.hpp"

namespace exo::cli {
namespace {

using Json = nlohmann::ordered_json;
using session::Session;

struct Outcome {
  model::Story story;
  bool good = true;  ///< every expectation held
};

/// Indices of the steps that ask.
std::vector<std::size_t> asking(const model::Story& story) {
  std::vector<std::size_t> steps;
  for (std::size_t i = 0; i < story.steps.size(); ++i)
    if (story.steps[i].ask) steps.push_back(i);
  return steps;
}

Outcome outcome_of(const std::string& path, std::uint32_t seed, const Narrator& narrator) {
  session::LiveOptions live;
  live.scenario_path = path;
  live.seed = seed;
  const auto session = Session::live(live);
  if (asking(session->story()).empty())
    throw InputError(fmt::format("{}: this lesson asks nothing; grade one with [step.ask]", path));
  run_through(*session, [] {});
  session->close();
  if (session->failure() != nullptr) throw *session->failure();
  Outcome outcome{session->story(), true};
  for (const auto& verdict : outcome.story.expectations)
    if (!verdict.ok.value_or(false)) {
      outcome.good = false;
      narrator.line(fmt::format("FAILED in variation {}: {}", seed, verdict.text));
    }
  return outcome;
}

/// What a student said to each question, in the order of the lesson. Refuses an answer to what is not asked.
std::vector<const GivenAnswer*> sorted(const StudentAnswers& student, const std::vector<std::size_t>& steps,
                                       const std::string& file) {
  std::vector<const GivenAnswer*> given(steps.size(), nullptr);
  for (const auto& answer : student.answers) {
    const auto wanted = std::size_t(answer.number - 1);
    const auto at = answer.is_step ? std::size_t(std::ranges::find(steps, wanted) - steps.begin()) : wanted;
    if (at >= steps.size()) {
      std::string list;
      for (const std::size_t step : steps) list += fmt::format("{}{}", list.empty() ? "" : ", ", step + 1);
      throw InputError(answer.is_step
                           ? fmt::format("{}:{}: step {} asks nothing; write the number of one that asks: {}", file,
                                         answer.line, answer.number, list)
                           : fmt::format("{}:{}: there is no question {}; the lesson has {}", file, answer.line,
                                         answer.number, steps.size()));
    }
    if (given[at] != nullptr)
      throw InputError(fmt::format("{}:{}: question {} is answered twice; keep one answer", file, answer.line, at + 1));
    given[at] = &answer;
  }
  return given;
}

/// How many columns a text takes: bytes that continue a character take none.
std::size_t columns(std::string_view text) {
  return std::size_t(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, columns(text)), ' ');
}

class Grades {
 public:
  Grades(std::vector<StudentAnswers> students, std::string file) : students_(std::move(students)), file_(file) {}

  void run(const std::string& path, const Narrator& narrator) {
    for (const auto& student : students_) {
      if (!outcomes_.contains(student.seed)) outcomes_.emplace(student.seed, outcome_of(path, student.seed, narrator));
      if (signal_caught() != 0) return;
      steps_ = asking(outcomes_.at(student.seed).story);
      given_.push_back(sorted(student, steps_, file_));
    }
    tallies_.resize(steps_.size());
    for (std::size_t i = 0; i < students_.size(); ++i)
      for (std::size_t q = 0; q < steps_.size(); ++q) {
        Tally& tally = tallies_[q];
        if (given_[i][q] == nullptr) continue;
        ++tally.answered;
        if (right(i, q))
          ++tally.right;
        else
          ++tally.wrong[model::settled_text(question(i, q), given_[i][q]->text)];
      }
  }

  [[nodiscard]] bool good() const {
    return std::ranges::all_of(outcomes_, [](const auto& outcome) { return outcome.second.good; });
  }

  void tell(const Narrator& narrator) const {
    std::size_t width = 12;
    for (const auto& student : students_) width = std::max(width, columns(name(student)) + 2);
    std::string head = padded("student", width) + "variation  right  answered  ";
    for (const std::size_t step : steps_) head += padded(fmt::format("step {}", step + 1), 9);
    narrator.line(head.substr(0, head.find_last_not_of(' ') + 1));
    for (std::size_t i = 0; i < students_.size(); ++i) {
      std::string line = padded(name(students_[i]), width);
      line += fmt::format("{:>9}  {:>5}  {:>8}  ", students_[i].seed, count_right(i), count_answered(i));
      for (std::size_t q = 0; q < steps_.size(); ++q)
        line += padded(given_[i][q] == nullptr ? "-" : right(i, q) ? "right" : "wrong", 9);
      narrator.line(line.substr(0, line.find_last_not_of(' ') + 1));
    }
    narrator.line("");
    for (std::size_t q = 0; q < steps_.size(); ++q) {
      const auto& tally = tallies_[q];
      narrator.line(fmt::format("step {}: {}", steps_[q] + 1, question(0, q).text));
      std::string line = fmt::format("  {} of {} right", tally.right, students_.size());
      const auto most = std::ranges::max_element(tally.wrong, {}, [](const auto& one) { return one.second; });
      if (most != tally.wrong.end()) line += fmt::format("; {} said: {}", most->second, most->first);
      narrator.line(line);
    }
  }

  [[nodiscard]] std::string json(const std::string& lesson) const {
    Json report;
    report["lesson"] = lesson;
    report["ok"] = good();
    report["students"] = Json::array();
    for (std::size_t i = 0; i < students_.size(); ++i) {
      Json answers = Json::array();
      for (std::size_t q = 0; q < steps_.size(); ++q) {
        const bool there = given_[i][q] != nullptr;
        answers.push_back({{"question", q + 1},
                           {"step", steps_[q] + 1},
                           {"given", there ? Json(given_[i][q]->text) : Json(nullptr)},
                           {"true", question(i, q).truth},
                           {"right", there && right(i, q)}});
      }
      report["students"].push_back({{"student", students_[i].student},
                                    {"seed", students_[i].seed},
                                    {"right", count_right(i)},
                                    {"answered", count_answered(i)},
                                    {"answers", std::move(answers)}});
    }
    report["questions"] = Json::array();
    for (std::size_t q = 0; q < steps_.size(); ++q)
      report["questions"].push_back({{"question", q + 1},
                                     {"step", steps_[q] + 1},
                                     {"text", question(0, q).text},
                                     {"answered", tallies_[q].answered},
                                     {"right", tallies_[q].right},
                                     {"wrong", tallies_[q].wrong}});
    report["variations"] = Json::array();
    for (const auto& [seed, outcome] : outcomes_)
      report["variations"].push_back({{"seed", seed}, {"ok", outcome.good}});
    return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }

 private:
  struct Tally {
    int answered = 0, right = 0;
    std::map<std::string, int> wrong;  ///< how often each was given
  };
  std::vector<StudentAnswers> students_;
  std::string file_;
  std::map<std::uint32_t, Outcome> outcomes_;  ///< by variation
  std::vector<std::size_t> steps_;
  std::vector<std::vector<const GivenAnswer*>> given_;  ///< by student and question; nullptr: not answered
  std::vector<Tally> tallies_;                          ///< by question

  [[nodiscard]] const model::Question& question(std::size_t student, std::size_t number) const {
    return *outcomes_.at(students_[student].seed).story.steps[steps_[number]].ask;
  }
  [[nodiscard]] bool right(std::size_t student, std::size_t number) const {
    return model::is_right(question(student, number), given_[student][number]->text);
  }
  [[nodiscard]] int count_answered(std::size_t student) const {
    return int(std::ranges::count_if(given_[student], [](const auto* one) { return one != nullptr; }));
  }
  [[nodiscard]] int count_right(std::size_t student) const {
    int count = 0;
    for (std::size_t q = 0; q < steps_.size(); ++q) count += given_[student][q] != nullptr && right(student, q) ? 1 : 0;
    return count;
  }
  [[nodiscard]] static std::string name(const StudentAnswers& student) {
    return student.student.empty() ? fmt::format("line {}", student.line) : student.student;
  }
};

}  // namespace

int grade(const RunOptions& options) {
  const std::string path = find_scenario(options.scenario);
  const std::string lesson = std::filesystem::path(path).stem().string();
  const Narrator narrator(options.json == "-");
  Grades grades(read_answers(options.answers, lesson, options.seed), options.answers);
  grades.run(path, narrator);
  if (const int signal = signal_caught(); signal != 0) {
    complain(signal_text(signal));
    return 128 + signal;
  }
  grades.tell(narrator);
  if (!options.json.empty()) write_out(options.json, grades.json(lesson));
  return int(grades.good() ? ExitCode::Good : ExitCode::ExpectationsFailed);
}

}  // namespace exo::cli
