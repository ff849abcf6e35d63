#include "explorer/session/line_back.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace exo::session {

using debugger::Environment;
using debugger::Symbols;

namespace {

bool is_assembly(std::string_view file) { return file.ends_with(".S") || file.ends_with(".s"); }

/// The line of an address that a person would stop at. Assembly is one only for who is in assembly already.
std::optional<debugger::SourceLine> line_at(Symbols* symbols, std::uint32_t pc, bool assembly) {
  if (symbols == nullptr) return std::nullopt;
  const auto line = symbols->line_at(pc);
  if (!line || line->line == 0) return std::nullopt;
  if (!assembly && is_assembly(symbols->files()[line->file].name)) return std::nullopt;
  return line;
}

// What an address is in, of one function, with what was put in line there as calls of their own.
class Depths {
 public:
  Depths(Symbols* symbols, std::uint32_t pc) : symbols_(symbols), base_(names(pc)) {}
  /// From now on, of what the code at the first address was put in line into.
  void leave_one() {
    if (base_.size() > 1) base_.erase(base_.begin());
    known_.clear();
  }
  /// In something that the code at the first address calls, put in line.
  [[nodiscard]] bool is_deeper(std::uint32_t pc) {
    const auto [place, fresh] = known_.try_emplace(pc, false);
    if (fresh) {
      const auto here = names(pc);
      place->second = here.size() > base_.size() && std::equal(base_.rbegin(), base_.rend(), here.rbegin());
    }
    return place->second;
  }

 private:
  Symbols* symbols_;
  std::vector<std::string> base_;
  std::map<std::uint32_t, bool> known_;

  [[nodiscard]] std::vector<std::string> names(std::uint32_t pc) const {
    std::vector<std::string> out;
    if (symbols_ != nullptr)
      for (const auto& call : symbols_->calls_at(pc)) out.push_back(call.name);
    return out;
  }
};

bool in(const debugger::Function& function, std::uint32_t pc) {
  return std::ranges::any_of(function.ranges, [&](const auto& range) { return range.holds(pc); });
}

}  // namespace

LineBack line_back(BackKind kind, std::span<const Rerun::Step> steps, Environment env, std::uint32_t pc,
                   const debugger::Target& target, DebugPrograms& programs) {
  const bool at_event = kind == BackKind::OutOfEvent;
  if (at_event) kind = BackKind::Out;
  const bool all_known = steps.empty() || steps.front().instant == 0;
  const auto nothing = [&] { return LineBack{std::nullopt, !all_known}; };
  // What this environment did, without the delay slots.
  std::vector<const Rerun::Step*> own;
  for (const auto& step : steps)
    if (step.env == env && !step.in_slot) own.push_back(&step);
  if (own.empty()) return nothing();

  Symbols* symbols = programs.at(target, env, pc);
  const auto stands = line_at(symbols, pc, true);
  const bool assembly = !at_event && stands && is_assembly(symbols->files()[stands->file].name);
  auto function = symbols != nullptr ? symbols->function_at(pc) : std::nullopt;
  if (!function) {
    kind = BackKind::Into;
  }
  std::size_t at = own.size();  // what is looked at is before it
  if (kind != BackKind::Into) {
    // To the last instruction of this activation; at its entry, and when it is to be left, to the caller.
    bool entered = pc == function->entry;
    while (kind == BackKind::Out && !entered) {
      while (at > 0 && own[at - 1]->pc != function->entry) --at;
      if (at == 0) return nothing();
      --at;
      entered = true;
    }
    if (entered) {
      if (at == 0) return nothing();
      const std::uint32_t caller = own[at - 1]->pc;
      symbols = programs.at(target, env, caller);
      function = symbols != nullptr ? symbols->function_at(caller) : std::nullopt;
      if (!function) return {own[at - 1]->instant, false};
    } else {
      while (at > 0 && !in(*function, own[at - 1]->pc)) --at;
    }
  } else {
    while (at > 0 && !line_at(programs.at(target, env, own[at - 1]->pc), own[at - 1]->pc, assembly)) --at;
    if (at == 0) return nothing();
    symbols = programs.at(target, env, own[at - 1]->pc);
    function = symbols->function_at(own[at - 1]->pc);
    if (!function) return {own[at - 1]->instant, false};
  }
  // Depth counts from where it stands, or (back in the caller) from the call.
  const std::uint32_t level = in(*function, pc) || at == 0 ? pc : own[at - 1]->pc;
  Depths depths(symbols, level);
  if (at_event) depths.leave_one();
  // The line that the instruction before belongs to, and where it began.
  std::optional<debugger::SourceLine> wanted;
  std::optional<debugger::Instant> goal;
  for (; at > 0; --at) {
    const Rerun::Step& step = *own[at - 1];
    if (!in(*function, step.pc)) {
      if (goal && kind == BackKind::Into) return {goal, false};
      continue;  // a call, an upcall
    }
    if ((kind == BackKind::Over || at_event) && depths.is_deeper(step.pc)) continue;
    const auto line = line_at(symbols, step.pc, assembly);
    if (line && !wanted) wanted = line;
    if (line && wanted && line->line == wanted->line && line->file == wanted->file) {
      goal = step.instant;
    } else if (line && goal) {
      return {goal, false};
    }
    if (step.pc == function->entry) return goal ? LineBack{goal, false} : LineBack{step.instant, false};
  }
  return all_known ? LineBack{goal, false} : nothing();
}

}  // namespace exo::session
