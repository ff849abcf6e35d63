// What ended badly, in one line with its place in the source: known without executing anything again.
#pragma once
#include <string>

#include "explorer/debugger/symbols.hpp"
#include "explorer/model/incidents.hpp"
#include "explorer/session/debug_programs.hpp"

namespace exo::session {

/// Where in the source an instruction is.
struct CodePlace {
  std::string function;  ///< its last name; empty: nobody knows
  std::string file;
  std::uint32_t line = 0;
};

/// Whether a function only reports: check(), fail() and what they call.
[[nodiscard]] bool only_reports(std::string_view function);
/// Without "(anonymous namespace)::".
[[nodiscard]] std::string plain_name(std::string function);
/// "exo::libos::on_miss" -> "on_miss".
[[nodiscard]] std::string last_name(const std::string& function);

/// The innermost function at an instruction that does not only report. `symbols` may be nullptr.
[[nodiscard]] CodePlace place_of(debugger::Symbols* symbols, std::uint32_t pc);

/// "template crashed at main.cpp:18 in on_miss(): it read 0x00500000, where it has no page". `then` is the state at the
/// incident.
[[nodiscard]] std::string incident_text(const model::Incident& incident, const model::State& then,
                                        debugger::Symbols* symbols);

}  // namespace exo::session
