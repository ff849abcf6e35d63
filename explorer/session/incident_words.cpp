#include "explorer/session/incident_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/debugger/boundaries.hpp"
#include "explorer/model/words.hpp"

namespace exo::session {

using model::Incident;

namespace {

constexpr std::string_view kReporting[] = {"note", "fail", "check", "assertion_failed", "leave", "panic"};

std::string what_was_wrong(std::uint32_t code, std::uint32_t address) {
  switch (code) {
    case 1:
      return fmt::format("it wrote to 0x{:08x}, which is bound for reading", address);
    case 2:
      return fmt::format("it read 0x{:08x}, where it has no page", address);
    case 3:
      return fmt::format("it wrote to 0x{:08x}, where it has no page", address);
    case 4:
    case 5:
      return fmt::format("0x{:08x} is no address for that", address);
    default: {
      constexpr unsigned kCodeBit = 2;
      return debugger::name_of_cause((code & 31) << kCodeBit);
    }
  }
}

std::string where(const Incident& incident, debugger::Symbols* symbols) {
  if (incident.pc == 0) return incident.line != 0 ? fmt::format(" in line {}", incident.line) : "";
  const CodePlace place = place_of(symbols, incident.pc);
  if (place.function.empty()) return fmt::format(" at 0x{:08x}", incident.pc);
  const std::uint32_t line = incident.line != 0 ? incident.line : place.line;
  if (place.file.empty()) return fmt::format(" in {}()", place.function);
  return fmt::format(" at {}:{} in {}()", place.file, line, place.function);
}

// kernel/core/panic.hpp is called with the step of the first program's start and why it failed, or with an exception of
// the kernel's own: where, and the cause register.
std::string what_the_kernel_met(const Incident& incident, const std::string& place) {
  constexpr std::uint32_t kLastStep = 16;
  if (incident.pc == 0)
    return fmt::format("the kernel panicked: no first program in the {} bytes that it was given", incident.code);
  if (incident.pc <= kLastStep)
    return fmt::format("the kernel panicked in step {} of starting the first program: {}", incident.pc,
                       model::status_text(incident.code));
  return fmt::format("the kernel panicked{}: {}", place, debugger::name_of_cause(incident.code));
}

}  // namespace

bool only_reports(std::string_view function) {
  if (function == "trace_emit" || function == "exo::kernel::trace::record") return true;
  if (function.starts_with("exo::libos::call::") || function.starts_with("exo::libos::system_call")) return true;
  if (!function.starts_with("exo::")) return false;
  const std::size_t colon = function.rfind(':');
  return std::ranges::find(kReporting, function.substr(colon + 1)) != std::end(kReporting);
}

std::string plain_name(std::string function) {
  constexpr std::string_view kNowhere = "(anonymous namespace)::";
  for (std::size_t at = function.find(kNowhere); at != std::string::npos; at = function.find(kNowhere))
    function.erase(at, kNowhere.size());
  return function;
}

std::string last_name(const std::string& function) {
  std::string plain = plain_name(function);
  if (plain.find_first_of("<(") != std::string::npos) return plain;
  const std::size_t colon = plain.rfind("::");
  return colon == std::string::npos ? plain : plain.substr(colon + 2);
}

CodePlace place_of(debugger::Symbols* symbols, std::uint32_t pc) {
  CodePlace out;
  if (symbols == nullptr || !symbols->is_code(pc)) return out;
  std::optional<debugger::SourceLine> line = symbols->line_at(pc);
  for (const debugger::Call& call : symbols->calls_at(pc)) {
    out.function = last_name(call.name);
    if (!call.inlined || !only_reports(call.name)) break;
    line = call.from;
  }
  if (line && line->file < symbols->files().size()) {
    out.file = symbols->files()[line->file].name;
    out.line = line->line;
  }
  return out;
}

std::string incident_text(const Incident& incident, const model::State& then, debugger::Symbols* symbols) {
  const std::string name = model::env_name(then, incident.env), place = where(incident, symbols);
  switch (incident.kind) {
    case Incident::Kind::Crashed:
      return fmt::format("{} crashed{}: {}", name, place, what_was_wrong(incident.code, incident.address));
    case Incident::Kind::Failed:
      if (!incident.compares) return fmt::format("{}: a condition that must hold does not{}", name, place);
      return fmt::format("{}: a check failed{}: got {}, wanted {}", name, place, incident.got, incident.wanted);
    case Incident::Kind::Destroyed: {
      const bool by_another = abi::Reason(incident.code) == abi::Reason::Killed && incident.actor != incident.env;
      if (by_another) return fmt::format("{} was destroyed by {}", name, model::env_name(then, incident.actor));
      return fmt::format("{} was destroyed{}: {}", name, place, model::reason_text(incident.code));
    }
    case Incident::Kind::Panicked:
      return what_the_kernel_met(incident, place);
  }
  return name;
}

}  // namespace exo::session
