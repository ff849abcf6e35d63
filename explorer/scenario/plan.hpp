// What a scenario means for the machine: the manifest that the first program reads, and the commands of the control
// ring.
#pragma once
#include <cstdint>
#include <vector>

#include "explorer/model/event.hpp"
#include "explorer/model/state.hpp"
#include "explorer/scenario/scenario.hpp"

namespace exo::scenario {

[[nodiscard]] abi::Manifest manifest_of(const Scenario& scenario);

/// First timer tick at or after a guest time: commands are taken at ticks.
[[nodiscard]] std::uint32_t tick_of(std::uint32_t at_us);

/// Commands known before boot, in order of their ticks: injections at fixed times, then the audit (of a traced
/// run: the other has no fold to compare) and the stop of the end.
[[nodiscard]] std::vector<abi::ControlCommand> commands_up_front(const Scenario& scenario);

/// The commands of a step that began with `event`, after which the state is `state`; due at once. Throws InputError
/// when a frame that it wants does not exist then.
[[nodiscard]] std::vector<abi::ControlCommand> commands_of(const Scenario& scenario, const Step& step,
                                                           const model::Event& event, const model::State& state);

/// Key of the capabilities' codes: a function of the scenario's text, so that a run can be repeated.
[[nodiscard]] std::array<std::uint32_t, 4> secret_of(const Scenario& scenario);

}  // namespace exo::scenario
