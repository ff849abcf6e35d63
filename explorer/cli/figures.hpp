// The benchmark's rows: what each figure is and how it is measured, what Aegis and Linux need for the same, and what is
// to be reached. Facts only (kernel/abi/figures.def, figures.def); what the machine measured is in Measured.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>

namespace exo::cli {

enum class Unit : std::uint8_t { Instructions, Microseconds };
[[nodiscard]] std::string_view unit_text(Unit unit);

/// A figure of another system, or one to be reached.
struct Amount {
  double value = 0;
  Unit unit = Unit::Instructions;
};

struct LinuxRow {
  std::string_view name;
  double debian = 0, small = 0;  ///< guest instructions
  std::string_view job;
};

struct FigureRow {
  std::uint32_t number = 0;  ///< as the programs report it
  std::string_view name, method;
  std::optional<Amount> aegis;
  std::optional<Amount> goal;  ///< instructions: at most; microseconds: fewer than
  std::string_view source;     ///< of Aegis's figure
  const LinuxRow* linux_row = nullptr;
  double times = 1;  ///< how often the primitive is in Linux's row
};

/// A job that Linux does, too, and the part of its cost that ours must stay under.
struct Against {
  std::uint32_t figure = 0;
  const LinuxRow* linux_row = nullptr;
  double one_in = 1;
  std::string_view job;
};

[[nodiscard]] std::span<const FigureRow> figure_rows();
[[nodiscard]] std::span<const Against> against_rows();

/// What the machine measured, in instructions: by number of the figure.
using Measured = std::map<std::uint32_t, double>;

inline constexpr double kMicrosPerInstruction = 0.032;

/// Whether a figure reaches its goal; nothing when there is no goal.
[[nodiscard]] std::optional<bool> reaches(const FigureRow& row, double instructions);

}  // namespace exo::cli
