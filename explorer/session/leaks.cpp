#include "explorer/session/leaks.hpp"

#include <fmt/format.h>

#include "explorer/common/error.hpp"
#include "explorer/model/words.hpp"

namespace exo::session {
namespace {

constexpr std::chrono::milliseconds kTurn{20};
constexpr std::chrono::seconds kPatience{20};  ///< wall time; killing all there is takes a fraction of a second

void inject(Session& session, abi::ControlOp op, std::uint32_t env) {
  session.apply(model::Inject{{0, std::uint16_t(op), std::uint16_t(env), 0, 0}});
}

/// Whether the kernel has taken a command of this kind after an event.
bool taken_since(const model::History& history, abi::ControlOp op, model::EventNumber after) {
  for (auto records = history.records_from(after + 1); !records.empty(); records = history.records_from(after + 1)) {
    for (const auto& record : records)
      if (record.event == std::uint16_t(abi::Event::ControlTaken) &&
          record.arguments[0] == std::uint32_t(op))  // of no environment
        return true;
    after += records.size();
  }
  return false;
}

/// Until the last command has been taken: commands that were waiting already come first.
void run_until_stop(Session& session) {
  const auto began = session.history().size();
  const auto until = std::chrono::steady_clock::now() + kPatience;
  session.apply(model::Run{});
  while (!taken_since(session.history(), abi::ControlOp::Stop, began)) {
    session.pump(kTurn);
    if (session.failure() != nullptr) throw *session.failure();
    if (std::chrono::steady_clock::now() > until)
      throw MachineError(fmt::format("the kernel did not show its tables after event {}: it hangs; please report it",
                                     session.history().size()));
  }
  session.apply(model::Pause{});
}

}  // namespace

std::vector<std::string> leaks_in(const model::State& state) {
  std::vector<std::string> leaks;
  const auto leak = [&]<class... Arguments>(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    leaks.push_back(fmt::format(text, std::forward<Arguments>(arguments)...));
  };
  if (state.free_frames != abi::kFrameCount) leak("{} frames of {} are free", state.free_frames, abi::kFrameCount);
  for (std::size_t i = 0; i < state.frames.size(); ++i) {
    const auto& frame = state.frames[i];
    if (frame.owner != 0 || frame.flags != 0 || frame.bindings != 0)
      leak("frame {}: owner {}, flags {}, {} bindings", i, frame.owner, frame.flags, frame.bindings);
  }
  for (std::size_t i = 0; i < state.slices.size(); ++i)
    if (state.slices[i] != 0) leak("slice {} belongs to {}", i, model::env_name(state, state.slices[i]));
  for (std::size_t i = 1; i < state.envs.size(); ++i)
    if (state.envs[i].state != abi::EnvState::Free)
      leak("environment {} ({}) lives", i, model::env_name(state, std::uint32_t(i)));
  for (std::size_t i = 1; i < state.envs.size(); ++i) {
    if (state.envs[i].asleep) leak("{} sleeps", model::env_name(state, std::uint32_t(i)));
    if (state.envs[i].may_send) leak("{} may send packets", model::env_name(state, std::uint32_t(i)));
  }
  for (std::size_t i = 0; i < state.downloads.size(); ++i)
    if (state.downloads[i].installed)
      leak("download {} of {} is installed", i, model::env_name(state, state.downloads[i].owner));
  for (std::size_t i = 0; i < state.identifiers.size(); ++i)
    if (state.identifiers[i] != 0)
      leak("address-space identifier {} belongs to {}", i, model::env_name(state, state.identifiers[i]));
  for (std::size_t i = 0; i < state.devices.size(); ++i)
    if (state.devices[i].holder != 0)
      leak("device {} is held by {}", i, model::env_name(state, state.devices[i].holder));
  if (state.fpu_owner != 0) leak("the floating-point unit belongs to {}", model::env_name(state, state.fpu_owner));
  for (std::size_t i = 0; i < state.stlb.size(); ++i)
    if (state.stlb[i].tag != abi::kStlbFree) leak("STLB slot {} is in use", i);
  for (std::size_t i = 0; i < state.tlb.size(); ++i)
    if (((state.tlb[i].lo[0] | state.tlb[i].lo[1]) & abi::kLoValid) != 0) leak("TLB entry {} is valid", i);
  for (const auto& request : state.requests)
    if (request.id != 0 && request.outcome == model::Outcome::Pending) leak("request {} is under way", request.id);
  return leaks;
}

std::vector<std::string> kill_everything(Session& session) {
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
    if (session.history().newest().envs[env].state != abi::EnvState::Free) inject(session, abi::ControlOp::Kill, env);
  // Twice: with nobody left, the kernel must be able to idle, and stay as it is.
  for (int i = 0; i < 2; ++i) {
    inject(session, abi::ControlOp::Audit, 0);
    inject(session, abi::ControlOp::Stop, 0);
    run_until_stop(session);
  }
  auto leaks = leaks_in(session.history().newest());
  for (const auto& audit : session.history().audits())
    for (const auto& difference : audit.differences) leaks.push_back("audit: " + difference);
  for (const auto& broken : session.history().broken_invariants())
    leaks.push_back(fmt::format("broken after event {}: {}", broken.number, broken.text));
  return leaks;
}

}  // namespace exo::session
