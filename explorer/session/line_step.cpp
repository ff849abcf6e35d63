#include "explorer/session/line_step.hpp"

#include <algorithm>
#include <ranges>

namespace exo::session {

using debugger::Motion;
using debugger::Place;
using debugger::Symbols;

namespace {

constexpr int kMostMotions = 4'000;  // lines that jump within themselves

bool is_assembly(std::string_view file) { return file.ends_with(".S") || file.ends_with(".s"); }

/// The line of an address if a person wrote one there that it is good to stop at. Assembly is that only for who began
/// in assembly.
std::optional<debugger::SourceLine> line_to_stop_at(Symbols* symbols, std::uint32_t pc, bool assembly) {
  if (symbols == nullptr) return std::nullopt;
  const auto line = symbols->line_at(pc);
  if (!line || line->line == 0) return std::nullopt;
  if (!assembly && is_assembly(symbols->files()[line->file].name)) return std::nullopt;
  return line;
}

}  // namespace

Motion LineStep::leave(Symbols* symbols, std::uint32_t pc) const {
  Motion motion;
  motion.kind = Motion::Kind::Leave;
  motion.env = env_;
  if (symbols != nullptr)
    for (const auto& range : symbols->statement_at(pc))
      if (motion.leave.size() < Motion::kMostRanges) motion.leave.push_back({range.first, range.last});
  if (motion.leave.empty()) motion.leave.push_back({pc, pc + 4});
  return motion;
}

Motion LineStep::arrive(const Level& level) const {
  Motion motion;
  motion.kind = Motion::Kind::Leave;
  motion.env = level.env;
  motion.leave.push_back({0, 0});  // everywhere: [0, 2^32)
  motion.arrive.push_back({Place::Kind::Execute, level.env, level.pc, 4});
  return motion;
}

void LineStep::stand_in(const Level& level, Symbols* symbols) {
  address_ = level.address;
  entry_ = level.entry;
  inlined_ = level.inlined;
  const auto line = symbols != nullptr ? symbols->line_at(level.pc) : std::nullopt;
  file_ = line ? line->file : 0;
  line_ = line ? line->line : 0;
}

std::optional<Motion> LineStep::next(Rerun& run, DebugPrograms& programs) {
  const Stack stack = stack_of(run, env_, programs);
  if (stack.levels.empty() || ++motions_ > kMostMotions) return std::nullopt;
  const Level& here = stack.levels.front();
  Symbols* symbols = programs.at(run, here.env, here.pc);

  if (!begun_) {
    begun_ = true;
    if (at_event_ && kind_ != Kind::Out && stack.levels.size() >= 2) {
      kind_ = Kind::Over;
      stand_in(stack.levels[1], nullptr);
      if (!inlined_.empty()) inlined_.pop_back();
      return arrive(stack.levels[1]);
    }
    const std::size_t caller = at_event_ ? 2 : 1;
    const auto stands = line_to_stop_at(symbols, here.pc, true);
    assembly_ = stands && is_assembly(symbols->files()[stands->file].name);
    if (kind_ == Kind::Out && !at_event_ && !here.inlined.empty()) {
      // Out of what was put in line: over all that is left of it.
      kind_ = Kind::Over;
      stand_in(here, nullptr);
      inlined_.pop_back();
      return leave(symbols, here.pc);
    }
    if (kind_ == Kind::Out) {
      if (stack.levels.size() <= caller) return std::nullopt;
      address_ = stack.levels[caller].address;
      entry_ = stack.levels[caller].entry;
      return arrive(stack.levels[caller]);
    }
    stand_in(here, symbols);
    return leave(symbols, here.pc);
  }
  const auto own = std::ranges::find_if(
      stack.levels, [&](const Level& level) { return level.address == address_ && level.entry == entry_; });
  const auto line = line_to_stop_at(symbols, here.pc, assembly_);
  if (kind_ == Kind::Out) return own == stack.levels.begin() ? std::nullopt : std::optional(arrive(stack.levels[1]));

  if (own != stack.levels.begin() && own != stack.levels.end()) {
    // In something that it called, or that interrupted it.
    if (kind_ == Kind::Into && line) {
      const auto function = symbols->function_at(here.pc);
      if (!function || here.pc == function->body) return std::nullopt;
      if (here.pc == function->entry && function->body > here.pc) {
        Motion motion = arrive(here);
        motion.arrive.front().address = function->body;
        return motion;
      }
      return std::nullopt;
    }
    return arrive(*own);
  }
  if (own == stack.levels.end()) {
    // Back in the caller, in the middle of a line: to the end of it.
    stand_in(here, symbols);
    return leave(symbols, here.pc);
  }
  if (!line) return leave(symbols, here.pc);
  // What the compiler put in line is a call, to whoever wrote it as one.
  const bool deeper = here.inlined.size() > inlined_.size() &&
                      std::ranges::equal(inlined_, here.inlined | std::views::take(inlined_.size()));
  if (deeper && kind_ == Kind::Over) return leave(symbols, here.pc);
  const bool another = line->file != file_ || line->line != line_;
  if (another) return std::nullopt;
  return leave(symbols, here.pc);  // other code of the same line
}

}  // namespace exo::session
