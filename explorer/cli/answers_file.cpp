#include "explorer/cli/answers_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "explorer/common/error.hpp"
#include "explorer/scenario/event_words.hpp"
#include "explorer/scenario/variation.hpp"

namespace exo::cli {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLargest = 16u << 20, kMostStudents = 10'000, kLongestText = 1'000;
constexpr const char* kShape = R"(write {"student": "Ada", "seed": 7, "answers": {"4": "frame 5"}})";

class Reader {
 public:
  Reader(std::string_view text, const std::string& file, const std::string& lesson, std::uint32_t seed)
      : text_(text), file_(file), lesson_(lesson), seed_(seed) {}

  std::vector<StudentAnswers> all() {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
    skip();
    const bool list = here() == '[';
    if (list) ++at_;
    for (skip(); at_ < text_.size(); skip()) {
      if (list && here() == ']') {
        list_closed_ = true;
        ++at_;
        skip();
        if (at_ < text_.size()) refuse(at_, "something follows the list", "put every student into it");
        break;
      }
      if (here() == ',' && list && !students_.empty()) {
        ++at_;
        continue;
      }
      take();
    }
    if (list && !list_closed_) refuse(text_.size(), "the list is not closed", "add ] at the end");
    if (students_.empty()) refuse(0, "there are no answers", kShape);
    return std::move(students_);
  }

 private:
  std::string_view text_;
  const std::string &file_, &lesson_;
  std::uint32_t seed_;
  std::size_t at_ = 0;
  bool list_closed_ = false;
  std::vector<StudentAnswers> students_;
  std::map<std::string, int> lines_;  ///< of the students by name

  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  [[nodiscard]] int line_at(std::size_t place) const {
    return 1 + int(std::ranges::count(text_.substr(0, std::min(place, text_.size())), '\n'));
  }
  [[noreturn]] void refuse(std::size_t place, std::string_view what, std::string_view how) const {
    refuse_line(line_at(place), what, how);
  }
  [[noreturn]] void refuse_line(int line, std::string_view what, std::string_view how) const {
    std::string one = fmt::format("{}:{}: {}; {}", file_, line, what, how);
    std::ranges::replace_if(
        one, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    throw InputError(one);
  }

  /// End of the object that begins here: braces are counted, strings stepped over.
  [[nodiscard]] std::size_t end_of_object() const {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = at_; i < text_.size(); ++i) {
      const char c = text_[i];
      if (quoted) {
        if (c == '\\') ++i;
        quoted = c != '"';
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return i + 1;
      }
    }
    return text_.size();
  }

  void take() {
    if (here() != '{') refuse(at_, "this is no student's entry", kShape);
    const std::size_t start = at_, end = end_of_object();
    try {
      const Json entry = Json::parse(text_.substr(start, end - start));
      student(entry, start, text_.substr(start, end - start));
    } catch (const Json::parse_error& error) {
      const std::size_t place = start + (error.byte == 0 ? 0 : error.byte - 1);
      refuse(std::min(place, end - 1), "this is not JSON", kShape);
    }
    at_ = end;
  }

  void student(const Json& entry, std::size_t start, std::string_view source) {
    // Where a key stands, as well as can be told: its first mention in the entry.
    const auto line_of = [&](const std::string& key) {
      const auto found = source.find(fmt::format("\"{}\"", key));
      return line_at(start + (found == std::string_view::npos ? 0 : found));
    };
    static const std::vector<std::string> kKeys = {"student", "seed",  "answers",   "lesson",
                                                   "title",   "score", "questions", "variation"};
    for (const auto& [key, value] : entry.items())
      if (std::ranges::find(kKeys, key) == kKeys.end())
        refuse_line(line_of(key), fmt::format("an entry has no key '{}'{}", key, scenario::did_you_mean(key, kKeys)),
                    "keys are student, seed, answers");
    StudentAnswers one;
    one.line = line_at(start);
    one.seed = seed_;
    if (const auto name = entry.find("student"); name != entry.end()) {
      if (!name->is_string()) refuse_line(line_of("student"), "'student' is no text", "write the name in quotes");
      one.student = name->get<std::string>();
      std::ranges::replace_if(
          one.student, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    }
    if (const auto seed = entry.find("seed"); seed != entry.end()) {
      if (!seed->is_number_unsigned() || seed->get<std::uint64_t>() > scenario::kLargestSeed)
        refuse_line(line_of("seed"), fmt::format("seed {} is no variation", seed->dump()),
                    fmt::format("write a whole number from 0 to {}", scenario::kLargestSeed));
      one.seed = seed->get<std::uint32_t>();
    }
    if (const auto lesson = entry.find("lesson"); lesson != entry.end() && *lesson != lesson_)
      refuse_line(line_of("lesson"), fmt::format("these are answers to the lesson {}", lesson->dump()),
                  fmt::format("run that lesson, or leave them out: this is \"{}\"", lesson_));
    const auto answers = entry.find("answers");
    if (answers == entry.end() || !answers->is_object())
      refuse_line(answers == entry.end() ? one.line : line_of("answers"), "an entry has no table 'answers'", kShape);
    for (const auto& [key, value] : answers->items())
      if (!value.is_null()) one.answers.push_back(answer(key, value, line_of(key)));
    if (!one.student.empty()) {
      const auto [known, fresh] = lines_.emplace(one.student, one.line);
      if (!fresh)
        refuse_line(one.line, fmt::format("{} is there already, in line {}", one.student, known->second),
                    "keep one entry a student");
    }
    if (students_.size() == kMostStudents)
      refuse_line(one.line, fmt::format("there are more than {} students", kMostStudents), "grade them in parts");
    students_.push_back(std::move(one));
  }

  GivenAnswer answer(const std::string& key, const Json& value, int line) const {
    GivenAnswer given;
    given.line = line;
    std::string_view digits = key;
    for (const std::string_view word : {"question ", "step ", "q"})
      if (digits.starts_with(word)) {
        digits.remove_prefix(word.size());
        given.is_step = word == "step ";
        break;
      }
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), given.number);
    if (digits.empty() || end.ec != std::errc() || end.ptr != digits.data() + digits.size() || given.number < 1)
      refuse_line(line, fmt::format("'{}' names no question", key),
                  "write the number of its step (\"4\"), or \"q1\" for the first question");
    if (value.is_string())
      given.text = value.get<std::string>();
    else if (value.is_number())
      given.text = value.dump();
    else
      refuse_line(line, fmt::format("the answer to '{}' is no text and no number", key),
                  "write it in quotes, or null for none");
    if (given.text.size() > kLongestText)
      refuse_line(line, fmt::format("the answer to '{}' has {} characters", key, given.text.size()),
                  fmt::format("{} are enough", kLongestText));
    return given;
  }
};

}  // namespace

std::vector<StudentAnswers> parse_answers(std::string_view text, const std::string& file, const std::string& lesson,
                                          std::uint32_t seed) {
  return Reader(text, file, lesson, seed).all();
}

std::vector<StudentAnswers> read_answers(const std::string& path, const std::string& lesson, std::uint32_t seed) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  char piece[65536];
  while (file.read(piece, sizeof piece) || file.gcount() > 0) {
    text.append(piece, std::size_t(file.gcount()));
    if (text.size() > kLargest) throw InputError(fmt::format("{}: the file is too large; grade it in parts", path));
  }
  if (!file.eof()) throw InputError(fmt::format("{}: these answers can't be read; name a file that can", path));
  return parse_answers(text, path, lesson, seed);
}

}  // namespace exo::cli
