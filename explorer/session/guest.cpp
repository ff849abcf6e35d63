#include "explorer/session/guest.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "explorer/common/error.hpp"
#include "explorer/connection/boot_archive.hpp"
#include "explorer/scenario/plan.hpp"

namespace exo::session {
namespace {}  // namespace

connection::MachineOptions machine_options(const BootPlan& plan) {
  connection::MachineOptions options;
  options.archive = connection::make_boot_archive(plan.images->programs, scenario::manifest_of(*plan.scenario),
                                                  plan.scenario->first, plan.files);
  options.commands = plan.commands;
  options.secret = scenario::secret_of(*plan.scenario);
  options.tracing = plan.scenario->machine.tracing;
  options.identifiers = plan.scenario->machine.identifiers;
  options.store = plan.store.value_or(plan.scenario->store.bytes());
  options.stop = plan.stop;
  options.flight_recorder = plan.flight_recorder;
  return options;
}

namespace {

class QemuGuest final : public Guest {
 public:
  explicit QemuGuest(const BootPlan& plan) : machine_(*plan.images, machine_options(plan)) {}
  void set_stop(const connection::StopConditions& conditions) override { machine_.set_stop(conditions); }
  void resume() override { machine_.resume(); }
  void pause() override { machine_.pause(); }
  connection::MachineState poll(std::chrono::microseconds timeout) override { return machine_.poll(timeout); }
  std::size_t drain(std::vector<abi::TraceRecord>& out) override { return machine_.drain(out); }
  void inject(const abi::ControlCommand& command) override { machine_.inject(command); }
  void write_store(std::uint32_t offset, packets::View bytes) override { machine_.write_store(offset, bytes); }
  std::uint64_t lost() const override { return machine_.lost(); }
  std::vector<std::string> take_complaints() override { return machine_.take_complaints(); }
  std::string ending() const override { return machine_.ending(); }
  void shutdown() override { machine_.shutdown(); }

 private:
  connection::Machine machine_;
};

}  // namespace

std::unique_ptr<Guest> boot(const BootPlan& plan) { return std::make_unique<QemuGuest>(plan); }

std::vector<std::string> program_names(const connection::GuestImages& images) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : images.programs) names.push_back(name);
  return names;
}

std::string read_scenario_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    throw InputError(fmt::format("{}: this is a folder; name a scenario file in it", path));
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw InputError(fmt::format("{}: this scenario can't be read; `exoscope list` shows which there are", path));
  std::string bytes((std::istreambuf_iterator<char>(file)), {});
  if (file.bad()) throw InputError(fmt::format("{}: reading failed; check the disk", path));
  return bytes;
}

scenario::FileReader files_beside(const std::string& scenario_path) {
  return [folder = std::filesystem::path(scenario_path).parent_path()](const std::string& name) {
    constexpr std::uintmax_t kLargest = 16u << 20;
    const auto path = folder / name;
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path, error);
    if (error || !std::filesystem::is_regular_file(path, error))
      throw InputError(fmt::format("{}: this file can't be read; it must lie beside the scenario", path.string()));
    if (bytes > kLargest) throw InputError(fmt::format("{}: the file is too large", path.string()));
    std::ifstream file(path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(file)), {});
  };
}

scenario::FileReader files_of(const connection::RecordingHeader& header) {
  return [&header](const std::string& name) {
    const auto found = header.files.find(name);
    if (found == header.files.end())
      throw InputError(fmt::format("the recording does not carry {}; record it anew", name));
    return found->second;
  };
}

}  // namespace exo::session
