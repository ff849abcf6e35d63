#include "explorer/session/debug_breaks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "explorer/common/error.hpp"

namespace exo::session {

using debugger::Environment;
using debugger::Place;
using debugger::Target;

namespace {

struct DataWord {
  std::string_view word;
  Place::Kind kind;
};
constexpr std::array<DataWord, 3> kDataWords{
    {{"write ", Place::Kind::Write}, {"read ", Place::Kind::Read}, {"access ", Place::Kind::Access}}};
constexpr std::string_view kEvent = "event ";

std::optional<std::uint32_t> number(std::string_view text, int base) {
  std::uint32_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint32_t> address_in(std::string_view where) {
  if (where.starts_with('*')) where.remove_prefix(1);
  if (!where.starts_with("0x")) return std::nullopt;
  return number(where.substr(2), 16);
}

void add(std::vector<Place>& places, Environment env, std::uint32_t address) {
  places.push_back({Place::Kind::Execute, env, address, 4});
}

// What a text means in all programs: the line itself where it has code, else the next one that has.
struct Found {
  std::vector<Place> exact, near;
};

// One program's places, for one environment that runs it.
void places_in(debugger::Symbols& symbols, Environment env, const std::string& where, Found& out,
               debugger::BreakView& view) {
  const auto colon = where.rfind(':');
  const auto line = colon == std::string::npos ? std::nullopt : number(std::string_view(where).substr(colon + 1), 10);
  if (line) {
    for (const auto& found : symbols.places_of(where.substr(0, colon), *line)) {
      if (found.exact || out.exact.empty()) {
        view.file = symbols.files()[found.file].name;
        view.line = found.line;
      }
      for (const std::uint32_t address : found.addresses) add(found.exact ? out.exact : out.near, env, address);
    }
    return;
  }
  for (const auto& found : symbols.functions(where)) {
    if (const auto at = symbols.line_at(found.body)) {
      view.file = symbols.files()[at->file].name;
      view.line = at->line;
    }
    add(out.exact, env, found.body);
  }
}

}  // namespace

std::vector<Place> DebugBreaks::code_places(const std::string& where, Environment env, const Target& target,
                                            DebugPrograms& programs, debugger::BreakView& view) {
  Found found;
  view.problem.clear();
  if (const auto address = address_in(where)) {
    add(found.exact, env, *address);
    return found.exact;
  }
  const auto in = [&](Environment one, Environment as) {
    if (debugger::Symbols* symbols = programs.of(target, one)) places_in(*symbols, as, where, found, view);
  };
  if (env != debugger::kAnyone) in(env, env);
  // In the kernel's code, an environment means: while it has the processor.
  if (env != debugger::kKernel) in(debugger::kKernel, env);
  if (env == debugger::kAnyone)
    for (const auto& thread : target.everyone())
      if (thread.env != debugger::kKernel) in(thread.env, thread.env);
  std::vector<Place>& out = found.exact.empty() ? found.near : found.exact;
  if (found.exact.empty() && !out.empty())
    view.problem = fmt::format("that line has no code; it stops at line {}", view.line);
  std::ranges::sort(out);
  const auto repeated = std::ranges::unique(out);
  out.erase(repeated.begin(), repeated.end());
  if (out.empty())
    throw InputError(fmt::format(
        "there is no code at '{}'; a stop is a line (policy.cpp:42), a function, an address (0x400a88), data (write "
        "EXPRESSION) or an event (event QUERY)",
        where));
  return out;
}

void DebugBreaks::toggle(const model::DebugBreak& asked, const Target& target, DebugPrograms& programs,
                         const FindData& find_data) {
  Break one;
  one.view.where = asked.where;
  one.view.env = asked.env;
  one.view.condition = asked.condition;
  one.view.ignore = asked.ignore;
  if (!asked.condition.empty()) one.condition.emplace(asked.condition);
  for (const auto& [word, kind] : kDataWords) {
    if (!asked.where.starts_with(word)) continue;
    const DataPlace data = find_data(asked.where.substr(word.size()), asked.env);
    one.view.env = data.env;
    one.places.push_back({kind, data.env, data.address, data.bytes});
  }
  if (asked.where.starts_with(kEvent)) {
    try {
      one.events.emplace(std::string_view(asked.where).substr(kEvent.size()));
    } catch (const model::QueryError& error) {
      throw InputError(fmt::format("'{}': {}; {}", asked.where, error.what, error.remedy));
    }
  } else if (one.places.empty()) {
    one.places = code_places(asked.where, asked.env, target, programs, one.view);
  }
  const auto same = std::ranges::find_if(breaks_, [&](const Break& other) {
    return other.view.where == one.view.where && other.view.env == one.view.env &&
           other.view.condition == one.view.condition;
  });
  if (same != breaks_.end()) {
    breaks_.erase(same);
    return;
  }
  one.view.number = next_++;
  breaks_.push_back(std::move(one));
}

void DebugBreaks::take_over(const DebugBreaks& before,
                            const std::function<std::string(const debugger::BreakView&)>& where, const Target& target,
                            DebugPrograms& programs, const FindData& find_data) {
  breaks_.clear();
  for (const Break& old : before.breaks_) {
    const model::DebugBreak asked{where(old.view), old.view.env, old.view.condition, old.view.ignore};
    const bool two_are_one = std::ranges::any_of(breaks_, [&](const Break& one) {
      return one.view.where == asked.where && one.view.env == asked.env && one.view.condition == asked.condition;
    });
    if (two_are_one) continue;
    try {
      toggle(asked, target, programs, find_data);
    } catch (const InputError& error) {
      Break gone;
      gone.view = old.view;
      gone.view.problem = error.what();
      gone.view.file.clear();
      gone.view.line = 0;
      breaks_.push_back(std::move(gone));
    }
    debugger::BreakView& view = breaks_.back().view;
    view.number = old.view.number;
    view.enabled = old.view.enabled;
    view.hits = view.passed = 0;
  }
  next_ = before.next_;
}

void DebugBreaks::edit(const model::DebugBreakEdit& edit) {
  const auto found = std::ranges::find_if(breaks_, [&](const Break& one) { return one.view.number == edit.number; });
  if (found == breaks_.end()) return;
  if (edit.what == model::DebugBreakEdit::What::Remove) {
    breaks_.erase(found);
  } else if (edit.what == model::DebugBreakEdit::What::Ignore) {
    found->view.ignore = edit.ignore;
    found->view.passed = 0;
  } else {
    found->view.enabled = edit.what == model::DebugBreakEdit::What::Enable;
  }
}

void DebugBreaks::resolve(const Target& target, DebugPrograms& programs) {
  for (Break& one : breaks_) {
    if (one.events || one.places.empty() || one.places.front().kind != Place::Kind::Execute) continue;
    try {
      one.places = code_places(one.view.where, one.view.env, target, programs, one.view);
    } catch (const InputError& error) {
      one.view.problem = error.what();
    }
  }
}

std::vector<Place> DebugBreaks::places() const {
  std::vector<Place> out;
  for (const Break& one : breaks_)
    if (one.view.enabled) out.insert(out.end(), one.places.begin(), one.places.end());
  return out;
}

std::vector<debugger::BreakView> DebugBreaks::views() const {
  std::vector<debugger::BreakView> out;
  for (const Break& one : breaks_) out.push_back(one.view);
  return out;
}

}  // namespace exo::session
