#include "explorer/cli/run_through.hpp"

#include <fmt/format.h>

#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"

namespace exo::cli {
namespace {

constexpr std::chrono::milliseconds kTurn{20};
constexpr std::chrono::seconds kPatience{20};  ///< wall time without an event: a living kernel makes some sooner

}  // namespace

void run_through(session::Session& session, const std::function<void()>& each_turn) {
  using session::Connection;
  auto last = std::chrono::steady_clock::now();
  model::EventNumber seen = 0;
  while (signal_caught() == 0) {
    session.pump(kTurn);
    each_turn();
    const Connection connection = session.connection();
    if (connection != Connection::Starting && connection != Connection::Running) return;
    const auto now = std::chrono::steady_clock::now();
    if (session.history().size() != seen) {
      seen = session.history().size();
      last = now;
    } else if (now - last > kPatience) {
      throw MachineError(fmt::format(
          "nothing has happened for {} s after event {}: the guest hangs; report the scenario and this number",
          kPatience.count(), seen));
    }
  }
}

}  // namespace exo::cli
