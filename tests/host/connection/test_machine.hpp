// What the tests of the machine share: the built guest, booted with a few of its programs, and a run to a given event.
#pragma once
#include <cstring>
#include <string>
#include <vector>

#include "explorer/connection/boot_archive.hpp"
#include "explorer/connection/guest_images.hpp"
#include "explorer/connection/machine.hpp"
#include "kernel/abi/tables.hpp"

namespace exo::connection::test {

inline const GuestImages& images() {
  static const GuestImages loaded = load_guest_images();
  return loaded;
}

inline MachineOptions options_with(std::initializer_list<const char*> programs) {
  abi::Manifest manifest{};
  manifest.magic = abi::kManifestMagic;
  for (const char* program : programs) {
    abi::ManifestEntry& entry = manifest.entry[manifest.entries++];
    std::strncpy(entry.program, program, sizeof entry.program - 1);
    std::strncpy(entry.name, program, sizeof entry.name - 1);
    entry.slices = 1;
  }
  MachineOptions options;
  options.archive = make_boot_archive(images().programs, manifest);
  options.secret = {1, 2, 3, 4};
  return options;
}

/// How a test treats the machine while it runs.
enum class Treatment { LeaveAlone, StopAtEveryEvent, PauseOften };

/// Runs until `count` records are there (or the machine is dead) and returns exactly these.
inline std::vector<abi::TraceRecord> run(Machine& machine, std::size_t count,
                                         Treatment treatment = Treatment::LeaveAlone) {
  std::vector<abi::TraceRecord> records;
  StopConditions stop;
  stop.at = treatment == Treatment::StopAtEveryEvent ? 1 : count;
  machine.set_stop(stop);
  machine.resume();
  while (records.size() < count) {
    const MachineState state = machine.poll(std::chrono::microseconds{500});
    machine.drain(records);
    if (state == MachineState::Dead) break;
    if (state == MachineState::Running) {
      if (treatment == Treatment::PauseOften) machine.pause();
      continue;
    }
    if (treatment == Treatment::StopAtEveryEvent) {
      stop.at = machine.head() + 1;
      machine.set_stop(stop);
    }
    if (records.size() < count) machine.resume();
  }
  if (records.size() > count) records.resize(count);
  return records;
}

inline bool same(const std::vector<abi::TraceRecord>& a, const std::vector<abi::TraceRecord>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(abi::TraceRecord)) == 0;
}

}  // namespace exo::connection::test
