// Memory as an environment sees it: through the bindings that it has at a moment, by the model's word, out of the
// machine's RAM.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "explorer/model/state.hpp"

namespace exo::session {

/// Physical address behind a virtual one. Kernel addresses (unmapped) are the same for everyone; a page that the
/// environment has not bound at this moment has none.
[[nodiscard]] std::optional<std::uint32_t> physical_of(const model::State& state, std::uint32_t env,
                                                       std::uint32_t address);

/// Copies bytes until one is not there; returns how many.
std::size_t read_memory(const model::State& state, std::span<const std::byte> ram, std::uint32_t env,
                        std::uint32_t address, std::span<std::byte> out);
std::size_t read_physical(std::span<const std::byte> ram, std::uint32_t address, std::span<std::byte> out);

}  // namespace exo::session
