#include "explorer/session/gdb_door.hpp"

#include <filesystem>
#include <utility>

#include "explorer/debugger/source_tree.hpp"

namespace exo::session {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string quoted(const std::string& word) {
  const bool plain = word.find_first_of(" \"'$`\\") == std::string::npos;
  return plain ? word : "'" + word + "'";
}

/// With our script, where it is.
std::string command_for(const std::string& address) {
  const fs::path script = debugger::SourceTree::find().root() / "assets" / "gdb" / "exoscope.py";
  std::error_code error;
  if (!fs::exists(script, error))
    return "gdb-multiarch -ex " + quoted("target extended-remote " + address) + " -ex 'set schedule-multiple on'";
  return "gdb-multiarch -x " + quoted(fs::weakly_canonical(script, error).string()) + " -ex " +
         quoted("exo connect " + address);
}

}  // namespace

void SharedRun::attach(Rerun& rerun, Debugging& debugging) {
  rerun_ = &rerun;
  debugging_ = &debugging;
}

void SharedRun::detach() {
  rerun_ = nullptr;
  debugging_ = nullptr;
}

std::optional<debugger::Registers> SharedRun::registers(debugger::Environment env) { return rerun_->registers(env); }

std::size_t SharedRun::read(debugger::Environment env, std::uint32_t address, std::span<std::byte> out) {
  return rerun_->read(env, address, out);
}

std::size_t SharedRun::read_physical(std::uint32_t address, std::span<std::byte> out) {
  return rerun_->read_physical(address, out);
}

void SharedRun::set_places(std::vector<debugger::Place> places) { debugging_->set_guest_places(std::move(places)); }

void SharedRun::move(const debugger::Motion& motion) { debugging_->move_for_guest(motion); }

bool SharedRun::moving() const { return debugging_ == nullptr || debugging_->view().moving || rerun_->moving(); }

std::optional<debugger::Stop> SharedRun::poll(std::chrono::microseconds budget) {
  debugging_->pump(budget);
  return debugging_->take_guest_stop();
}

void SharedRun::interrupt() { debugging_->apply(model::DebugInterrupt{}); }

GdbDoor::GdbDoor(remote::Listener listener)
    : server_(run_, std::move(listener)), command_(command_for(server_.address())) {}

void GdbDoor::attach(Rerun& rerun, Debugging& debugging) {
  run_.attach(rerun, debugging);
  debugging_ = &debugging;
  debugging.show_guest({true, false, false, false, false, command_}, {});
}

void GdbDoor::detach() {
  if (debugging_ == nullptr) return;
  server_.hang_up();
  server_.forget();
  debugging_->show_guest({}, {});
  run_.detach();
  debugging_ = nullptr;
}

void GdbDoor::pump(std::chrono::microseconds budget) {
  if (debugging_ == nullptr) return;
  const auto until = std::chrono::steady_clock::now() + budget;
  server_.serve(0ms, std::min<std::chrono::microseconds>(budget, 5ms));
  while (server_.talks() && std::chrono::steady_clock::now() < until)
    server_.serve(1ms, std::min<std::chrono::microseconds>(budget, 5ms));
  const bool behind = !run_.moving() && server_.is_behind();
  debugging_->show_guest({true, server_.connected(), server_.talks(), server_.moves(), behind, command_},
                         server_.places());
}

}  // namespace exo::session
