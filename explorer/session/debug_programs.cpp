#include "explorer/session/debug_programs.hpp"

#include "explorer/common/error.hpp"

namespace exo::session {

debugger::Symbols* DebugPrograms::of(const debugger::Target& target, debugger::Environment env) {
  const std::string path = target.program(env).path;
  if (path.empty()) return nullptr;
  const auto [place, fresh] = by_path_.try_emplace(path);
  if (fresh) {
    try {
      auto symbols = debugger::Symbols::load(path);
      // A line of another build must not look like the right one.
      if (newest_ == 0 || symbols->built() <= newest_) place->second = std::move(symbols);
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
