// Where it stands, and another debugger brought there: in a run of the same scenario with programs that were built
// anew.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "explorer/common/error.hpp"
#include "explorer/session/debug_values.hpp"
#include "explorer/session/debugging.hpp"
#include "explorer/session/line_map.hpp"

namespace exo::session {

using debugger::Environment;
using debugger::Place;
using debugger::Symbols;

namespace {

/// Where a line begins in a function; if it has no code there any more, where it has some at all.
std::vector<Place> places_of(Symbols& symbols, Environment env, const std::string& file, std::uint32_t line,
                             const std::string& function) {
  std::vector<Place> inside, outside;
  for (const auto& found : symbols.places_of(file, line)) {
    if (symbols.files()[found.file].name != file) continue;
    for (const std::uint32_t address : found.addresses) {
      const auto around = symbols.function_at(address);
      const bool same = around && around->name == function;
      (same ? inside : outside).push_back({Place::Kind::Execute, env, address, 4});
    }
  }
  return inside.empty() ? outside : inside;
}

/// "policy.cpp:42" with the line where it is now; other texts as they are.
std::string moved(const std::string& where, const LineMap& lines) {
  const auto colon = where.rfind(':');
  if (colon == std::string::npos) return where;
  std::uint32_t line = 0;
  const char* end = where.data() + where.size();
  const auto read = std::from_chars(where.data() + colon + 1, end, line);
  if (read.ec != std::errc() || read.ptr != end) return where;
  return where.substr(0, colon + 1) + std::to_string(lines.now(line));
}

}  // namespace

void Debugging::know_text(const std::string& file, Symbols& symbols) {
  if (file.empty() || texts_.contains(file)) return;
  for (const std::uint32_t one : symbols.files_named(file)) {
    if (symbols.files()[one].name != file) continue;
    const debugger::SourceText& text = sources_.read(symbols.files()[one], symbols.built());
    if (text.state == debugger::SourceText::State::Same || text.state == debugger::SourceText::State::Likely)
      texts_[file] = text.lines;
  }
}

// Nobody moves: a pass over the run counts.
void Debugging::measure() {
  standing_.reset();
  if (view_.moving || view_.stops == 0) return;
  // At an event it stands in the kernel, where the event is written down; the event says more than that line.
  if (rerun_.instant_of(rerun_.event()) == rerun_.instant()) return;
  Standing standing;
  standing.in_kernel = rerun_.running() == debugger::kKernel;
  standing.env = rerun_.acting();
  standing.looked_at = view_.env;
  standing.frame = view_.frame;
  for (const auto& one : rerun_.everyone())
    if (one.env == standing.env) standing.name = one.name;
  const auto registers = rerun_.registers(rerun_.running());
  Symbols* symbols = programs_.of(rerun_, rerun_.running());
  const auto line = registers && symbols != nullptr ? symbols->line_at(registers->pc) : std::nullopt;
  const auto function = line ? symbols->function_at(registers->pc) : std::nullopt;
  if (!function || line->line == 0) return;
  standing.function = function->name;
  standing.file = symbols->files()[line->file].name;
  standing.line = line->line;
  if (const auto text = texts_.find(standing.file); text != texts_.end()) standing.text = text->second;
  auto places = places_of(*symbols, standing.env, standing.file, standing.line, standing.function);
  if (places.empty()) return;
  standing_ = std::move(standing);
  rerun_.set_places(std::move(places));
  doing_ = Doing::Measure;
  view_.moving = true;
  rerun_.count_places();
}

void Debugging::on_measured(const debugger::Stop& stop) {
  doing_ = Doing::Nothing;
  view_.moving = false;
  if (stop.why == debugger::Stop::Why::Lost) return say(stop);
  if (stop.why == debugger::Stop::Why::Interrupted || !standing_)
    standing_.reset();
  else if (standing_->times = rerun_.times_here(); standing_->times == 0)
    standing_.reset();
  if (const auto move = std::exchange(next_, std::nullopt)) apply(*move);
}

std::uint32_t Debugging::go_to(const Standing& standing) {
  Environment env = standing.env;
  const auto everyone = rerun_.everyone();
  const auto is_it = [&](const auto& one) { return one.env == env && one.name == standing.name; };
  if (std::ranges::none_of(everyone, is_it))
    for (const auto& one : everyone)
      if (one.name == standing.name) env = one.env;
  Symbols* symbols = programs_.of(rerun_, standing.in_kernel ? debugger::kKernel : env);
  if (symbols == nullptr) throw InputError(fmt::format("the program of {} has no symbols any more", standing.name));
  std::uint32_t line = standing.line;
  for (const std::uint32_t file : symbols->files_named(standing.file))
    if (symbols->files()[file].name == standing.file && !standing.text.empty())
      line = LineMap(standing.text, sources_.read(symbols->files()[file], symbols->built()).lines).now(standing.line);
  auto places = places_of(*symbols, env, standing.file, line, standing.function);
  if (places.empty())
    throw InputError(fmt::format("{}:{} has no code in {} any more", standing.file, line, standing.function));
  returned_ = false;
  returning_ = standing;
  rerun_.set_places(std::move(places));
  doing_ = Doing::Return;
  view_.moving = true;
  rerun_.move_to_place(standing.times);
  return line;
}

void Debugging::on_return(const debugger::Stop& stop) {
  returned_ = stop.why == debugger::Stop::Why::Arrived;
  if (returned_) return say(stop);
  doing_ = Doing::Nothing;
  view_.moving = false;
}

void Debugging::take_over(const Debugging& before) {
  watches_ = before.watches_;
  memory_ = before.memory_;
  view_.stops = before.view_.stops + view_.stops;
  const auto is_looked_at = [&](const auto& one) { return one.env == returning_.looked_at; };
  if (returned_ && std::ranges::any_of(view_.threads, is_looked_at)) {
    view_.env = returning_.looked_at;
    view_.frame = returning_.frame;
  }
  show();
  breaks_.take_over(
      before.breaks_,
      [&](const debugger::BreakView& stop) {
        const auto text = before.texts_.find(stop.file);
        if (text == before.texts_.end()) return stop.where;
        for (const auto& one : rerun_.everyone()) {
          Symbols* symbols = programs_.of(rerun_, one.env);
          if (symbols == nullptr) continue;
          for (const std::uint32_t file : symbols->files_named(stop.file))
            if (symbols->files()[file].name == stop.file)
              return moved(stop.where,
                           LineMap(text->second, sources_.read(symbols->files()[file], symbols->built()).lines));
        }
        return stop.where;
      },
      rerun_, programs_,
      [this](const std::string& expression, Environment) {
        return data_at(expression, stack_, view_.frame, rerun_, programs_);
      });
  list_breaks();
}

}  // namespace exo::session
