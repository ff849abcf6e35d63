#include "explorer/scenario/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "explorer/common/error.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::scenario {
namespace {

abi::ControlCommand fixed_command(const Injection& injection, std::uint32_t due) {
  abi::ControlCommand command{due, std::uint16_t(injection.op), std::uint16_t(injection.env), injection.a, injection.b};
  if (injection.takes_frame) command.a = injection.frame.number;
  return command;
}

/// The nth frame, in order of number, that an environment owns and could give back.
std::uint32_t nth_frame(const model::State& state, std::uint32_t env, std::uint32_t nth) {
  std::uint32_t seen = 0;
  for (std::uint32_t i = 0; i < abi::kFrameCount; ++i) {
    const auto& frame = state.frames[i];
    if (frame.owner != env || (frame.flags & (abi::kFrameGuaranteed | abi::kFrameEnvironmentPage)) != 0) continue;
    if (++seen == nth) return i;
  }
  return abi::kNoFrame;
}

}  // namespace

abi::Manifest manifest_of(const Scenario& scenario) {
  abi::Manifest manifest{};
  manifest.magic = abi::kManifestMagic;
  manifest.entries = std::uint32_t(scenario.envs.size());
  std::ranges::copy(scenario.arbiter, manifest.arbiter);
  for (std::size_t i = 0; i < scenario.envs.size() && i < std::size(manifest.entry); ++i) {
    const auto& env = scenario.envs[i];
    auto& entry = manifest.entry[i];
    std::memcpy(entry.program, env.program.data(), std::min(env.program.size(), sizeof entry.program));
    std::memcpy(entry.name, env.name.data(), std::min(env.name.size(), sizeof entry.name));
    entry.slices = std::uint16_t(env.slices);
    entry.authority = std::uint16_t(env.authority);
    std::ranges::copy(env.parameters, entry.parameters);
    entry.positions[0] = std::uint32_t(env.positions);
    entry.positions[1] = std::uint32_t(env.positions >> 32);
  }
  return manifest;
}

std::uint32_t tick_of(std::uint32_t at_us) { return std::max(1u, (at_us + abi::kTickMicros - 1) / abi::kTickMicros); }

std::vector<abi::ControlCommand> commands_up_front(const Scenario& scenario) {
  std::vector<abi::ControlCommand> commands;
  // Before the steps' at the same tick: what a click injects goes in front of what is due later.
  for (const auto& [at_us, injection] : scenario.injections)
    commands.push_back(fixed_command(injection, tick_of(at_us + injection.delay_us)));
  for (const auto& step : scenario.steps)
    if (step.trigger.at_us)
      for (const auto& injection : step.inject)
        commands.push_back(fixed_command(injection, tick_of(*step.trigger.at_us + injection.delay_us)));
  const std::uint32_t end = tick_of(scenario.end_us);
  if (scenario.machine.tracing) commands.push_back({end, std::uint16_t(abi::ControlOp::Audit), 0, 0, 0});
  commands.push_back({end, std::uint16_t(abi::ControlOp::Stop), 0, 0, 0});
  // The file's steps are in order of their times, but a series of packets reaches beyond the next step.
  std::ranges::stable_sort(commands, {}, &abi::ControlCommand::due_tick);
  return commands;
}

std::vector<abi::ControlCommand> commands_of(const Scenario& scenario, const Step& step, const model::Event& event,
                                             const model::State& state) {
  std::vector<abi::ControlCommand> commands;
  for (const auto& injection : step.inject) {
    abi::ControlCommand command = fixed_command(injection, 0);
    const FrameChoice& choice = injection.frame;
    if (choice.kind == FrameChoice::Kind::OfEvent) {
      command.a = value_of(event, choice.field);
      const bool pfn = choice.field.kind == FieldKind::Pfn && abi::is_exported(command.a);
      if (pfn) command.a = abi::frame_of_pfn(command.a);
      const bool position = choice.field.kind == FieldKind::Count;
      if (choice.field.kind == FieldKind::Download)
        command.a = abi::asked_download(command.a % abi::kMaxDownloads);
      else if (position)
        command.a = abi::asked_slice(command.a % abi::kSlicePositions);
    } else if (choice.kind == FrameChoice::Kind::OfEnv) {
      command.a = nth_frame(state, choice.env, choice.nth);
      if (command.a == abi::kNoFrame)
        throw InputError(
            fmt::format("{}:{}: at event {} {} has no frame number {} that it could give back; choose a later trigger "
                        "or a smaller nth",
                        scenario.file, step.line, event.number, scenario.env_names[choice.env], choice.nth));
    }
    commands.push_back(command);
  }
  return commands;
}

std::array<std::uint32_t, 4> secret_of(const Scenario& scenario) {
  std::array<std::uint32_t, 4> words{};
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;  // FNV-1a, 64 bits
  for (const char c : scenario.text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3;
  for (auto& word : words) {
    hash = (hash ^ 0x5a) * 0x100'0000'01b3;
    word = std::uint32_t(hash >> 32);
  }
  return words;
}

}  // namespace exo::scenario
