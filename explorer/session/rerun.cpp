// What a standing run says of itself; how it moves is in rerun_motion.cpp, where it stops in rerun_hits.cpp.
#include "explorer/session/rerun.hpp"

#include <algorithm>

#include "explorer/common/error.hpp"
#include "explorer/session/rerun_memory.hpp"
#include "explorer/session/rerun_plan.hpp"
#include "explorer/session/rerun_registers.hpp"

namespace exo::session {

using connection::kProbeLog;
using debugger::Environment;

namespace {

const char* doing(const model::State& state, Environment env) {
  const model::EnvironmentState& one = state.envs[env];
  if (one.state == abi::EnvState::Building) return "being made";
  if (one.state == abi::EnvState::Dormant) return "dormant";
  if (state.running == env) return "running";
  if (one.asleep) return "asleep";
  return one.parked ? "waits to be entered" : "ready";
}

}  // namespace

Rerun::Rerun(BootPlan plan, const model::History& history, Answer answer)
    : plan_(std::move(plan)), history_(history), answer_(std::move(answer)) {}

Rerun::~Rerun() = default;

Environment Rerun::running() const { return here_ && here_->probe().pc < abi::kUserEnd ? acting() : debugger::kKernel; }

Environment Rerun::acting() const { return here_ ? here_->probe().running % abi::kMaxEnvironments : 0; }

std::vector<debugger::Thread> Rerun::threads() const {
  const model::State& now = state();
  std::vector<debugger::Thread> out{
      {debugger::kKernel, "kernel", running() == debugger::kKernel ? "running" : "entered when needed"}};
  for (Environment env = 1; env < abi::kMaxEnvironments; ++env)
    if (now.envs[env].state != abi::EnvState::Free) out.push_back({env, now.envs[env].name, doing(now, env)});
  return out;
}

// One that is gone keeps its name in the state until another has its number.
// The first program creates the scenario's environments in their order, right after itself.
const scenario::EnvironmentPlan* Rerun::planned_for(Environment env) const {
  constexpr Environment kFirst = 2;
  const auto& planned = plan_.scenario->envs;
  return env >= kFirst && env - kFirst < planned.size() ? &planned[env - kFirst] : nullptr;
}

std::vector<debugger::Thread> Rerun::everyone() const {
  auto out = threads();
  const model::State& last = history_.newest();
  for (Environment env = 1; env < abi::kMaxEnvironments; ++env) {
    const bool there = std::ranges::find(out, env, &debugger::Thread::env) != out.end();
    if (there) continue;
    if (last.envs[env].name[0] != 0)
      out.push_back({env, last.envs[env].name, "not there now"});
    else if (const auto* planned = planned_for(env); planned != nullptr && last.envs[env].generation == 0)
      out.push_back({env, planned->name, "not there yet"});
    else if (env == 1 && last.envs[env].generation == 0)
      out.push_back({env, plan_.scenario->first, "not there yet"});
  }
  return out;
}

debugger::Program Rerun::program(Environment env) const {
  const auto& directory = plan_.images->directory;
  if (env == debugger::kKernel) return {"kernel", (directory / "kernel.elf").string()};
  if (env >= abi::kMaxEnvironments) return {};
  std::string name = plan_.scenario->first;
  if (env != 1) {
    const std::string called = history_.newest().envs[env].name;
    const auto found = std::ranges::find(plan_.scenario->envs, called, &scenario::EnvironmentPlan::name);
    name = found != plan_.scenario->envs.end() ? found->program : called;
    if (const auto* planned = planned_for(env); called.empty() && planned != nullptr) name = planned->program;
  }
  const auto path = directory / "programs" / (name + ".elf");
  return {name, plan_.images->programs.contains(name) ? path.string() : std::string()};
}

std::optional<debugger::Registers> Rerun::registers(Environment env) {
  if (!here_ || moving() || env >= abi::kMaxEnvironments) return std::nullopt;
  const model::State& now = state();
  if (env != running()) {
    if (env == debugger::kKernel || now.envs[env].state == abi::EnvState::Free || now.envs[env].parked)
      return std::nullopt;
    return saved_registers(here_->memory().ram(), env).registers;
  }
  if (!registers_) {
    try {
      registers_ = parse_registers(here_->register_text());
    } catch (const MachineError&) {
      return std::nullopt;  // the next motion says what became of it
    }
    if (!registers_) return std::nullopt;
    registers_->pc = here_->probe().pc;
    registers_->entry_hi = now.envs[acting()].asid;
    registers_->bad_address = saved_registers(here_->memory().ram(), acting()).registers.bad_address;
  }
  return registers_;
}

std::optional<debugger::FrameRegisters> Rerun::known_registers(Environment env) {
  const auto all = registers(env);
  if (!all) return std::nullopt;
  constexpr std::uint32_t kPcAndStack = 1u | 1u << debugger::kStackPointer;
  if (env != running() && !saved_registers(here_->memory().ram(), env).all)
    return debugger::FrameRegisters{*all, kPcAndStack, false};
  return debugger::FrameRegisters{*all};
}

std::size_t Rerun::read(Environment env, std::uint32_t address, std::span<std::byte> out) {
  return here_ && !moving() ? read_memory(state(), here_->memory().ram(), env, address, out) : 0;
}

std::size_t Rerun::read_physical(std::uint32_t address, std::span<std::byte> out) {
  return here_ && !moving() ? session::read_physical(here_->memory().ram(), address, out) : 0;
}

std::optional<debugger::Instant> Rerun::instant_of(model::EventNumber event) const {
  if (event == 0) return 0;
  if (event > times_.size()) return std::nullopt;
  return times_[event - 1];
}

std::vector<Rerun::Step> Rerun::recent(std::size_t most) const {
  std::vector<Step> out;
  if (!here_ || moving()) return out;
  const connection::ProbeShared& probe = here_->probe();
  const std::uint64_t there = connection::newest_steps(probe);
  const std::uint64_t count = std::min<std::uint64_t>(there, most);
  for (std::uint64_t i = probe.logged - count; i < probe.logged; ++i) {
    const connection::ProbeStep& step = probe.log[i % kProbeLog];
    if (step.instruction < instant_) out.push_back({step.instruction, step.pc, step.env, step.in_slot != 0});
  }
  return out;
}

}  // namespace exo::session
