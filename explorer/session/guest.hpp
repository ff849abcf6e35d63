// The machine as a session sees it: an interface, so that the session's rules can be tested without QEMU, and the real
// one.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "explorer/connection/machine.hpp"
#include "explorer/connection/recording.hpp"
#include "explorer/packets/bytes.hpp"
#include "explorer/scenario/parse.hpp"

namespace exo::session {

/// What a session needs of connection::Machine; every function means what it means there.
class Guest {
 public:
  virtual ~Guest() = default;
  virtual void set_stop(const connection::StopConditions& conditions) = 0;
  virtual void resume() = 0;
  virtual void pause() = 0;
  virtual connection::MachineState poll(std::chrono::microseconds timeout) = 0;
  virtual std::size_t drain(std::vector<abi::TraceRecord>& out) = 0;
  virtual void inject(const abi::ControlCommand& command) = 0;
  /// A test's guest may do without.
  virtual void write_store(std::uint32_t, packets::View) {}
  [[nodiscard]] virtual std::uint64_t lost() const = 0;
  [[nodiscard]] virtual std::vector<std::string> take_complaints() = 0;
  [[nodiscard]] virtual std::string ending() const = 0;
  virtual void shutdown() = 0;
};

/// Everything a machine is booted with. The same plan gives the same trace.
struct BootPlan {
  std::shared_ptr<const connection::GuestImages> images;
  std::shared_ptr<const scenario::Scenario> scenario;
  std::vector<abi::ControlCommand> commands;  ///< in order of their ticks
  std::optional<std::string> store;           ///< what the packet store holds; else what the scenario says
  std::map<std::string, std::string> files;   ///< more files for the boot archive
  connection::StopConditions stop;
  bool flight_recorder = false;
};

/// What a machine is started with, for it to run this plan. Throws InputError.
[[nodiscard]] connection::MachineOptions machine_options(const BootPlan& plan);

/// Starts QEMU, stopped before the guest's first instruction. Throws InputError or MachineError.
[[nodiscard]] std::unique_ptr<Guest> boot(const BootPlan& plan);

/// Names of the library OSes among the images.
[[nodiscard]] std::vector<std::string> program_names(const connection::GuestImages& images);

/// Bytes of a scenario file. Throws InputError.
[[nodiscard]] std::string read_scenario_file(const std::string& path);
/// Reads the files that a scenario names: they lie beside it.
[[nodiscard]] scenario::FileReader files_beside(const std::string& scenario_path);
/// Hands out the files that a recording carries.
[[nodiscard]] scenario::FileReader files_of(const connection::RecordingHeader& header);

}  // namespace exo::session
