#include "explorer/session/debug_programs.hpp"

#include "explorer/common/error.hpp"

namespace exo::session {

debugger::Symbols* DebugPrograms::of(const debugger::Target& target, debugger::Environment env) {
  const std::string path = target.program(env).path;
  if (path.empty()) return nullptr;
  const auto [place, fresh] = by_path_.try_emplace(path);
  if (fresh) {
    try {
      place->second = debugger::Symbols::load(path);
    } catch (const InputError&) {
      // It stays unknown: addresses are shown instead.
    }
  }
  return place->second.get();
}

debugger::Symbols* DebugPrograms::at(const debugger::Target& target, debugger::Environment env, std::uint32_t address) {
  return of(target, address >= debugger::kKernelAddresses ? debugger::kKernel : env);
}

}  // namespace exo::session
