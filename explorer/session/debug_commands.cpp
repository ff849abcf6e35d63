#include "explorer/session/debug_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "explorer/common/error.hpp"
#include "explorer/model/explain.hpp"
#include "explorer/model/object_words.hpp"
#include "explorer/model/words.hpp"
#include "kernel/abi/tables.hpp"

namespace exo::session {
namespace {

using model::Look;
using model::State;

constexpr std::size_t kMostDifferences = 20, kMostEvents = 100, kFewEvents = 12;
constexpr std::uint32_t kPatienceUs = 300, kDeadlineUs = 50;  ///< of a request, unless a scenario says otherwise

struct Asked {
  std::string_view rest;  ///< after the command's name
  const DebugMoment& moment;
  const State& state;  ///< at the moment
  const DoLive& do_live;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\n\r");
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\n\r") - first + 1);
}

std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const std::string_view word = text.substr(0, text.find_first_of(" \t"));
  text = trimmed(text.substr(word.size()));
  return word;
}

std::optional<std::uint32_t> number_of(std::string_view word) {
  std::uint32_t value = 0;
  const auto result = std::from_chars(word.data(), word.data() + word.size(), value);
  if (word.empty() || result.ec != std::errc() || result.ptr != word.data() + word.size()) return std::nullopt;
  return value;
}

/// "2" or "polite".
std::uint32_t environment_of(std::string_view word, const State& state) {
  std::optional<std::uint32_t> env = number_of(word);
  if (!env)
    for (std::uint32_t i = 1; i < abi::kMaxEnvironments; ++i)
      if (state.envs[i].state != abi::EnvState::Free && word == state.envs[i].name) env = i;
  if (!env || *env == 0 || *env >= abi::kMaxEnvironments || state.envs[*env].state == abi::EnvState::Free)
    throw InputError(fmt::format("'{}' is no environment here; `envs` lists them by number and name", word));
  return *env;
}

std::string envs(const Asked& asked) {
  std::string out;
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
    if (asked.state.envs[env].state != abi::EnvState::Free)
      out += fmt::format("{:>2}  {}\n", env, model::sentence_of({Look::Object::Environment, env}, asked.state));
  return out.empty() ? "there is no environment yet\n" : out;
}

std::string frames(const Asked& asked) {
  std::string_view rest = asked.rest;
  std::optional<std::uint32_t> only;
  if (const auto word = take_word(rest); !word.empty()) only = environment_of(word, asked.state);
  std::string out;
  for (std::uint32_t frame = 0; frame < abi::kFrameCount; ++frame) {
    const auto owner = asked.state.frames[frame].owner;
    if (only ? owner != *only : owner == 0) continue;
    out += model::sentence_of({Look::Object::Frame, frame}, asked.state) + "\n";
  }
  return out + fmt::format("{} frames are free\n", asked.state.free_frames);
}

std::string why(const Asked& asked) {
  const auto subject = model::parse_subject(asked.rest, asked.state);
  if (!subject)
    throw InputError(
        fmt::format("\"{}\" names nothing here; write for instance why frame 5, why tlb 3, why slice 2, why request 1, "
                    "or an environment's name",
                    asked.rest));
  const auto answer = model::explain(asked.moment.history, asked.state, *subject, model::kFullBudget);
  std::string out = answer.sentence + "\n";
  for (const model::Link& link : answer.chain) {
    const model::Event event = asked.moment.history.event(link.event);
    out += fmt::format("  event {:>7}  {:>14}  {}\n", event.number, model::micros_text(event.ticks),
                       model::sentence(event, asked.state));
  }
  if (!answer.complete) out += "  earlier causes lie further back than was looked\n";
  return out;
}

std::string story(const Asked& asked) {
  const model::Story& story = asked.moment.story;
  std::string out = fmt::format("{} - {}\n", story.title, story.goal);
  const int current = story.current(asked.moment.event);
  for (int i = 0; i <= current; ++i) {
    const auto& step = story.steps[std::size_t(i)];
    out += fmt::format("{} event {:>7}  {}\n", i == current ? "=>" : "  ", step.reached, step.say);
    if (i == current && step.ask) out += fmt::format("{:17}question: {}\n", "", step.ask->text);
  }
  const std::size_t left = story.steps.size() - std::size_t(current + 1);
  return out + fmt::format("{} {} to come\n", left, left == 1 ? "step is" : "steps are");
}

std::string now(const Asked& asked) {
  std::string out = fmt::format("instruction {}, after event {} of {}\n", asked.moment.instant, asked.moment.event,
                                asked.moment.history.size());
  for (const std::string& line : model::text_mirror(asked.moment.history, asked.state, asked.moment.story))
    out += line + "\n";
  return out;
}

std::string events(const Asked& asked) {
  const std::size_t count = std::min<std::size_t>(number_of(asked.rest).value_or(kFewEvents), kMostEvents);
  const auto last = std::min(asked.moment.event, asked.moment.history.size());
  std::string out;
  for (auto number = last > count ? last - count + 1 : 1; number <= last; ++number) {
    const model::Event event = asked.moment.history.event(number);
    out += fmt::format("event {:>7}  {:>14}  {}\n", number, model::micros_text(event.ticks),
                       model::sentence(event, asked.state));
  }
  return out.empty() ? "nothing has happened yet\n" : out;
}

std::string audit(const Asked& asked) {
  if (trimmed(asked.rest) == "live")
    return asked.do_live(model::Inject{{0, std::uint16_t(abi::ControlOp::Audit), 0, 0, 0}});
  std::string out;
  for (const auto& result : asked.moment.history.audits()) {
    if (result.number > asked.moment.event) break;
    out += fmt::format("event {:>7}  the kernel showed its tables: {} values, {} different\n", result.number,
                       result.checked, result.difference_count);
    for (std::size_t i = 0; i < result.differences.size() && i < kMostDifferences; ++i)
      out += "  " + result.differences[i] + "\n";
  }
  for (const auto& broken : asked.moment.history.broken_invariants())
    if (broken.number <= asked.moment.event)
      out += fmt::format("event {:>7}  broken: {}\n", broken.number, broken.text);
  return out.empty() ? "the kernel has not been asked to show its tables so far, and no invariant is broken; "
                       "`audit live` asks it where the live run stands\n"
                     : out;
}

std::string revoke(const Asked& asked) {
  std::string_view rest = asked.rest;
  const std::uint32_t env = environment_of(take_word(rest), asked.moment.history.newest());
  std::uint32_t frame = abi::kAnyFrame;
  if (const auto word = take_word(rest); !word.empty()) {
    const auto number = number_of(word == "frame" ? take_word(rest) : word);
    if (!number || *number >= abi::kFrameCount)
      throw InputError(fmt::format("revoke ENV [FRAME]: a frame is a number from 0 to {}", abi::kFrameCount - 1));
    frame = *number;
  }
  return asked.do_live(model::Inject{
      {0, std::uint16_t(abi::ControlOp::Revoke), std::uint16_t(env), frame, kPatienceUs << 16 | kDeadlineUs}});
}

struct Row {
  std::string_view name, form, meaning;
  std::string (*answer)(const Asked&);
};

constexpr Row kRows[] = {
    {"envs", "envs", "the environments at this moment", envs},
    {"frames", "frames [ENV]", "whose frames are whose", frames},
    {"why", "why SUBJECT", "what made it as it is: frame 5, tlb 3, slice 2, an environment's name...", why},
    {"story", "story", "the lesson's story up to this moment", story},
    {"now", "now", "this moment in plain sentences", now},
    {"events", "events [N]", "the last events before this moment", events},
    {"audit", "audit [live]", "what the kernel showed of its tables so far; live: it is asked once more", audit},
    {"revoke", "revoke ENV [FRAME]", "asks for a frame back, at the end of the live run, which goes on", revoke},
};

std::string help() {
  std::string out;
  for (const Row& row : kRows) out += fmt::format("{:<19}{}\n", row.form, row.meaning);
  return out;
}

}  // namespace

std::string debug_command(std::string_view line, const DebugMoment& moment, const DoLive& do_live) {
  std::string_view rest = line;
  const std::string_view name = take_word(rest);
  if (name == "help" || name.empty()) return help();
  const auto* row = std::ranges::find(kRows, name, &Row::name);
  if (row == std::end(kRows)) return fmt::format("'{}' is not a command; `help` lists them\n", name);
  try {
    return row->answer({rest, moment, moment.history.state_at(std::min(moment.event, moment.history.size())), do_live});
  } catch (const Error& error) {
    return fmt::format("{}\n", error.what());
  }
}

}  // namespace exo::session
