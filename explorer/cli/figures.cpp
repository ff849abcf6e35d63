#include "explorer/cli/figures.hpp"

#include <array>

#include "kernel/abi/machine.hpp"

namespace exo::cli {
namespace {

static_assert(kMicrosPerInstruction * 1000 == abi::kNanosecondsPerInstruction);

namespace number {
enum : std::uint32_t {
#define FIGURE(number, name, method) name = number,
#include "kernel/abi/figures.def"
#undef FIGURE
};
}  // namespace number

#define LINUX(name, debian, small, job) constexpr LinuxRow kLinux_##name{#name, debian, small, job};
#define GOAL(...)
#define AGAINST(...)
#include "explorer/cli/figures.def"
#undef LINUX
#undef GOAL
#undef AGAINST
constexpr const LinuxRow* at(const LinuxRow& row) { return row.debian == 0 ? nullptr : &row; }
constexpr LinuxRow kLinux_none{};

constexpr double kNone = -1;
constexpr Unit instructions = Unit::Instructions, us = Unit::Microseconds;
constexpr std::optional<Amount> amount(double value, Unit unit) {
  return value < 0 ? std::nullopt : std::optional<Amount>({value, unit});
}

constexpr std::string_view method_of(std::uint32_t figure) {
  switch (figure) {
#define FIGURE(number, name, method) \
  case number:                       \
    return method;
#include "kernel/abi/figures.def"
#undef FIGURE
    default:
      return {};
  }
}

#define LINUX(...)
#define GOAL(figure, aegis, aegis_unit, goal, goal_unit, row, times, source)                        \
  FigureRow{number::figure,          #figure, method_of(number::figure), amount(aegis, aegis_unit), \
            amount(goal, goal_unit), source,  at(kLinux_##row),          times},
#define AGAINST(...)
constexpr std::array kRows = {
#include "explorer/cli/figures.def"
};
#undef GOAL
#undef AGAINST
#define GOAL(...)
#define AGAINST(figure, row, one_in, job) Against{number::figure, at(kLinux_##row), one_in, job},
constexpr std::array kAgainst = {
#include "explorer/cli/figures.def"
};
#undef GOAL
#undef AGAINST
#undef LINUX

}  // namespace

std::string_view unit_text(Unit unit) { return unit == Unit::Instructions ? "instructions" : "us"; }

std::span<const FigureRow> figure_rows() { return kRows; }
std::span<const Against> against_rows() { return kAgainst; }

std::optional<bool> reaches(const FigureRow& row, double instructions) {
  if (!row.goal) return std::nullopt;
  if (row.goal->unit == Unit::Instructions) return instructions <= row.goal->value;
  return instructions * kMicrosPerInstruction < row.goal->value;
}

}  // namespace exo::cli
