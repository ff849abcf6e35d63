// A profile as other programs read it: one line a stack, and JSON.
#pragma once
#include "explorer/debugger/profile.hpp"
#include "explorer/export/output.hpp"

namespace exo::session {

/// "environment;program;outermost;...;innermost 123", as programs that draw flame graphs take it.
void put_folded(const debugger::Profile& profile, exporting::Output& out);
void put_json(const debugger::Profile& profile, exporting::Output& out);

}  // namespace exo::session
