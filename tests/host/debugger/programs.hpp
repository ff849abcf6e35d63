// The programs of this build, with debugging information.
#pragma once
#include <string>
#include <vector>

#include "explorer/debugger/symbols.hpp"

namespace exo::test {

/// "kernel", "polite", "debugger_fixture".
[[nodiscard]] std::string path_of(const std::string& program);
[[nodiscard]] std::string bytes_of(const std::string& path);
/// Of one program; read once a test program.
[[nodiscard]] debugger::Symbols& symbols_of(const std::string& program);
/// The kernel and every program.
[[nodiscard]] std::vector<std::string> all_programs();
/// Address of the first instruction of a function.
[[nodiscard]] std::uint32_t entry_of(const std::string& program, const std::string& function);
/// Number of the first line of a source that holds `text`.
[[nodiscard]] std::uint32_t line_with(const std::string& source, const std::string& text);

}  // namespace exo::test
