// Why an environment runs or doesn't, and why a slice is whose it is, forfeited or asked for.
#include <fmt/format.h>

#include "explorer/model/explain_parts.hpp"

namespace exo::model::explaining {

using abi::Event;
using causes::want;

namespace {

constexpr auto kAny = causes::kAnyCase;

void want_to_run(std::uint32_t env, std::vector<Want>& wants) {
  for (const Event id : {Event::Switched, Event::Transferred, Event::TransferredAsync, Event::YieldedTo})
    wants.push_back(want(id, {"to", causes::environment(env)}));
}

/// What took the processor from it last.
void want_to_stop(std::uint32_t env, std::vector<Want>& wants) {
  wants.push_back(want(Event::Switched, {"from", causes::environment(env)}));
  for (const Event id : {Event::Transferred, Event::TransferredAsync, Event::YieldedTo})
    wants.push_back(want(id, {"env", causes::environment(env)}));
}

}  // namespace

void environment_wants(const Case& one, std::vector<Want>& wants) {
  const EnvironmentState& env = one.state.envs[one.number];
  const causes::Thing thing = causes::environment(one.number);
  if (env.state == abi::EnvState::Free) {
    wants.push_back(want(Event::EnvKilled, {"killed", thing}));
    return;
  }
  if (env.behaviour == Behaviour::Hung)
    wants.push_back(want(Event::Noted, {"env", thing}, {}, std::int64_t(abi::Note::Hung), 2));
  if (env.state == abi::EnvState::Building) {
    wants.push_back(want(Event::EnvCreated, {"created", thing}));
  } else if (env.state == abi::EnvState::Dormant) {
    wants.push_back(want(Event::EnvSubmitted, {"submitted", thing}));
  } else if (env.state == abi::EnvState::Running) {
    want_to_run(one.number, wants);
  } else if (env.parked) {
    if (env.calls != 0) wants.push_back(want(Event::Transferred, {"env", thing}));
    wants.push_back(want(Event::EnvParked, {"parked", thing}));
  } else if (env.asleep) {
    wants.push_back(want(Event::EnvSleeps, {"sleeper", thing}));
  } else if (env.excess != 0) {
    wants.push_back(want(Event::SliceForfeited, {"owner", thing}));
    wants.push_back(want(Event::ExcessCounted, {"owner", thing}));
  } else if (env.slices == 0) {
    wants.push_back(want(Event::SliceFreed, {"owner", thing}));
    wants.push_back(want(Event::SliceTransferred, {"from", thing}));
  } else {
    want_to_stop(one.number, wants);
  }
}

namespace {

std::string running_sentence(const Case& one, const std::string& name) {
  const model::Event* began = nullptr;
  for (const model::Event& event : one.found.events)
    if (event.id == Event::Switched || event.id == Event::Transferred || event.id == Event::TransferredAsync ||
        event.id == Event::YieldedTo) {
      began = &event;
      break;
    }
  const std::uint32_t owner = one.state.slices[one.state.slice_position];
  const std::string where = owner == one.number || owner == 0
                                ? fmt::format("its own slice {}", one.state.slice_position)
                                : fmt::format("slice {} of {}", one.state.slice_position, one.name(owner));
  if (began == nullptr) return fmt::format("{} runs, in {}.", name, where);
  switch (began->id) {
    case Event::Transferred:
      return fmt::format("{} runs, in {}, because {} entered it {} and waits for its answer.", name, where,
                         one.name(began->env), one.ago(began->ticks));
    case Event::TransferredAsync:
      return fmt::format("{} runs, in {}, because {} entered it {} with the rest of its slice.", name, where,
                         one.name(began->env), one.ago(began->ticks));
    case Event::YieldedTo:
      return fmt::format("{} runs, in {}, because {} named it as its successor {}.", name, where, one.name(began->env),
                         one.ago(began->ticks));
    default:
      return fmt::format("{} runs, in {}, since {}: {}.", name, where, moment_text(began->ticks),
                         reason_text(began->args[3]));
  }
}

std::string ready_sentence(const Case& one, const std::string& name) {
  const EnvironmentState& env = one.state.envs[one.number];
  const std::string other =
      one.state.running == 0 ? std::string("nobody runs now") : fmt::format("{} runs now", one.name(one.state.running));
  if (env.parked && env.calls != 0) {
    const model::Event* call = one.found.latest(Event::Transferred);
    return fmt::format(
        "{} does not run because it waits for {} to answer: it entered it{} with a protected control "
        "transfer, and its slices run {} until then.",
        name, one.name(env.calls), one.ago(call), one.name(env.calls));
  }
  if (env.parked)
    return fmt::format(
        "{} does not run because it gave up its registers{}: it runs only when another environment "
        "enters it.",
        name, one.ago(one.found.latest(Event::EnvParked)));
  if (env.asleep)
    return fmt::format(
        "{} does not run because it went to sleep{}{}.", name, one.ago(one.found.latest(Event::EnvSleeps)),
        env.predicate == 0 ? std::string(", until it is woken")
                           : fmt::format(", until the condition of {} holds", download_text(env.predicate)));
  if (env.excess != 0)
    return fmt::format(
        "{} does not run because it owes {} slice{}: it stayed past the end of its slice{}, and forfeits "
        "its next ones.",
        name, env.excess, env.excess == 1 ? "" : "s", one.ago(one.found.latest(Event::ExcessCounted)));
  if (env.slices == 0) {
    const model::Event* freed = one.found.latest(Event::SliceFreed);
    return fmt::format("{} does not run because it has no slice of its own{}.", name,
                       freed == nullptr ? std::string()
                                        : fmt::format(": slice {} went {}, {}", freed->args[0], one.ago(freed->ticks),
                                                      reason_text(freed->args[2])));
  }
  const model::Event* left = one.found.events.empty() ? nullptr : &one.found.events.front();
  std::string turn = "it is not its turn";
  if (left != nullptr && left->id == Event::Switched && left->args[0] == one.number)
    turn = fmt::format("its slice went on to {} {}", one.name(left->args[1]), one.ago(left->ticks));
  else if (left != nullptr && left->id != Event::Switched)
    turn = fmt::format("it gave the processor to {} {}", one.name(left->args[0]), one.ago(left->ticks));
  return fmt::format("{} is ready and does not run, because {}: it waits for its next slice, and {}.", name, turn,
                     other);
}

}  // namespace

std::string environment_sentence(const Case& one) {
  const EnvironmentState& env = one.state.envs[one.number];
  const std::string name = one.name(one.number);
  if (env.behaviour == Behaviour::Hung && env.state != abi::EnvState::Free) {
    const model::Event* hung = one.found.latest(Event::Noted);
    const bool told = hung != nullptr && one.found.cause(hung->number, Event::ControlTaken) != nullptr;
    return fmt::format("{} answers nothing, because {}; it {}.", name,
                       told ? fmt::format("the host made it hang {}", one.ago(hung->ticks))
                            : fmt::format("it said{} that it hangs", one.ago(hung)),
                       condition_text(one.state, one.number));
  }
  switch (env.state) {
    case abi::EnvState::Free: {
      const model::Event* end = one.found.latest(Event::EnvKilled);
      if (end == nullptr) return fmt::format("Environment {} does not exist: nobody has created it.", one.number);
      return fmt::format("Environment {} is gone: it was destroyed {}, {}.", one.number, one.ago(end->ticks),
                         reason_text(end->args[1]));
    }
    case abi::EnvState::Building:
      return fmt::format("{} does not run because it was created{} and has not been started yet.", name,
                         one.ago(one.found.latest(Event::EnvCreated)));
    case abi::EnvState::Dormant:
      return fmt::format("{} does not run because it gave itself to {}{}, which keeps it until there is memory again.",
                         name, env.server == 0 ? "a swap server" : one.name(env.server),
                         one.ago(one.found.latest(Event::EnvSubmitted)));
    case abi::EnvState::Running:
      return running_sentence(one, name);
    case abi::EnvState::Ready:
      return ready_sentence(one, name);
  }
  return "";
}

void slice_wants(const Case& one, std::vector<Want>& wants) {
  const causes::Thing thing = causes::slice(one.number);
  if (const RequestState* request = request_for(one.state, abi::asked_slice(one.number)))
    return want_request(*request, wants);
  if (one.state.slices[one.number] == 0) {
    wants.push_back(want(Event::SliceFreed, {"position", thing}));
    return;
  }
  wants.push_back(want(Event::SliceForfeited, {"position", thing}, {}, kAny, 2));
  wants.push_back(want(Event::Switched, {"position", thing}, {}, kAny, 2));
  wants.push_back(want(Event::SliceGranted, {"position", thing}));
  wants.push_back(want(Event::SliceTransferred, {"position", thing}));
}

std::string slice_sentence(const Case& one) {
  if (const RequestState* request = request_for(one.state, abi::asked_slice(one.number)))
    return pending_sentence(one, *request, fmt::format("Slice {} is orange", one.number));
  const std::uint32_t owner = one.state.slices[one.number];
  if (owner == 0) {
    const model::Event* freed = one.found.latest(Event::SliceFreed);
    if (freed == nullptr) return fmt::format("Slice {} is nobody's: it has not been given to anyone yet.", one.number);
    return fmt::format("Slice {} is nobody's: {} lost it {}, {}.", one.number, one.name(freed->args[1]),
                       one.ago(freed->ticks), reason_text(freed->args[2]));
  }
  const model::Event* forfeited = one.found.latest(Event::SliceForfeited);
  const model::Event* ran = one.found.latest(Event::Switched);
  if (forfeited != nullptr && (ran == nullptr || ran->number < forfeited->number))
    return fmt::format(
        "Slice {} was forfeited {}, because {} had stayed past the end of an earlier slice; it still "
        "owes {}.",
        one.number, one.ago(forfeited->ticks), one.name(owner), forfeited->args[2]);
  const model::Event* given = nullptr;
  for (const model::Event& event : one.found.events)
    if (event.id == Event::SliceGranted || event.id == Event::SliceTransferred) {
      given = &event;
      break;
    }
  std::string text = fmt::format("Slice {} is {}'s", one.number, one.name(owner));
  if (given != nullptr)
    text += given->id == Event::SliceTransferred
                ? fmt::format(": {} made it the owner {}", one.name(given->args[2]), one.ago(given->ticks))
                : fmt::format(": {} was granted it {}", one.name(given->args[1]), one.ago(given->ticks));
  if (one.state.slice_position == one.number && one.state.running != 0)
    return fmt::format("{}; {} runs in it now.", text, one.name(one.state.running));
  return text + (ran == nullptr ? "; nobody has run in it yet." : "; it last began" + one.ago(ran) + ".");
}

}  // namespace exo::model::explaining
