// The symbols of what runs: each program's, read once, whoever of its environments is looked at.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "explorer/debugger/symbols.hpp"
#include "explorer/debugger/target.hpp"

namespace exo::session {

class DebugPrograms {
 public:
  /// `newest`: what was written later, in seconds since 1970, is not what runs; 0: nobody knows.
  explicit DebugPrograms(std::int64_t newest = 0) : newest_(newest) {}
  /// Symbols of the code that an address belongs to: the kernel's, or those of the environment's program. nullptr:
  /// nobody knows.
  [[nodiscard]] debugger::Symbols* at(const debugger::Target& target, debugger::Environment env, std::uint32_t address);
  [[nodiscard]] debugger::Symbols* of(const debugger::Target& target, debugger::Environment env);
  /// Programs may have been built anew.
  void forget() { by_path_.clear(); }

 private:
  std::int64_t newest_;
  std::map<std::string, std::unique_ptr<debugger::Symbols>, std::less<>> by_path_;
};

}  // namespace exo::session
