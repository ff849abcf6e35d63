// Boots the machine with the benchmark programs and collects what they report.
#pragma once
#include "explorer/cli/figures.hpp"

namespace exo::cli {

/// The text of the benchmark's scenario (libos/bench/bench.toml), as the build put it in.
[[nodiscard]] std::string_view bench_scenario();

/// Boots once, with tracing on or off, and waits until the programs have reported. Throws InputError when the guest
/// images are missing, MachineError when the machine or one of the programs fails.
[[nodiscard]] Measured measure(bool traced);

}  // namespace exo::cli
