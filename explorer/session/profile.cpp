#include "explorer/session/profile.hpp"

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "explorer/common/error.hpp"

namespace exo::session {
namespace {

// One address, in words.
struct Where {
  std::vector<std::string> functions;
  std::string file;
  std::uint32_t line = 0;
};

Where where(debugger::Symbols* symbols, std::uint32_t address) {
  Where out;
  if (symbols == nullptr) return {{fmt::format("0x{:08x}", address)}, "", 0};
  const auto calls = symbols->calls_at(address);
  for (auto call = calls.rbegin(); call != calls.rend(); ++call) out.functions.push_back(call->name);
  if (out.functions.empty()) out.functions.push_back(fmt::format("0x{:08x}", address));
  if (const auto line = symbols->line_at(address)) {
    out.file = symbols->files()[line->file].name;
    out.line = line->line;
  }
  return out;
}

}  // namespace

Profile profile(Rerun& rerun, model::EventNumber from, model::EventNumber to,
                const std::function<bool()>& interrupted) {
  using Key = std::tuple<debugger::Environment, bool, std::vector<std::string>, std::string, std::uint32_t>;
  std::map<Key, std::uint64_t> counts;
  DebugPrograms programs;
  Profile out;
  out.unknown = rerun.count(from, to, interrupted, [&](const connection::ProbeCount& one) {
    const bool in_kernel = one.address >= debugger::kKernelAddresses;
    for (debugger::Environment env = 0; env < connection::kProbeEnvironments; ++env) {
      if (one.times[env] == 0) continue;
      Where at = where(programs.of(rerun, in_kernel ? debugger::kKernel : env), one.address);
      counts[{env, in_kernel, std::move(at.functions), std::move(at.file), at.line}] += one.times[env];
      out.instructions += one.times[env];
    }
  });
  out.instructions += out.unknown;
  for (const auto& [key, count] : counts) {
    const auto& [env, in_kernel, functions, file, line] = key;
    out.rows.push_back(
        {env, in_kernel, rerun.program(in_kernel ? debugger::kKernel : env).name, functions, file, line, count});
  }
  return out;
}

}  // namespace exo::session
