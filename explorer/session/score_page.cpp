// The printed score: plain HTML that any browser shows and prints, black on white.
#include <fmt/format.h>

#include "explorer/model/answers.hpp"
#include "explorer/session/score.hpp"

namespace exo::session {
namespace {

constexpr const char* kStyle = R"css(
@page { size: A4; margin: 18mm; }
body { font: 11pt/1.45 "Source Sans 3", "Segoe UI", "Noto Sans", sans-serif; color: #1b1f24; background: #fff;
  max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 20pt; line-height: 1.2; margin: 0 0 .2rem; }
.goal { color: #4a525c; margin: 0 0 1.2rem; }
.facts { display: grid; grid-template-columns: 2fr 1.4fr 1fr; gap: .5rem 1.6rem; border-top: 1.5pt solid #1b1f24;
  border-bottom: .5pt solid #b8bfc7; padding: .6rem 0; margin: 0; }
.facts div { margin: 0; } .wide { grid-column: 2 / -1; }
dt { font-size: 8pt; letter-spacing: .08em; text-transform: uppercase; color: #5d6670; }
dd { margin: 0; font-weight: 600; min-height: 1.45em; }
.blank { border-bottom: .5pt solid #1b1f24; }
section { border-bottom: .5pt solid #b8bfc7; padding: .8rem 0; break-inside: avoid; }
h2 { font-size: 12pt; margin: 0 0 .5rem; }
h2 span { color: #5d6670; font-weight: 400; font-size: 9pt; }
table { border-collapse: collapse; }
th { text-align: left; font-weight: 400; color: #5d6670; padding: 0 1.2rem .15rem 0; vertical-align: top;
  white-space: nowrap; }
td { padding: 0 0 .15rem; overflow-wrap: anywhere; }
.verdict { font-weight: 700; }
.why { color: #333a42; margin: .5rem 0 0; }
footer { color: #5d6670; font-size: 9pt; margin-top: 1rem; }
@media (max-width: 34rem) { .facts { grid-template-columns: 1fr 1fr; } }
@media print { .facts { grid-template-columns: 2fr 1.4fr 1fr; } body { margin: 0; padding: 0; max-width: none; } }
)css";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  return out;
}

std::string fact(std::string_view name, const std::string& value, bool wide = false) {
  return fmt::format("<div{}><dt>{}</dt><dd{}>{}</dd></div>\n", wide ? " class=\"wide\"" : "", name,
                     value.empty() ? " class=\"blank\"" : "", escaped(value));
}

std::string row(std::string_view name, const std::string& value) {
  return fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", name, escaped(value));
}

/// In words and with a sign, so that it is the same in black and white.
std::string verdict(const model::Question& question) {
  if (!question.given) return "\u2013 not answered";
  if (!model::is_right(question, *question.given)) return "\u2717 not so";
  if (question.late) return "\u2713 right, but answered after the machine had decided";
  const bool first = question.first && model::is_right(question, *question.first);
  return first ? "\u2713 right at the first try" : "\u2713 right";
}

std::string section(const model::Question& question, std::size_t number, std::size_t step) {
  std::string out = fmt::format("<section>\n<h2><span>{} \u00b7 step {}</span><br>{}</h2>\n<table>\n", number, step,
                                escaped(question.text));
  out += row("Predicted", question.given ? model::shown_text(question, *question.given) : "nothing");
  const bool settled = model::is_told(question);
  out += row("The machine", settled             ? model::shown_text(question, question.truth)
                            : question.revealed ? "has not decided it yet"
                                                : "not revealed yet");
  out += "</table>\n";
  if (settled) {
    out += fmt::format("<p class=\"why\"><span class=\"verdict\">{}.</span> {}</p>\n", verdict(question),
                       escaped(question.explanation));
  }
  return out + "</section>\n";
}

}  // namespace

std::string score_page(const model::Story& story, const std::string& student) {
  const model::Score score = model::score_of(story);
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n";
  out += fmt::format("<title>{} \u2013 predictions</title>\n<style>{}</style>\n</head>\n<body>\n", escaped(story.title),
                     kStyle);
  out += fmt::format("<h1>{}</h1>\n<p class=\"goal\">{}</p>\n<dl class=\"facts\">\n", escaped(story.title),
                     escaped(story.goal));
  out += fact("Name", student);
  out += fact("Lesson", story.lesson, story.variations == 0);
  if (story.variations != 0) out += fact("Variation", story.seed == 0 ? "0, as written" : std::to_string(story.seed));
  out += fact("Right", fmt::format("{} of {}", score.right, score.questions));
  out += fact("First try", fmt::format("{} of {}", score.first_try, score.questions));
  out += fact("Answered", fmt::format("{} of {}", score.answered, score.questions));
  out += "</dl>\n";
  std::size_t number = 0;
  for (std::size_t i = 0; i < story.steps.size(); ++i)
    if (story.steps[i].ask) out += section(*story.steps[i].ask, ++number, i + 1);
  out +=
      "<footer>What was true was computed from the events of the machine's own run. The same lesson and variation "
      "give the same run.</footer>\n</body>\n</html>\n";
  return out;
}

}  // namespace exo::session
