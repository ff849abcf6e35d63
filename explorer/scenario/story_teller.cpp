#include "explorer/scenario/story_teller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "explorer/model/answers.hpp"
#include "explorer/model/words.hpp"
#include "explorer/scenario/plan.hpp"

namespace exo::scenario {
namespace {

/// Expectations that every lesson has without writing them.
enum BuiltIn : std::size_t { kCreated, kAudit, kDropped, kInvariants, kAnswers, kBuiltIns };
constexpr const char* kBuiltInTexts[kBuiltIns] = {"Every environment of the file was created under its name",
                                                  "The audit at the end finds no difference", "No event was lost",
                                                  "No invariant was broken", "Every question has its answer"};

/// Without a trace there are no environments, tables and bindings to judge.
bool applies(BuiltIn which, const Scenario& scenario) {
  return scenario.machine.tracing || which == kDropped || which == kAnswers;
}

std::string before_it_began(const Sentence& sentence) {
  std::string text;
  for (const auto& part : sentence) text += part.is_field || part.expression ? "…" : part.text;
  return text;
}

/// The right choice, or the answer in words.
std::string truth_of(const Ask& ask, const Facts& facts) {
  if (ask.answer) {
    const Value value = ask.answer->evaluate(facts);
    // An event names environments by their numbers, the student by their names.
    const bool env = ask.object == model::Look::Object::Environment && value.type == Type::Number;
    if (env && value.number >= 0 && value.number < double(facts.names.size()))
      return facts.names[std::size_t(value.number)];
    return text_of(value);
  }
  for (const auto& choice : ask.choices)
    if (choice.when && choice.when->evaluate(facts).number != 0) return choice.text;
  return "none of these";
}

std::string name_in(const model::Event& event) {
  std::string name;
  for (std::size_t word = 1; word < 4; ++word)
    for (unsigned shift = 0; shift < 32; shift += 8)
      if (const char c = char(event.args[word] >> shift & 0xff); c != 0) name += c;
  return name;
}

}  // namespace

StoryTeller::StoryTeller(std::shared_ptr<const Scenario> scenario) : scenario_(std::move(scenario)) {
  story_.lesson = scenario_->name;
  story_.seed = scenario_->variation.count == 0 ? 0 : scenario_->variation.seed;
  story_.variations = scenario_->variation.count;
  story_.title = scenario_->title;
  story_.goal = scenario_->goal;
  for (const auto& step : scenario_->steps) {
    model::StoryStep told;
    told.say = before_it_began(step.say);
    told.hint = step.hint;
    told.look = step.look.look;
    if (step.ask) {
      told.ask.emplace();
      told.ask->text = step.ask->text;
      told.ask->explanation = step.ask->explanation;
      told.ask->object = step.ask->object;
      told.ask->within = step.ask->within;
      for (const auto& choice : step.ask->choices) told.ask->choices.push_back(choice.text);
    }
    story_.steps.push_back(std::move(told));
  }
  for (const auto& expectation : scenario_->expectations) story_.expectations.push_back({expectation.text, {}});
  for (std::size_t i = 0; i < kBuiltIns; ++i)
    if (applies(BuiltIn(i), *scenario_)) story_.expectations.push_back({kBuiltInTexts[i], {}});
  tallies_.resize(scenario_->patterns.size());
  for (std::size_t i = 0; i < scenario_->patterns.size(); ++i)
    patterns_of_[std::size_t(scenario_->patterns[i].id) % abi::kEventNumbers].push_back(i);
  command_taken_.resize(scenario_->steps.size());
  update_awaited();
}

void StoryTeller::update_awaited() {
  awaited_.clear();
  for (std::size_t i = std::size_t(next_); i < scenario_->steps.size(); ++i)
    if (const auto& step = scenario_->steps[i]; !step.inject.empty() && step.trigger.on)
      awaited_.insert(step.trigger.on->id);
}

void StoryTeller::read(const model::History& history) {
  while (read_ < history.size() && end_ == 0) read_event(history, history.event(++read_));
}

void StoryTeller::read_event(const model::History& history, const model::Event& event) {
  for (const std::size_t i : patterns_of_[std::size_t(event.id) % abi::kEventNumbers]) {
    if (!scenario_->patterns[i].matches(event)) continue;
    Tally& tally = tallies_[i];
    if (tally.count++ == 0) tally.first = event;
    tally.last = event;
  }
  if (event.id == abi::Event::EnvNamed) named_[event.args[0]] = name_in(event);
  if (event.id == abi::Event::ControlTaken) note_control(event);
  if (next_ < int(scenario_->steps.size()) && begins(scenario_->steps[std::size_t(next_)], event))
    begin(history, event);
  if (event.id == abi::Event::ControlTaken && (event.args[0] & 0xffff) == std::uint32_t(abi::ControlOp::Stop)) {
    end_ = event.number;
    judge(history, end_, 0);
    judge_run(history, end_);
  }
}

/// Remembers when the command of a step with a fixed time was taken: that is the event the step begins with.
void StoryTeller::note_control(const model::Event& event) {
  for (std::size_t i = 0; i < scenario_->steps.size(); ++i) {
    const auto& step = scenario_->steps[i];
    if (step.inject.empty() || !step.trigger.at_us || command_taken_[i] != 0) continue;
    const Injection& first = step.inject.front();
    const std::uint32_t a = first.takes_frame ? first.frame.number : first.a;
    const bool same = event.args[0] == (std::uint32_t(first.op) | first.env << 16) && event.args[1] == a &&
                      event.args[2] == first.b && event.args[3] >= tick_of(*step.trigger.at_us);
    if (!same) continue;
    command_taken_[i] = event.number;
    return;
  }
}

bool StoryTeller::begins(const Step& step, const model::Event& event) {
  if (step.trigger.on) return step.trigger.on->matches(event) && ++matches_ == step.trigger.nth;
  if (!step.trigger.at_us) return true;  // the event after the one that began the step before
  if (!step.inject.empty()) return command_taken_[std::size_t(next_)] != 0;
  return model::micros(event.ticks) >= *step.trigger.at_us;
}

namespace {
// What a request asks for may be a slice where the step expects a frame, or nothing in particular.
void point_at(model::Look& look, std::uint32_t number) {
  using Object = model::Look::Object;
  look.number = number;
  if (look.object != Object::Frame || number < abi::kFrameCount) return;
  const std::uint32_t position = number - abi::kAskedSlice;
  look.object = position < abi::kSlicePositions ? Object::Slice : Object::None;
  look.number = position < abi::kSlicePositions ? position : 0;
}
}  // namespace

void StoryTeller::begin(const model::History& history, const model::Event& event) {
  const std::size_t index = std::size_t(next_);
  const Step& step = scenario_->steps[index];
  auto& told = story_.steps[index];
  told.reached = event.number;
  told.say = fill(step.say, event, facts(history, event.number));
  if (step.look.field) point_at(told.look, value_of(event, *step.look.field));
  if (!step.inject.empty() && step.trigger.on) due_.push_back({next_, event.number});
  ++next_;
  matches_ = 0;
  update_awaited();
  judge(history, event.number, next_);
}

/// Decides expectations and answers that belong to the beginning of a step (counted from 1), or to the end (0).
void StoryTeller::judge(const model::History& history, model::EventNumber at, int after_step) {
  const Facts now = facts(history, at);
  for (std::size_t i = 0; i < scenario_->expectations.size(); ++i)
    if (const auto& expectation = scenario_->expectations[i]; expectation.after_step == after_step)
      story_.expectations[i].ok = expectation.holds.evaluate(now).number != 0;
  for (std::size_t i = 0; i < scenario_->steps.size(); ++i)
    if (const auto& ask = scenario_->steps[i].ask; ask && ask->known_step == after_step) {
      story_.steps[i].ask->truth = truth_of(*ask, now);
      story_.steps[i].ask->known = at;
    }
}

/// At the end: what no lesson has to say, and what must have happened by now.
void StoryTeller::judge_run(const model::History& history, model::EventNumber at) {
  const Facts now = facts(history, at);
  std::size_t place = scenario_->expectations.size();
  const auto verdict = [&](BuiltIn which, bool ok) {  // in the order of the enumeration
    if (applies(which, *scenario_)) story_.expectations[place++].ok = ok;
  };
  bool created = true;
  for (std::uint32_t env = 2; env < scenario_->env_names.size(); ++env) {
    const auto found = named_.find(env);
    created = created && found != named_.end() && found->second == scenario_->env_names[env];
  }
  bool answers = true;
  for (const auto& step : story_.steps) {
    if (!step.ask) continue;
    const auto& choices = step.ask->choices;
    answers = answers && !step.ask->truth.empty() &&
              (choices.empty() || std::ranges::find(choices, step.ask->truth) != choices.end());
  }
  verdict(kCreated, created);
  verdict(kAudit, now.audits > 0 && now.differences == 0);
  verdict(kDropped, now.state.dropped == 0);
  verdict(kInvariants, now.broken_invariants == 0);
  verdict(kAnswers, answers);
  // What belongs to a step that never began did not come true.
  for (std::size_t i = 0; i < scenario_->expectations.size(); ++i)
    if (!story_.expectations[i].ok) story_.expectations[i].ok = false;
}

Facts StoryTeller::facts(const model::History& history, model::EventNumber at) const {
  Facts facts{history.state_at(at), tallies_, scenario_->env_names};
  for (const auto& audit : history.audits()) {
    if (audit.number > at) break;
    ++facts.audits;
    facts.differences += audit.difference_count;
    facts.checked += audit.checked;
  }
  for (const auto& broken : history.broken_invariants()) facts.broken_invariants += broken.number <= at ? 1 : 0;
  return facts;
}

std::string StoryTeller::fill(const Sentence& sentence, const model::Event& event, const Facts& facts) const {
  std::string text;
  for (const auto& part : sentence) {
    std::string words = part.text;
    if (part.expression)
      words = text_of(part.expression->evaluate(facts));
    else if (part.is_field && part.text == "time")
      words = fmt::format("{:.1f}", model::micros(event.ticks));
    else if (part.is_field && part.text == "target")
      words = model::env_name(facts.state, event.args[0] >> 16);
    else if (part.is_field)
      words = model::field_text(event, part.text, facts.state);
    // "frame 5" begins a sentence as "Frame 5"; names of environments stay as they are.
    const bool begins = text.empty() || text.ends_with(". ");
    if (begins && (words.starts_with("frame ") || words.starts_with("slice "))) words[0] -= 'a' - 'A';
    text += words;
  }
  return text;
}

std::vector<StoryTeller::Due> StoryTeller::take_due() { return std::exchange(due_, {}); }

model::Question* StoryTeller::question(int step) {
  const bool asks = step >= 0 && step < int(story_.steps.size()) && story_.steps[std::size_t(step)].ask;
  return asks ? &*story_.steps[std::size_t(step)].ask : nullptr;
}

void StoryTeller::answer(int step, const std::string& text) {
  model::Question* asked = question(step);
  if (asked == nullptr || asked->revealed) return;
  const std::string given = model::settled_text(*asked, text);
  if (given.empty()) return;
  asked->late = asked->known != 0 && asked->known <= seen_;
  asked->given = given;
  if (!asked->first) asked->first = given;
}

void StoryTeller::reveal(int step) {
  model::Question* asked = question(step);
  if (asked == nullptr) return;
  asked->revealed = true;
  if (!asked->first) asked->first = "";
}

void StoryTeller::show(model::EventNumber cursor) {
  if (cursor <= seen_) return;
  seen_ = cursor;
  for (std::size_t i = 0; i < story_.steps.size(); ++i)
    if (const auto& asked = story_.steps[i].ask; asked && asked->given && asked->known != 0 && asked->known <= seen_)
      reveal(int(i));
}

void StoryTeller::remember(const model::Story& before) {
  for (std::size_t i = 0; i < std::min(story_.steps.size(), before.steps.size()); ++i)
    if (story_.steps[i].ask && before.steps[i].ask) story_.steps[i].ask->first = before.steps[i].ask->first;
}

}  // namespace exo::scenario
