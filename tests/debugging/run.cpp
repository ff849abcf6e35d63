#include "tests/debugging/run.hpp"

#include <functional>
#include <string_view>

#include "explorer/common/error.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::test {
namespace {

constexpr std::chrono::milliseconds kPump{20};
constexpr std::chrono::seconds kPatience{60};

}  // namespace

LessonRun::LessonRun(const std::string& lesson, model::EventNumber until_event) {
  session::LiveOptions options;
  options.scenario_path = std::string(EXO_SCENARIOS) + "/" + lesson + ".toml";
  options.start_paused = until_event != 0;
  session_ = session::Session::live(options);
  if (until_event > 1) {
    while (session_->history().size() == 0) session_->pump(kPump);
    session_->apply(model::StepEvent{int(until_event) - 1});
  }
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (session_->connection() != session::Connection::Finished &&
         (until_event == 0 || session_->history().size() < until_event)) {
    session_->pump(kPump);
    if (session_->failure() != nullptr) throw MachineError(session_->failure()->what());
    if (std::chrono::steady_clock::now() > until) throw MachineError("the lesson does not end");
  }
}

debugger::Stop LessonRun::wait() {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    if (const auto stop = rerun().poll(kPump)) return *stop;
    if (std::chrono::steady_clock::now() > until) throw MachineError("the motion does not end");
  }
}

debugger::Stop LessonRun::go(const debugger::Motion& motion) {
  rerun().move(motion);
  return wait();
}

debugger::Stop LessonRun::go_to_event(model::EventNumber event) {
  rerun().move_to_event(event);
  return wait();
}

model::EventNumber LessonRun::first(abi::Event event, model::EventNumber from) const {
  while (from <= history().size() && history().event(from).id != event) ++from;
  return from;
}

Moment moment_of(session::Rerun& rerun) {
  // Below the kernel lie the boot loader's words, and among them are random numbers, which nobody in the guest reads.
  static std::vector<std::byte> ram(abi::kRamBytes - abi::kKernelPhysical);
  const std::size_t count = rerun.read_physical(abi::kKernelPhysical, ram);
  const std::string_view bytes(reinterpret_cast<const char*>(ram.data()), count);
  return {rerun.instant(), rerun.event(), rerun.acting(), rerun.registers(rerun.running()),
          std::hash<std::string_view>{}(bytes)};
}

}  // namespace exo::test
